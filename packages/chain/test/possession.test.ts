import fc from 'fast-check';
import { concatHex, type Hex, hexToBigInt, keccak256, numberToHex, size, slice, toHex } from 'viem';
import { describe, expect, test } from 'vitest';
import { createDataTree } from '../src/possession/data-tree.ts';
import { addVersion, treeAt } from '../src/possession/node-trees.ts';
import { provePossession } from '../src/possession/possession-proof.ts';
import {
  insertAt,
  pathAt,
  placeOf,
  placeOfPath,
  removeAt,
  type SumLeaf,
  type SumPath,
  type SumTree,
  shallowestPlace,
  sumOf,
} from '../src/possession/sum-tree.ts';

const HEAD_BYTES = 267;

/** `SumTree.climb`, told again. */
function climb(
  hash: Hex,
  count: bigint,
  { directions, siblings }: Pick<SumPath, 'directions' | 'siblings'>,
) {
  for (let level = 0; level < size(siblings) / 38; level++) {
    const sibling = slice(siblings, level * 38, level * 38 + 38);
    const own = concatHex([hash, numberToHex(count, { size: 6 })]);
    const isRight = ((directions >> BigInt(level)) & 1n) === 1n;
    hash = keccak256(concatHex(isRight ? [sibling, own] : [own, sibling]));
    count += hexToBigInt(slice(sibling, 32));
  }
  return { hash, count: Number(count) };
}

function growTree(counts: readonly number[]): SumTree | undefined {
  return counts.reduce<SumTree | undefined>((tree, count, index) => {
    const leaf: SumLeaf = { dataSet: String(index), root: keccak256(toHex(index)), count };
    return insertAt(tree, shallowestPlace(tree), leaf);
  }, undefined);
}

const someCounts = fc.array(fc.integer({ min: 1, max: 2 ** 40 }), { minLength: 1, maxLength: 24 });

describe('a data set', () => {
  test('of one leaf has its hash as root, filled up with zeros', () => {
    const tree = createDataTree(new Uint8Array([1]));
    expect(tree.leafCount).toBe(1);
    expect(tree.root).toBe(keccak256(concatHex(['0x01', `0x${'00'.repeat(255)}`])));
    expect(tree.siblings(0)).toEqual([]);
  });

  test('of three leaves is padded with a zero word', () => {
    const content = new Uint8Array(3 * 256).fill(7);
    const leaf = keccak256(content.subarray(0, 256));
    const left = keccak256(concatHex([leaf, leaf]));
    const right = keccak256(concatHex([leaf, toHex(0, { size: 32 })]));
    expect(createDataTree(content).root).toBe(keccak256(concatHex([left, right])));
  });

  test('cannot be empty', () => {
    expect(() => createDataTree(new Uint8Array())).toThrow(/the file is empty/);
  });
});

describe('a node’s tree', () => {
  test('every place leads to the root, and back', () => {
    fc.assert(
      fc.property(someCounts, (counts) => {
        const tree = growTree(counts);
        if (tree === undefined) throw new Error('not empty');
        counts.forEach((_, index) => {
          const place = placeOf(tree, String(index)) ?? [];
          const path = pathAt(tree, place);
          expect(climb(path.hash, path.count, path)).toEqual(sumOf(tree));
          expect(placeOfPath(path)).toEqual(place);
          expect(place.length).toBeLessThanOrEqual(Math.ceil(Math.log2(counts.length)) + 1);
        });
      }),
    );
  });

  test('taking out what was put in last gives the tree from before', () => {
    fc.assert(
      fc.property(someCounts, (counts) => {
        const tree = growTree(counts);
        const place = placeOf(tree, String(counts.length - 1));
        if (tree === undefined || place === undefined) throw new Error('not empty');
        expect(removeAt(tree, place)).toEqual(growTree(counts.slice(0, -1)));
      }),
    );
  });

  test('keeps what an open period can still challenge, and nothing older', () => {
    const trees = [3, 4, 8, 9].map((from) => ({ from, tree: growTree([from]) }));
    const versions = trees.reduce<ReturnType<typeof addVersion>>(addVersion, []);
    expect(versions.map(({ from }) => from)).toEqual([4, 8, 9]);
    expect(treeAt(versions, 7)).toEqual(growTree([4]));
    expect(treeAt(versions, 8)).toEqual(growTree([8]));
    expect(treeAt(versions, 3)).toBeUndefined();
  });
});

test('a proof holds for each draw its leaf and both ways up, one after the other', () => {
  const contents = [700, 256, 5000].map((length, seed) =>
    new Uint8Array(length).map((_, index) => index * 7 + seed),
  );
  const data = contents.map(createDataTree);
  const tree = data.reduce<SumTree | undefined>(
    (sum, { root, leafCount }, index) =>
      insertAt(sum, shallowestPlace(sum), { dataSet: String(index), root, count: leafCount }),
    undefined,
  );
  if (tree === undefined) throw new Error('not empty');
  const { hash: root, count: leaves } = sumOf(tree);
  for (let position = 0; position < leaves; position++) {
    const proof = provePossession(tree, [BigInt(position)], ({ dataSet }) => {
      const opened = data[Number(dataSet)];
      if (opened === undefined) throw new Error(`no data set ${dataSet}`);
      return opened;
    });
    const count = Number(hexToBigInt(slice(proof, 256, 262)));
    const levels = Number(hexToBigInt(slice(proof, 262, 263)));
    const directions = hexToBigInt(slice(proof, 263, HEAD_BYTES));
    const depth = Math.ceil(Math.log2(count));
    const sums = HEAD_BYTES + 32 * depth;
    expect(size(proof)).toBe(sums + 38 * levels);
    const siblings = levels === 0 ? '0x' : slice(proof, sums);
    let before = 0n;
    for (let level = 0; level < levels; level++)
      if (((directions >> BigInt(level)) & 1n) === 1n)
        before += hexToBigInt(slice(siblings, level * 38 + 32, level * 38 + 38));
    let hash = keccak256(slice(proof, 0, 256));
    for (let level = 0; level < depth; level++) {
      const sibling = slice(proof, HEAD_BYTES + 32 * level, HEAD_BYTES + 32 * level + 32);
      const isRight = ((BigInt(position) - before) >> BigInt(level)) & 1n;
      hash = keccak256(concatHex(isRight === 1n ? [sibling, hash] : [hash, sibling]));
    }
    const leaf = keccak256(concatHex([hash, numberToHex(count, { size: 6 })]));
    expect(climb(leaf, BigInt(count), { directions, siblings })).toEqual({
      hash: root,
      count: leaves,
    });
  }
});
