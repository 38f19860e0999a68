import { type ChainClient, readContract } from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import type { Address } from 'viem';

export interface PossessionChallenge {
  readonly period: bigint;
  /** Leaves drawn among all of the node's; empty if a period that was named has no challenge. */
  readonly positions: readonly bigint[];
}

/**
 * The challenge of the period that was named, or of the newest that has one and is not answered.
 * @throws {DdaiError} `STORAGE_CHALLENGE_MISSING`
 */
export async function findChallenge(
  chain: ChainClient,
  node: Address,
  named: bigint | undefined,
): Promise<PossessionChallenge> {
  const ask = { contract: 'StorageProofs', asOf: 'now' } as const;
  if (named !== undefined) {
    const positions = await readContract(chain, {
      ...ask,
      functionName: 'challenge',
      args: [node, named],
    }).catch(() => []); // Too old to be looked up: `prove` says so in words.
    return { period: named, positions };
  }
  const current = await readContract(chain, { ...ask, functionName: 'currentPeriod', args: [] });
  const open = [current, current - 1n];
  for (const period of open) {
    const [positions, isProven] = await Promise.all([
      readContract(chain, { ...ask, functionName: 'challenge', args: [node, period] }),
      readContract(chain, { ...ask, functionName: 'isProven', args: [node, period] }),
    ]);
    if (positions.length > 0 && !isProven) return { period, positions };
  }
  throw new DdaiError({
    code: 'STORAGE_CHALLENGE_MISSING',
    message: `${node} has no challenge to answer in periods ${open.join(' and ')}`,
    remedy:
      'They are proven, or the beacon has no value for them yet: look with `ddai storage show` and try again later.',
    retryable: true,
  });
}
