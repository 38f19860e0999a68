import { DdaiError } from '@ddai/core';
import { type Address, concatHex, encodeAbiParameters, type Hex, keccak256 } from 'viem';

export interface RewardShare {
  readonly account: Address;
  /** Wei. */
  readonly amount: bigint;
}

export interface RewardTree {
  readonly root: Hex;
  /** Wei of all shares together. */
  readonly total: bigint;
  /** Siblings from below, for OpenZeppelin's `MerkleProof`. */
  proofOf(account: Address): readonly Hex[];
}

/**
 * The standard tree of OpenZeppelin's `merkle-tree` over (address, uint256): leaves hashed twice and
 * sorted, pairs sorted, laid out as a complete binary tree. `TrainingRegistry` and `Airdrop` check it.
 * @throws {DdaiError} `REWARDS_INVALID` for no share, two of one account, or an amount of zero
 */
export function createRewardTree(shares: readonly RewardShare[]): RewardTree {
  requireShares(shares);
  const leaves = shares
    .map(({ account, amount }) => ({
      key: account.toLowerCase(),
      hash: hashShare(account, amount),
    }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const size = 2 * leaves.length - 1;
  // Leaves fill the array from its end, so that the parent of node i is (i - 1) / 2.
  const nodes = new Map(leaves.map(({ hash }, index) => [size - 1 - index, hash]));
  const at = (index: number): Hex => {
    const hash = nodes.get(index);
    if (hash === undefined) throw new RangeError(`the tree has no node ${index}`);
    return hash;
  };
  for (let index = size - leaves.length - 1; index >= 0; index--)
    nodes.set(index, hashPair(at(2 * index + 1), at(2 * index + 2)));
  return {
    root: at(0),
    total: shares.reduce((sum, { amount }) => sum + amount, 0n),
    proofOf(account) {
      const leaf = leaves.findIndex(({ key }) => key === account.toLowerCase());
      if (leaf < 0) throw invalid(`${account} has no share`);
      const proof: Hex[] = [];
      for (let index = size - 1 - leaf; index > 0; index = Math.floor((index - 1) / 2))
        proof.push(at(index % 2 === 1 ? index + 1 : index - 1));
      return proof;
    },
  };
}

function hashShare(account: Address, amount: bigint): Hex {
  return keccak256(
    keccak256(encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [account, amount])),
  );
}

function hashPair(a: Hex, b: Hex): Hex {
  return keccak256(concatHex(a < b ? [a, b] : [b, a]));
}

function requireShares(shares: readonly RewardShare[]): void {
  if (shares.length === 0) throw invalid('nobody gets anything');
  const seen = new Set<string>();
  for (const { account, amount } of shares) {
    if (amount <= 0n) throw invalid(`${account} gets ${amount} wei`);
    if (seen.has(account.toLowerCase())) throw invalid(`${account} is named twice`);
    seen.add(account.toLowerCase());
  }
}

function invalid(message: string): DdaiError {
  return new DdaiError({
    code: 'REWARDS_INVALID',
    message,
    remedy: 'Name every account once, with an amount above zero.',
  });
}
