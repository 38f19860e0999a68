import fc from 'fast-check';
import {
  type Address,
  concatHex,
  encodeAbiParameters,
  type Hex,
  keccak256,
  pad,
  toHex,
} from 'viem';
import { expect, test } from 'vitest';
import { createRewardTree } from '../src/rewards/reward-tree.ts';

/** OpenZeppelin's `MerkleProof.verify`, told again. */
function verify(proof: readonly Hex[], account: Address, amount: bigint): Hex {
  const leaf = keccak256(
    keccak256(encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [account, amount])),
  );
  return proof.reduce(
    (hash, sibling) => keccak256(concatHex(hash < sibling ? [hash, sibling] : [sibling, hash])),
    leaf,
  );
}

const accountOf = (index: number): Address => pad(toHex(index + 1), { size: 20 });

test('has the root of the example in the README of OpenZeppelin’s merkle-tree', () => {
  const tree = createRewardTree([
    { account: `0x${'11'.repeat(20)}`, amount: 5_000_000_000_000_000_000n },
    { account: `0x${'22'.repeat(20)}`, amount: 2_500_000_000_000_000_000n },
  ]);
  expect(tree.root).toBe('0xd4dee0beab2d53f2cc83e567171bd2820e49898130a22622b10ead383e90bd77');
  expect(tree.proofOf(`0x${'11'.repeat(20)}`)).toEqual([
    '0xb92c48e9d7abe27fd8dfd6b5dfdbfb1c9a463f80c712b66f3a5180a090cccafc',
  ]);
});

test('every share has a proof of its amount, and of no other', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 1n, max: 2n ** 96n }), { minLength: 1, maxLength: 40 }),
      (amounts) => {
        const shares = amounts.map((amount, index) => ({ account: accountOf(index), amount }));
        const tree = createRewardTree(shares);
        for (const { account, amount } of shares) {
          expect(verify(tree.proofOf(account), account, amount)).toBe(tree.root);
          expect(verify(tree.proofOf(account), account, amount + 1n)).not.toBe(tree.root);
        }
      },
    ),
  );
});

test.each([
  ['nobody', [], /nobody gets anything/],
  ['an amount of zero', [{ account: accountOf(0), amount: 0n }], /gets 0 wei/],
  [
    'an account named twice',
    [
      { account: accountOf(0), amount: 1n },
      { account: accountOf(0), amount: 2n },
    ],
    /is named twice/,
  ],
])('refuses a list of %s', (_what, shares, message) => {
  expect(() => createRewardTree(shares)).toThrow(message);
});
