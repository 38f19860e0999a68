import {
  type ChainClient,
  contractCall,
  findOperator,
  insertAt,
  pathAt,
  placeOf,
  provePossession,
  readContract,
  removeAt,
  shallowestPlace,
  treeAt,
} from '@ddai/chain';
import { RepeatableOption } from '@ddai/command-line';
import { DdaiError } from '@ddai/core';
import type { Command } from 'commander';
import type { Address } from 'viem';
import { callerPath } from '../input/caller-path.ts';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { accountAddress, wholeId } from './arguments.ts';
import type { OpenAccount } from './open-account.ts';
import { findChallenge } from './possession-challenge.ts';
import { openDataFile, openPossessionStore } from './possession-store.ts';
import { transact } from './transact.ts';

interface ProveFlags extends AccountFlags {
  readonly node?: string;
  readonly period?: bigint;
  readonly file: readonly string[];
}

/** `ddai storage accept|prove|remove`: the node's part. */
export function addStorageNodeCommands(storage: Command): void {
  withAccountFlags(
    storage
      .command('accept <data-set> <file>')
      .description('Take a data set into the node’s tree, counting from the next period'),
  ).action((id: string, file: string, flags: AccountFlags) => accept(wholeId(id), file, flags));
  withAccountFlags(
    storage
      .command('prove')
      .description('Answer a period’s challenge from the files')
      .option('--node <address>', 'which node; default the one of this account')
      .option('--period <n>', 'default the newest that has a challenge and no answer', wholeId)
      .addOption(new RepeatableOption('--file <number=path>', 'where a data set’s file lies now')),
  ).action(prove);
  withAccountFlags(
    storage.command('remove <data-set>').description('Take an ended data set out of the tree'),
  ).action((id: string, flags: AccountFlags) => remove(wholeId(id), flags));
}

async function accept(id: bigint, file: string, flags: AccountFlags): Promise<void> {
  await transact(flags, async ({ chain, account }) => {
    const dataSet = await readDataSet(chain, id);
    const path = callerPath(file);
    openDataFile(path, { dataSet: String(id), root: dataSet.root });
    const store = await openPossessionStore(chain, {
      account: account.address,
      node: dataSet.node,
    });
    const tree = store.versions.at(-1)?.tree;
    const place = shallowestPlace(tree);
    return {
      words: [
        `You take data set ${id} of ${dataSet.client} for ${dataSet.endPeriod} periods; ${dataSet.maxMisses} missed ones are free, more cost stake.`,
      ],
      requests: [
        contractCall(chain, {
          contract: 'StorageProofs',
          functionName: 'accept',
          args: [id, pathAt(tree, place)],
          label: `accept data set ${id}`,
        }),
      ],
      outcome: async () => {
        const { firstPeriod, endPeriod, root, leafCount } = await readDataSet(chain, id);
        const leaf = { dataSet: String(id), root, count: Number(leafCount) };
        store.keepFile(id, path);
        store.addTree({ from: Number(firstPeriod), tree: insertAt(tree, place, leaf) });
        return {
          lines: [
            `Accepted: prove it in periods ${firstPeriod} to ${endPeriod - 1n}. The tree is in ${store.path}.`,
          ],
          result: { dataSet: id, firstPeriod, endPeriod, tree: store.path },
        };
      },
    };
  });
}

async function prove(flags: ProveFlags): Promise<void> {
  await transact(flags, async (open) => {
    const { chain, account } = open;
    const node = await nodeOf(open, flags.node);
    const store = await openPossessionStore(chain, { account: account.address, node });
    for (const text of flags.file) {
      const [, id = '', path = ''] = /^(\d+)=(.+)$/.exec(text) ?? [];
      store.keepFile(wholeId(id), callerPath(path));
    }
    const { period, positions } = await findChallenge(chain, node, flags.period);
    const tree = treeAt(store.versions, Number(period));
    // Without a challenge the contract's own refusal says why.
    const proof = tree === undefined ? '0x' : provePossession(tree, positions, store.openDataSet);
    return {
      words: [`You prove that ${node} has its data in period ${period}.`],
      requests: [
        contractCall(chain, {
          contract: 'StorageProofs',
          functionName: 'prove',
          args: [node, period, proof],
          label: `prove period ${period}`,
        }),
      ],
      outcome: async () => ({
        lines: [`Period ${period} is proven, with ${positions.length} leaves.`],
        result: { node, period, leaves: positions.length },
      }),
    };
  });
}

async function remove(id: bigint, flags: AccountFlags): Promise<void> {
  await transact(flags, async ({ chain, account }) => {
    const { node } = await readDataSet(chain, id);
    const store = await openPossessionStore(chain, { account: account.address, node });
    const tree = store.versions.at(-1)?.tree;
    const place = placeOf(tree, String(id));
    if (tree === undefined || place === undefined)
      throw new DdaiError({
        code: 'DATA_SET_UNKNOWN',
        message: `data set ${id} is not in the tree of ${node}`,
        remedy: '`ddai storage show` says whether it was accepted, or removed before.',
      });
    return {
      words: [`You take data set ${id} out of the tree of ${node}, from the next period on.`],
      requests: [
        contractCall(chain, {
          contract: 'StorageProofs',
          functionName: 'remove',
          args: [id, pathAt(tree, place)],
          label: `remove data set ${id}`,
        }),
      ],
      outcome: async () => {
        const current = await readContract(chain, {
          contract: 'StorageProofs',
          functionName: 'currentPeriod',
          args: [],
        });
        store.addTree({ from: Number(current + 1n), tree: removeAt(tree, place) });
        return { lines: [`Data set ${id} is out of the tree.`], result: { dataSet: id } };
      },
    };
  });
}

function readDataSet(chain: ChainClient, id: bigint) {
  return readContract(chain, { contract: 'StorageProofs', functionName: 'dataSet', args: [id] });
}

/** `text`, or the node that the account speaks for. @throws {DdaiError} `NODE_NOT_JOINED` */
export async function nodeOf(
  { chain, account }: OpenAccount,
  text: string | undefined,
): Promise<Address> {
  if (text !== undefined) return accountAddress(text);
  const node = await findOperator(chain, account.address);
  if (node !== undefined) return node;
  throw new DdaiError({
    code: 'NODE_NOT_JOINED',
    message: `${account.address} is neither operator nor signer of a node`,
    remedy: 'Use the node’s keystore, or name the node.',
  });
}
