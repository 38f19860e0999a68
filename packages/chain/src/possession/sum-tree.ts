import { concatHex, encodePacked, type Hex, keccak256, numberToHex, zeroHash } from 'viem';

/** One data set in a node's tree. */
export interface SumLeaf {
  /** The data set's number, in decimal. */
  readonly dataSet: string;
  readonly root: Hex;
  /** Its leaves of 256 bytes. */
  readonly count: number;
}

interface SumBranch {
  readonly left: SumTree;
  readonly right: SumTree;
}

/** A node's data sets, each inner node committing to the leaves on either side (`SumTree.sol`). */
export type SumTree = SumLeaf | SumBranch;

/** From the root down: 0 left, 1 right. The root's place is empty. */
export type Place = readonly (0 | 1)[];

/** As `StorageProofs` takes it. */
export interface SumPath {
  readonly hash: Hex;
  readonly count: bigint;
  /** Bit `1 << level` where the path turns right, levels counted from below. */
  readonly directions: bigint;
  /** `hash || uint48 count` for each level, from below. */
  readonly siblings: Hex;
}

const COUNT_BYTES = 6;

export function sumOf(tree: SumTree): { readonly hash: Hex; readonly count: number } {
  if (isLeaf(tree))
    return {
      hash: keccak256(encodePacked(['bytes32', 'uint48'], [tree.root, tree.count])),
      count: tree.count,
    };
  const [left, right] = [sumOf(tree.left), sumOf(tree.right)];
  return {
    hash: keccak256(
      encodePacked(
        ['bytes32', 'uint48', 'bytes32', 'uint48'],
        [left.hash, left.count, right.hash, right.count],
      ),
    ),
    count: left.count + right.count,
  };
}

/** The path of what stands at `place`; an empty tree has one place, which is empty. */
export function pathAt(tree: SumTree | undefined, place: Place): SumPath {
  if (tree === undefined) return { hash: zeroHash, count: 0n, directions: 0n, siblings: '0x' };
  let at = tree;
  const siblings: Hex[] = [];
  let directions = 0n;
  for (const turn of place) {
    const { left, right } = asBranch(at);
    const { hash, count } = sumOf(turn === 0 ? right : left);
    siblings.unshift(concatHex([hash, numberToHex(count, { size: COUNT_BYTES })]));
    directions = (directions << 1n) | BigInt(turn);
    at = turn === 0 ? left : right;
  }
  const { hash, count } = sumOf(at);
  return { hash, count: BigInt(count), directions, siblings: concatHex(['0x', ...siblings]) };
}

/** The place that a path leads to, from its own directions. */
export function placeOfPath({
  directions,
  siblings,
}: Pick<SumPath, 'directions' | 'siblings'>): Place {
  const levels = (siblings.length - 2) / 2 / (32 + COUNT_BYTES);
  return Array.from({ length: levels }, (_, depth) =>
    ((directions >> BigInt(levels - 1 - depth)) & 1n) === 1n ? 1 : 0,
  );
}

/** The leaf nearest to the root, leftmost: beside it a new one keeps the tree flat. */
export function shallowestPlace(tree: SumTree | undefined): Place {
  let row: { readonly at: SumTree; readonly place: Place }[] =
    tree === undefined ? [] : [{ at: tree, place: [] }];
  while (row.length > 0) {
    const leaf = row.find(({ at }) => isLeaf(at));
    if (leaf !== undefined) return leaf.place;
    row = row.flatMap(({ at, place }) => {
      const { left, right } = asBranch(at);
      return [
        { at: left, place: [...place, 0] as Place },
        { at: right, place: [...place, 1] as Place },
      ];
    });
  }
  return [];
}

/** Where a data set lies; undefined if it is not in the tree. */
export function placeOf(tree: SumTree | undefined, dataSet: string): Place | undefined {
  if (tree === undefined) return undefined;
  if (isLeaf(tree)) return tree.dataSet === dataSet ? [] : undefined;
  const left = placeOf(tree.left, dataSet);
  if (left !== undefined) return [0, ...left];
  const right = placeOf(tree.right, dataSet);
  return right === undefined ? undefined : [1, ...right];
}

/** What stands at `place` becomes the left child of a new inner node, `leaf` its right one. */
export function insertAt(tree: SumTree | undefined, place: Place, leaf: SumLeaf): SumTree {
  if (tree === undefined) return leaf;
  const [turn, ...rest] = place;
  if (turn === undefined) return { left: tree, right: leaf };
  const { left, right } = asBranch(tree);
  return turn === 0
    ? { left: insertAt(left, rest, leaf), right }
    : { left, right: insertAt(right, rest, leaf) };
}

/** The sibling of what stands at `place` takes their parent's place. */
export function removeAt(tree: SumTree, place: Place): SumTree | undefined {
  const [turn, ...rest] = place;
  if (turn === undefined) return undefined;
  const { left, right } = asBranch(tree);
  const [inside, beside] = turn === 0 ? [left, right] : [right, left];
  const remaining = removeAt(inside, rest);
  if (remaining === undefined) return beside;
  return turn === 0 ? { left: remaining, right } : { left, right: remaining };
}

/** The data set that holds leaf number `position` of all the node's leaves. */
export function locate(
  tree: SumTree,
  position: number,
): { readonly place: Place; readonly leaf: SumLeaf; readonly index: number } {
  if (isLeaf(tree)) {
    if (position < tree.count) return { place: [], leaf: tree, index: position };
    throw new RangeError(`position ${position} is beyond ${tree.count} leaves`);
  }
  const before = sumOf(tree.left).count;
  const turn = position < before ? 0 : 1;
  const found = locate(turn === 0 ? tree.left : tree.right, position - turn * before);
  return { ...found, place: [turn, ...found.place] };
}

function isLeaf(tree: SumTree): tree is SumLeaf {
  return 'root' in tree;
}

function asBranch(tree: SumTree): SumBranch {
  if (!isLeaf(tree)) return tree;
  throw new RangeError('the place lies below a data set');
}
