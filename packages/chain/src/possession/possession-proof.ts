import { concatBytes } from '@ddai/core';
import { type Hex, hexToBytes, numberToBytes, toHex } from 'viem';
import type { DataTree } from './data-tree.ts';
import { locate, pathAt, type SumLeaf, type SumTree } from './sum-tree.ts';

const COUNT_BYTES = 6;
const DIRECTION_BYTES = 4;

/**
 * Answers a challenge: for each position drawn its leaf, the way to its data set's root, and from
 * there the way to the node's, as `StorageProofs.prove` reads them.
 */
export function provePossession(
  tree: SumTree,
  positions: readonly bigint[],
  openDataSet: (leaf: SumLeaf) => DataTree,
): Hex {
  const opened = new Map<string, DataTree>();
  const parts = positions.map((position) => {
    const { place, leaf, index } = locate(tree, Number(position));
    const data = opened.get(leaf.dataSet) ?? openDataSet(leaf);
    opened.set(leaf.dataSet, data);
    const { directions, siblings } = pathAt(tree, place);
    return concatBytes(
      data.leaf(index),
      numberToBytes(leaf.count, { size: COUNT_BYTES }),
      numberToBytes(place.length, { size: 1 }),
      numberToBytes(directions, { size: DIRECTION_BYTES }),
      ...data.siblings(index),
      hexToBytes(siblings),
    );
  });
  return toHex(concatBytes(...parts));
}
