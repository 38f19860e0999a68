import { join } from 'node:path';
import { createRewardTree, type RewardShare } from '@ddai/chain';
import { writeFileDurably } from '@ddai/storage';
import type { Hex } from 'viem';
import { z } from 'zod';
import { callerPath } from '../input/caller-path.ts';
import { addressText, hashText, wholeText } from '../input/fields.ts';

/** What an account shows to be paid out of a tree of rewards. */
export const proofSchema = z.object({
  account: addressText,
  /** Wei. */
  amount: wholeText,
  proof: z.array(hashText),
});

export interface RewardFiles {
  readonly root: Hex;
  readonly total: bigint;
  readonly files: readonly string[];
}

/**
 * Builds the tree of `shares` and writes each account's proof to `folder/name-ACCOUNT.json`, with
 * `more` in it.
 * @throws {DdaiError} `REWARDS_INVALID`, `FILE_NOT_WRITABLE`
 */
export function writeRewardFiles(
  shares: readonly RewardShare[],
  target: {
    readonly folder: string;
    readonly name: string;
    readonly more: Readonly<Record<string, string>>;
  },
): RewardFiles {
  const tree = createRewardTree(shares);
  const files = shares.map(({ account, amount }) => {
    const path = join(callerPath(target.folder), `${target.name}-${account}.json`);
    const content = {
      ...target.more,
      account,
      amount: String(amount),
      proof: tree.proofOf(account),
    };
    writeFileDurably(path, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o644 });
    return path;
  });
  return { root: tree.root, total: tree.total, files };
}
