import { CONTRACT_ABIS, type ContractName } from '@ddai/protocol';
import {
  type Abi,
  type Address,
  encodeFunctionData,
  pad,
  parseEther,
  toHex,
  zeroAddress,
} from 'viem';
import { expect, test } from 'vitest';
import { CALL_SENTENCES } from '../src/governance/call-sentences.ts';
import { describeCall } from '../src/governance/describe-call.ts';

const NAMES = Object.keys(CONTRACT_ABIS) as ContractName[];
const contracts = Object.fromEntries(
  NAMES.map((name, index) => [name, pad(toHex(index + 1), { size: 20 })]),
) as Record<ContractName, Address>;
const book = { chainId: 31_337, deployedAtBlock: 0, contracts };

function words(contract: ContractName, functionName: string, args: readonly unknown[]): string {
  const data = encodeFunctionData({ abi: CONTRACT_ABIS[contract] as Abi, functionName, args });
  return describeCall({ to: contracts[contract], data }, book).words;
}

/** Named like what the timelock alone may call, in every contract of the deployment. */
const GOVERNED = /^(set[A-Z]|announce|register(WorkSource|Verifier)|remove(WorkSource|Verifier))/;
/** Of whoever owns the node, the grant or the reward, or of a neighbouring contract. */
const NOT_GOVERNED = new Set([
  'NodeRegistry.setPayout',
  'PaymentsEscrow.setTierLock',
  'PaymentsEscrow.setTierTable',
  'EmissionsController.setRecipient',
  'MarketVesting.setBeneficiary',
  'SeedVesting.setBeneficiary',
  'TreasuryVesting.setBeneficiary',
  'TeamVesting.setBeneficiary',
]);

test('every function by which the DAO changes something has a sentence', () => {
  const without = NAMES.flatMap((contract) =>
    (CONTRACT_ABIS[contract] as Abi).flatMap((item) => {
      if (item.type !== 'function' || !GOVERNED.test(item.name)) return [];
      if (item.stateMutability === 'view' || item.stateMutability === 'pure') return [];
      const name = `${contract}.${item.name}`;
      return (CALL_SENTENCES[name] ?? CALL_SENTENCES[item.name]) || NOT_GOVERNED.has(name)
        ? []
        : [name];
    }),
  );
  expect(without).toEqual([]);
});

test('says what a jury costs and what a wrong answer costs', () => {
  const parameters = {
    jurorFee: parseEther('5'),
    jurorPenalty: parseEther('50'),
    guardianDelay: 172_800,
    ticketSize: parseEther('10000'),
    wrongAnswerCutBps: 2_000,
  };
  expect(words('DisputeManager', 'setParameters', [parameters])).toBe(
    "In disputes opened from now on: 5 DDAI a juror's seat, 50 DDAI for one that does not reveal, a ticket for every 10000 DDAI of votes, 20.00 % of a node's collateral for a wrong answer, 172800 seconds for the guardian.",
  );
});

test('names the contract that may report work, and a guardian that is nobody', () => {
  expect(words('PaymentsEscrow', 'registerWorkSource', [2, contracts.StorageProofs])).toBe(
    'Lets the announced StorageProofs report storage work to PaymentsEscrow.',
  );
  expect(words('SlashGuardian', 'setGuardian', [zeroAddress])).toMatch(/nobody can cancel/);
  expect(words('EmissionsController', 'setBondedYield', [300_000n])).toMatch(/0\.0300 %/);
});
