import { type Address, getAddress, parseAbiItem, sliceHex, zeroAddress } from 'viem';
import { CONTRACTS, PROXIED } from './definitions/all-contracts.ts';
import type { ContractDefinition, ExpectedAnswer } from './definitions/definition.ts';
import type { Fact, VerifyInput } from './verify.ts';

/** ERC-1967: keccak256('eip1967.proxy.implementation') − 1. */
const IMPLEMENTATION_SLOT = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';
const transferEvent = parseAbiItem(
  'event Transfer(address indexed from, address indexed to, uint256 value)',
);

/** Every parameter and every wired address, as the contracts answer. */
export async function readFacts(input: VerifyInput): Promise<readonly Fact[]> {
  const { publicClient, plan } = input;
  const asked = CONTRACTS.flatMap((contract) =>
    expectedAnswers(contract, input).map(async ([functionName, args, expected]) => {
      const actual = await publicClient.readContract({
        address: plan.contracts[contract.name],
        abi: contract.abi,
        functionName,
        args,
      });
      return { contract: contract.name, name: `${functionName}(${args.join()})`, expected, actual };
    }),
  );
  const [answers, implementations, minted] = await Promise.all([
    Promise.all(asked),
    readImplementations(input),
    readMinted(input),
  ]);
  return [...answers, ...implementations, minted];
}

function expectedAnswers(
  contract: ContractDefinition,
  { plan }: VerifyInput,
): readonly ExpectedAnswer[] {
  const { context } = plan;
  const own = contract.answers(context);
  if (contract.initializerArgs === undefined) return own;
  // What every contract behind a proxy inherits from `Governed`.
  return [
    ...own,
    ['timelock', [], context.at.TimelockController],
    ['timeUnit', [], context.parameters.timeUnit],
  ];
}

async function readImplementations({ publicClient, plan }: VerifyInput): Promise<readonly Fact[]> {
  return Promise.all(
    PROXIED.map(async ({ name }) => {
      const word = await publicClient.getStorageAt({
        address: plan.contracts[name],
        slot: IMPLEMENTATION_SLOT,
      });
      return {
        contract: name,
        name: 'implementation',
        expected: plan.implementations.get(name),
        actual: word === undefined ? zeroAddress : getAddress(sliceHex(word, 12)),
      };
    }),
  );
}

/** What the token minted, which balances no longer tell once tokens moved. */
async function readMinted({ publicClient, plan, deployedAtBlock }: VerifyInput): Promise<Fact> {
  const logs = await publicClient.getLogs({
    address: plan.contracts.DDAIToken,
    event: transferEvent,
    args: { from: zeroAddress },
    fromBlock: deployedAtBlock,
    strict: true,
  });
  return {
    contract: 'DDAIToken',
    name: 'launch allocations',
    expected: plan.allocations.map(({ holder, amount }) => line(holder, amount)),
    actual: logs.map(({ args }) => line(args.to, args.value)),
  };
}

const line = (holder: Address, amount: bigint): string => `${holder} ${amount}`;
