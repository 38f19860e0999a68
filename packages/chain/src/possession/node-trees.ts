import { DdaiError } from '@ddai/core';
import { storageProofsAbi } from '@ddai/protocol';
import { type Address, decodeFunctionData, type Hex, zeroHash } from 'viem';
import { readContract } from '../calls/contract-call.ts';
import type { ChainClient } from '../chain-client.ts';
import { readChain } from '../read-chain.ts';
import { insertAt, placeOfPath, removeAt, type SumTree, sumOf } from './sum-tree.ts';

/** A node's tree and the first period that challenges it. */
export interface TreeVersion {
  readonly from: number;
  readonly tree?: SumTree | undefined;
}

/** The tree that a period challenges: the newest that counts by then. */
export function treeAt(versions: readonly TreeVersion[], period: number): SumTree | undefined {
  return versions.findLast(({ from }) => from <= period)?.tree;
}

/** Adds a change, and forgets what no open period can challenge any more. */
export function addVersion(
  versions: readonly TreeVersion[],
  version: TreeVersion,
): readonly TreeVersion[] {
  const kept = [...versions.filter(({ from }) => from < version.from), version];
  // Answers to the period before the present one are still taken.
  const oldest = kept.findLastIndex(({ from }) => from <= version.from - 2);
  return kept.slice(Math.max(oldest, 0));
}

/** Whether `versions` end with the tree that the chain knows. */
export async function matchesChain(
  chain: ChainClient,
  node: Address,
  versions: readonly TreeVersion[],
): Promise<boolean> {
  const period = await readContract(chain, {
    contract: 'StorageProofs',
    functionName: 'currentPeriod',
    args: [],
    asOf: 'now',
  });
  const [root, leaves] = await readContract(chain, {
    contract: 'StorageProofs',
    functionName: 'nodeRoot',
    args: [node, period + 1n],
    asOf: 'now',
  });
  const { hash, count } = summary(versions.at(-1)?.tree);
  return hash === root && BigInt(count) === leaves;
}

/**
 * The node's trees from the chain alone: every `accept` and `remove` said in its calldata where.
 * @throws {DdaiError} `STORAGE_TREE_UNKNOWN` if another contract made one of those calls
 */
export async function rebuildNodeTrees(
  chain: ChainClient,
  node: Address,
): Promise<readonly TreeVersion[]> {
  const changes = await readChain(
    'read the node’s data sets',
    chain.publicClient.getContractEvents({
      address: chain.addressBook.contracts.StorageProofs,
      abi: storageProofsAbi,
      eventName: 'NodeRootSet',
      args: { node },
      fromBlock: BigInt(chain.addressBook.deployedAtBlock),
      strict: true,
    }),
  );
  let versions: readonly TreeVersion[] = [];
  for (const { args, transactionHash } of changes) {
    const before = versions.at(-1)?.tree;
    const tree = await applyChange(chain, before, transactionHash);
    const { hash, count } = summary(tree);
    if (hash !== args.root || BigInt(count) !== args.leaves) throw unknownTree(transactionHash);
    versions = addVersion(versions, { from: Number(args.period), tree });
  }
  return versions;
}

async function applyChange(
  chain: ChainClient,
  before: SumTree | undefined,
  hash: Hex,
): Promise<SumTree | undefined> {
  const { input, to } = await readChain(
    'read a transaction',
    chain.publicClient.getTransaction({ hash }),
  );
  if (to?.toLowerCase() !== chain.addressBook.contracts.StorageProofs.toLowerCase())
    throw unknownTree(hash);
  const { functionName, args } = decodeFunctionData({ abi: storageProofsAbi, data: input });
  if (functionName === 'remove' && before !== undefined)
    return removeAt(before, placeOfPath(args[1]));
  if (functionName !== 'accept') throw unknownTree(hash);
  const [id, at] = args;
  const { root, leafCount } = await readContract(chain, {
    contract: 'StorageProofs',
    functionName: 'dataSet',
    args: [id],
  });
  const leaf = { dataSet: String(id), root, count: Number(leafCount) };
  return insertAt(before, placeOfPath(at), leaf);
}

function summary(tree: SumTree | undefined): { readonly hash: Hex; readonly count: number } {
  return tree === undefined ? { hash: zeroHash, count: 0 } : sumOf(tree);
}

function unknownTree(transaction: Hex): DdaiError {
  return new DdaiError({
    code: 'STORAGE_TREE_UNKNOWN',
    message: `the node's tree cannot be rebuilt: transaction ${transaction} changed it through another contract`,
    remedy: 'Use the state directory that accepted the data sets.',
  });
}
