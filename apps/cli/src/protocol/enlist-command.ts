import {
  type ChainClient,
  contractCall,
  readContract,
  registerNode,
  type TransactionRequest,
} from '@ddai/chain';
import { WORK_CLASSES } from '@ddai/protocol';
import type { Command } from 'commander';
import { type Hex, type PrivateKeyAccount, pad, zeroAddress, zeroHash } from 'viem';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { accountAddress, bytes32 } from './arguments.ts';
import { transact } from './transact.ts';

interface EnlistFlags extends AccountFlags {
  readonly instead?: string;
  readonly consensusKey?: Hex;
}

const VALIDATION_BIT = 1 << WORK_CLASSES.validation;

/** `ddai validator enlist`: registers for validation where that is missing, and stands as candidate. */
export function addEnlistCommand(validator: Command): void {
  withAccountFlags(
    validator
      .command('enlist')
      .description('Stand as a candidate with this node’s collateral; by its operator')
      .option(
        '--consensus-key <bytes32>',
        'what the chain’s engine knows the validator by; default as registered, at first the address',
        bytes32,
      )
      .option('--instead <address>', 'whom to displace if all 64 places are taken'),
  ).action(enlist);
}

async function enlist(flags: EnlistFlags): Promise<void> {
  const displaced = flags.instead === undefined ? zeroAddress : accountAddress(flags.instead);
  await transact(flags, async ({ chain, account }) => {
    const registration = await registerForValidation(chain, account, flags.consensusKey);
    return {
      words: [
        ...(registration === undefined ? [] : ['You register your node for validation.']),
        'You stand as a validator: two signatures for one height cost your stake, silence in the beacon a seat stake.',
      ],
      requests: [
        ...(registration === undefined ? [] : [registration]),
        contractCall(chain, {
          contract: 'CheckpointManager',
          functionName: 'enlist',
          args: [displaced],
          label: 'enlist',
        }),
      ],
      outcome: async () => ({
        lines: ['Enlisted; `ddai validator roll` takes you in with the next epoch’s set.'],
        result: { operator: account.address },
      }),
    };
  });
}

async function registerForValidation(
  chain: ChainClient,
  account: PrivateKeyAccount,
  wanted: Hex | undefined,
): Promise<TransactionRequest | undefined> {
  const node = await readContract(chain, {
    contract: 'NodeRegistry',
    functionName: 'node',
    args: [account.address],
  });
  const known = node.consensusKey === zeroHash ? pad(account.address) : node.consensusKey;
  const consensusKey = wanted ?? known;
  if (node.signer === zeroAddress)
    return registerNode(chain, {
      operator: account.address,
      signer: account,
      payout: account.address,
      classes: [WORK_CLASSES.validation],
      capacity: 1,
      consensusKey,
    });
  if ((node.classes & VALIDATION_BIT) !== 0 && node.consensusKey === consensusKey) return undefined;
  return contractCall(chain, {
    contract: 'NodeRegistry',
    functionName: 'update',
    args: [node.classes | VALIDATION_BIT, node.capacity, consensusKey, node.endpoint],
    label: 'register for validation',
  });
}
