import { contractCall, readContract, showTokens } from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import { storageProofsAbi } from '@ddai/protocol';
import type { Command } from 'commander';
import { type Address, parseEventLogs } from 'viem';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { wholeId } from './arguments.ts';
import type { OpenAccount } from './open-account.ts';
import { nodeOf } from './storage-node-commands.ts';
import { transact } from './transact.ts';

interface CursorFlags extends AccountFlags {
  readonly until?: bigint;
}

/** `ddai storage settle|report|notice|claim`: what becomes of proven and missed periods. */
export function addStorageSettlementCommands(storage: Command): void {
  const withCursor = (command: Command): Command =>
    withAccountFlags(command).option(
      '--until <period>',
      'first period left out; default all that are closed',
      wholeId,
    );
  withCursor(
    storage.command('settle <data-set>').description('Pay the proven periods; by anybody'),
  ).action((id: string, flags: CursorFlags) => settle(wholeId(id), flags));
  withCursor(
    storage
      .command('report <data-set>')
      .description('Count missed periods, and have the node slashed for too many; by anybody'),
  ).action((id: string, flags: CursorFlags) => report(wholeId(id), flags));
  withAccountFlags(
    storage
      .command('notice <data-set>')
      .description('End it early, seven periods from the next on'),
  ).action((id: string, flags: AccountFlags) => notice(wholeId(id), flags));
  withAccountFlags(
    storage
      .command('claim <epoch>')
      .description('Count an epoch’s proofs towards the reward for stake; by anybody')
      .option('--node <address>', 'whose; default the node of this account'),
  ).action((epoch: string, flags: AccountFlags & { node?: string }) =>
    claim(wholeId(epoch), flags),
  );
}

async function settle(id: bigint, flags: CursorFlags): Promise<void> {
  await transact(flags, async (open) => {
    const cursor = flags.until ?? (await closedUntil(open, id, 'settledUntil'));
    return {
      words: [`You settle data set ${id} for all periods before ${cursor}.`],
      requests: [
        contractCall(open.chain, {
          contract: 'StorageProofs',
          functionName: 'settle',
          args: [id, cursor],
          label: `settle data set ${id}`,
        }),
      ],
      outcome: async (receipts) => {
        const [event] = parseEventLogs({
          abi: storageProofsAbi,
          eventName: 'DataSetSettled',
          logs: receipts.at(-1)?.logs ?? [],
        });
        const { proven = 0n, paid = 0n, returned = 0n } = event?.args ?? {};
        return {
          lines: [
            `${proven} proven periods: ${showTokens(paid)} to the node, ${showTokens(returned)} back to the client.`,
          ],
          result: { until: cursor, proven, paid, returned },
        };
      },
    };
  });
}

async function report(id: bigint, flags: CursorFlags): Promise<void> {
  await transact(flags, async (open) => {
    const cursor = flags.until ?? (await closedUntil(open, id, 'faultsUntil'));
    return {
      words: [
        `You report the missed periods of data set ${id} before ${cursor}; beyond those agreed the node is slashed, and you get the reporter's share.`,
      ],
      requests: [
        contractCall(open.chain, {
          contract: 'StorageProofs',
          functionName: 'reportFault',
          args: [id, cursor],
          label: `report data set ${id}`,
        }),
      ],
      outcome: async (receipts) => {
        const [event] = parseEventLogs({
          abi: storageProofsAbi,
          eventName: 'FaultReported',
          logs: receipts.at(-1)?.logs ?? [],
        });
        const { missed = 0n, faults = 0n } = event?.args ?? {};
        return {
          lines: [
            `${missed} missed${faults === 0n ? ': no more than agreed' : `: the node is slashed ${faults === 1n ? 'once' : `${faults} times`}`}.`,
          ],
          result: { until: cursor, missed, faults },
        };
      },
    };
  });
}

async function notice(id: bigint, flags: AccountFlags): Promise<void> {
  await transact(flags, ({ chain }) => ({
    words: [`You give notice of data set ${id}: it ends seven periods after the next one.`],
    requests: [
      contractCall(chain, { contract: 'StorageProofs', functionName: 'giveNotice', args: [id] }),
    ],
  }));
}

async function claim(epoch: bigint, flags: AccountFlags & { node?: string }): Promise<void> {
  await transact(flags, async (open) => {
    const node: Address = await nodeOf(open, flags.node);
    return {
      words: [`You have the proofs of ${node} in epoch ${epoch} counted for its reward.`],
      requests: [
        contractCall(open.chain, {
          contract: 'StorageProofs',
          functionName: 'claimPossession',
          args: [node, epoch],
        }),
      ],
    };
  });
}

/** Periods before it have no open answers, and something is left to do in them. */
async function closedUntil(
  { chain }: OpenAccount,
  id: bigint,
  done: 'settledUntil' | 'faultsUntil',
): Promise<bigint> {
  const ask = { contract: 'StorageProofs', asOf: 'now' } as const;
  const dataSet = await readContract(chain, { ...ask, functionName: 'dataSet', args: [id] });
  const current = await readContract(chain, { ...ask, functionName: 'currentPeriod', args: [] });
  const closed = current - 1n;
  const cursor = dataSet.endPeriod < closed ? dataSet.endPeriod : closed;
  if (dataSet.firstPeriod === 0n || cursor > dataSet[done]) return cursor;
  throw new DdaiError({
    code: 'STORAGE_NOT_DUE',
    message: `data set ${id}: nothing is closed beyond period ${dataSet[done]}; now is period ${current}`,
    remedy: 'A period is closed once the next one is over: try again then.',
    retryable: true,
  });
}
