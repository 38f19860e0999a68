import { DdaiError } from '@ddai/core';
import { bytesToHex, type Hex, keccak256 } from 'viem';

/** Bytes of one leaf; a shorter last one is filled up with zeros. */
export const DATA_LEAF_BYTES = 256;
const HASH_BYTES = 32;

/** A data set as `StorageProofs` sees it: keccak-256 over leaves of 256 bytes, padded to a power of two. */
export interface DataTree {
  readonly root: Hex;
  readonly leafCount: number;
  /** 256 bytes. */
  leaf(index: number): Uint8Array;
  /** Hashes beside the path from a leaf to the root, from below. */
  siblings(index: number): readonly Uint8Array[];
}

/**
 * Hashes a whole file: two hashes for each 256 bytes.
 * @throws {DdaiError} `DATA_SET_EMPTY`
 */
export function createDataTree(content: Uint8Array): DataTree {
  const leafCount = Math.ceil(content.length / DATA_LEAF_BYTES);
  if (leafCount === 0)
    throw new DdaiError({
      code: 'DATA_SET_EMPTY',
      message: 'the file is empty: there is nothing to keep',
      remedy: 'Name a file with content.',
    });
  const leaf = (index: number): Uint8Array => {
    const bytes = new Uint8Array(DATA_LEAF_BYTES);
    bytes.set(content.subarray(index * DATA_LEAF_BYTES, (index + 1) * DATA_LEAF_BYTES));
    return bytes;
  };
  const levels = hashLevels(leafCount, (index) => keccak256(leaf(index), 'bytes'));
  const [root] = levels.at(-1)?.hashes ?? [];
  if (root === undefined) throw new RangeError('a tree has a root');
  return {
    root: bytesToHex(root),
    leafCount,
    leaf,
    siblings: (index) =>
      levels
        .slice(0, -1)
        .map(({ hashes, empty }, level) => hashes[Math.floor(index / 2 ** level) ^ 1] ?? empty),
  };
}

interface Level {
  readonly hashes: readonly Uint8Array[];
  /** What stands wherever nothing was stored: a tree of zero words of this height. */
  readonly empty: Uint8Array;
}

function hashLevels(leafCount: number, hashLeaf: (index: number) => Uint8Array): Level[] {
  let hashes = Array.from({ length: leafCount }, (_, index) => hashLeaf(index));
  let empty: Uint8Array = new Uint8Array(HASH_BYTES);
  const levels: Level[] = [{ hashes, empty }];
  while (hashes.length > 1) {
    const below = { hashes, empty };
    hashes = Array.from({ length: Math.ceil(below.hashes.length / 2) }, (_, index) =>
      hashPair(below.hashes[2 * index] ?? below.empty, below.hashes[2 * index + 1] ?? below.empty),
    );
    empty = hashPair(below.empty, below.empty);
    levels.push({ hashes, empty });
  }
  return levels;
}

function hashPair(left: Uint8Array, right: Uint8Array): Uint8Array {
  const pair = new Uint8Array(2 * HASH_BYTES);
  pair.set(left);
  pair.set(right, HASH_BYTES);
  return keccak256(pair, 'bytes');
}
