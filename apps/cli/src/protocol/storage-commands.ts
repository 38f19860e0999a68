import { contractCall, createDataTree, readContract, showTokens } from '@ddai/chain';
import { storageProofsAbi } from '@ddai/protocol';
import { readFileLimited } from '@ddai/storage';
import type { Command } from 'commander';
import { type Address, parseEventLogs } from 'viem';
import { callerPath } from '../input/caller-path.ts';
import { printResult } from '../output/print-result.ts';
import {
  type AccountFlags,
  type ReadFlags,
  withAccountFlags,
  withReadFlags,
} from './account-flags.ts';
import { accountAddress, tokensInWei, wholeId } from './arguments.ts';
import { openChain } from './open-account.ts';
import { MAX_DATA_SET_BYTES } from './possession-store.ts';
import { addStorageNodeCommands } from './storage-node-commands.ts';
import { addStorageSettlementCommands } from './storage-settlement-commands.ts';
import { approvalFor, transact } from './transact.ts';

interface OfferFlags extends AccountFlags {
  readonly node: Address;
  readonly price: bigint;
  readonly periods: bigint;
  readonly misses: bigint;
}

/** A deposit covers the highest fee there can be: a tenth, rounded up. */
const HIGHEST_FEE_PART = 10n;

/** `ddai storage …`: data that nodes keep for pay, and prove that they have. */
export function addStorageCommands(program: Command): void {
  const storage = program
    .command('storage')
    .description('Pay nodes to keep data, prove that it is there');
  withAccountFlags(
    storage
      .command('offer <file>')
      .description('Offer a file, encrypted for one node, and deposit its pay')
      .requiredOption('--node <address>', 'the operator of the node', accountAddress)
      .requiredOption('--price <amount>', 'in DDAI for each period proven', tokensInWei)
      .requiredOption('--periods <n>', 'how long, in periods', wholeId)
      .requiredOption('--misses <n>', 'missed periods that are free of punishment', wholeId),
  ).action(offer);
  withAccountFlags(
    storage.command('cancel <data-set>').description('Take back an offer nobody accepted'),
  ).action((id: string, flags: AccountFlags) => cancel(wholeId(id), flags));
  addStorageNodeCommands(storage);
  addStorageSettlementCommands(storage);
  withReadFlags(
    storage.command('show <data-set>').description('A data set, what is proven, paid and missed'),
  ).action((id: string, flags: ReadFlags) => show(wholeId(id), flags));
}

async function offer(file: string, flags: OfferFlags): Promise<void> {
  const { root, leafCount } = createDataTree(readFileLimited(callerPath(file), MAX_DATA_SET_BYTES));
  const { node, price, periods, misses } = flags;
  const deposit = (price + (price + HIGHEST_FEE_PART - 1n) / HIGHEST_FEE_PART) * periods;
  await transact(flags, async (open) => ({
    words: [
      `You offer ${file} (${leafCount} leaves of 256 bytes, root ${root}) to ${node}.`,
      `It gets ${showTokens(price)} for each of ${periods} periods that it proves; ${misses} missed ones are free.`,
      `You deposit ${showTokens(deposit)}, fees included; what is not earned comes back.`,
    ],
    requests: [
      ...(await approvalFor(open, 'StorageProofs', deposit)),
      contractCall(open.chain, {
        contract: 'StorageProofs',
        functionName: 'addDataSet',
        args: [root, BigInt(leafCount), price, periods, misses, node],
        label: 'offer a data set',
      }),
    ],
    outcome: async (receipts) => {
      const [added] = parseEventLogs({
        abi: storageProofsAbi,
        eventName: 'DataSetAdded',
        logs: receipts.at(-1)?.logs ?? [],
      });
      const id = added?.args.id ?? 0n;
      return {
        lines: [
          `Offered as data set ${id}. The node accepts it with:`,
          `  ddai storage accept ${id} FILE`,
        ],
        result: { dataSet: id, root, leafCount, deposit },
      };
    },
  }));
}

async function cancel(id: bigint, flags: AccountFlags): Promise<void> {
  await transact(flags, ({ chain }) => ({
    words: [`You take back the offer of data set ${id}, and its deposit.`],
    requests: [
      contractCall(chain, { contract: 'StorageProofs', functionName: 'cancelDataSet', args: [id] }),
    ],
  }));
}

async function show(id: bigint, flags: ReadFlags): Promise<void> {
  const chain = await openChain(flags);
  const ask = { contract: 'StorageProofs', asOf: 'now' } as const;
  const [dataSet, current] = await Promise.all([
    readContract(chain, { ...ask, functionName: 'dataSet', args: [id] }),
    readContract(chain, { ...ask, functionName: 'currentPeriod', args: [] }),
  ]);
  const { node, firstPeriod, endPeriod, pricePerPeriod } = dataSet;
  const isProven = (period: bigint) =>
    readContract(chain, { ...ask, functionName: 'isProven', args: [node, period] });
  const [proven, provenBefore] = await Promise.all([isProven(current), isProven(current - 1n)]);
  printResult(
    { id, ...dataSet, currentPeriod: current, proven: { current: proven, before: provenBefore } },
    {
      json: flags.json,
      lines: [
        `Data set ${id} of ${dataSet.client}, kept by ${node}`,
        `  content    ${dataSet.leafCount} leaves, root ${dataSet.root}`,
        `  price      ${showTokens(pricePerPeriod)} a period`,
        firstPeriod === 0n
          ? `  periods    ${endPeriod}, once it is accepted`
          : `  periods    ${firstPeriod} to ${endPeriod - 1n}; now ${current}${dataSet.removed ? '; removed' : ''}`,
        ...(firstPeriod === 0n
          ? []
          : [
              `  settled    up to ${dataSet.settledUntil}, looked through for misses up to ${dataSet.faultsUntil}`,
              `  missed     ${dataSet.misses} of ${dataSet.maxMisses} that are free`,
              `  proven     ${proven ? 'this period' : 'not this period'}, ${provenBefore ? 'the one before' : 'not the one before'}`,
            ]),
      ],
    },
  );
}
