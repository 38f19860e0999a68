import {
  addVersion,
  type ChainClient,
  createDataTree,
  type DataTree,
  matchesChain,
  rebuildNodeTrees,
  type SumLeaf,
  type TreeVersion,
} from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import { readFileLimited } from '@ddai/storage';
import type { Address, Hex } from 'viem';
import { z } from 'zod';
import { type AccountStore, openAccountStore } from './account-store.ts';

/** A million leaves; hashing it takes a few seconds, and memory of about twice its size. */
export const MAX_DATA_SET_BYTES = 256 * 1024 * 1024;
const TREES = 'trees';
const FILES = 'files';

const filesSchema = z.record(z.string(), z.string());

/** What a storage node keeps: its sum tree, as of every open period, and where its files lie. */
export interface PossessionStore {
  readonly versions: readonly TreeVersion[];
  readonly path: string;
  /** Keeps the tree that counts from period `from`. */
  addTree(version: TreeVersion): void;
  keepFile(dataSet: bigint, file: string): void;
  /** @throws {DdaiError} `DATA_SET_FILE_MISSING`, `DATA_SET_FILE_WRONG` */
  readonly openDataSet: (leaf: SumLeaf) => DataTree;
}

/** Opens the node's trees; what is missing, stale or damaged is rebuilt from the chain's events. */
export async function openPossessionStore(
  chain: ChainClient,
  { account, node }: { readonly account: Address; readonly node: Address },
): Promise<PossessionStore> {
  const store = openAccountStore(account, 'possession');
  let versions = await readVersions(chain, node, store);
  return {
    versions,
    path: store.pathOf(TREES),
    addTree(version) {
      versions = addVersion(versions, version);
      store.write(TREES, versions);
    },
    keepFile(dataSet, file) {
      store.write(FILES, { ...readFiles(store), [String(dataSet)]: file });
    },
    openDataSet({ dataSet, root }) {
      const file = readFiles(store)[dataSet];
      if (file === undefined)
        throw new DdaiError({
          code: 'DATA_SET_FILE_MISSING',
          message: `where the file of data set ${dataSet} lies is not known here`,
          remedy: 'Name it: --file NUMBER=PATH.',
        });
      return openDataFile(file, { dataSet, root });
    },
  };
}

/** @throws {DdaiError} `DATA_SET_FILE_WRONG` if it is not the data set's content, to the byte */
export function openDataFile(
  file: string,
  { dataSet, root }: { readonly dataSet: string; readonly root: Hex },
): DataTree {
  const tree = createDataTree(readFileLimited(file, MAX_DATA_SET_BYTES));
  if (tree.root === root) return tree;
  throw new DdaiError({
    code: 'DATA_SET_FILE_WRONG',
    message: `${file} is not data set ${dataSet}: its root is ${tree.root}, not ${root}`,
    remedy: 'Name the very file that was offered; any other byte gives another root.',
  });
}

async function readVersions(
  chain: ChainClient,
  node: Address,
  store: AccountStore,
): Promise<readonly TreeVersion[]> {
  try {
    const kept = (store.read(TREES) ?? []) as readonly TreeVersion[];
    if (await matchesChain(chain, node, kept)) return kept;
  } catch (error) {
    // A damaged file is as good as none; the chain's word is what counts, if it answers.
    if (error instanceof DdaiError && error.retryable) throw error;
  }
  const versions = await rebuildNodeTrees(chain, node);
  store.write(TREES, versions);
  return versions;
}

function readFiles(store: AccountStore): Readonly<Record<string, string>> {
  return filesSchema.catch({}).parse(store.read(FILES) ?? {});
}
