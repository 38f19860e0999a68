import { bytesToHex, canonicalJson, utf8ToBytes } from '@ddai/core';
import { learningError } from '../errors.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import { assertEnoughUpdates } from './aggregate-round.ts';
import type { ClientUpdate, SingleUpdateStrategy, WeightedSum } from './strategy.ts';
import { meanOf } from './weighted-sum.ts';

/** Operators whose sum is only ever seen as a whole; below this a sum says too much about each. */
export const SMALLEST_BUCKET = 5;

/** Operators that are aggregated securely together, sorted. */
export interface Bucket {
  readonly name: string;
  readonly operators: readonly string[];
}

/**
 * Divides operators into buckets of at least s, once for a whole job: buckets drawn anew each round
 * would let sums be subtracted from one another until single operators show. What is left over after
 * whole buckets goes round the first ones, one each. The order is that of SHA-256 over randomness and
 * name, so anyone can draw it again.
 *
 * @param options.randomness public, and fixed only after all operators were (a block's hash):
 * whoever may choose it may choose its neighbours.
 * @param options.size s, at least {@link SMALLEST_BUCKET}.
 * @throws {DdaiError} `BUCKETS_INVALID` for a smaller s, repeated names, or operators for no bucket.
 */
export function drawBuckets(options: {
  readonly suite: Pick<CryptoSuite, 'sha256'>;
  readonly operators: readonly string[];
  readonly size: number;
  readonly randomness: string;
}): readonly Bucket[] {
  const { suite, operators, size, randomness } = options;
  if (!Number.isInteger(size) || size < SMALLEST_BUCKET)
    throw invalid(`a bucket holds at least ${SMALLEST_BUCKET} operators, not ${size}`);
  if (new Set(operators).size !== operators.length) throw invalid('an operator is named twice');
  const count = Math.floor(operators.length / size);
  if (count === 0) throw invalid(`${operators.length} operators make no bucket of ${size}`);
  const rankOf = (operator: string): string =>
    bytesToHex(suite.sha256(utf8ToBytes(`buckets\n${canonicalJson([randomness, operator])}`)));
  const drawn = operators
    .map((operator) => ({ operator, rank: rankOf(operator) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ operator }) => operator);
  return Array.from({ length: count }, (_, bucket) => ({
    name: `bucket-${String(bucket).padStart(4, '0')}`,
    operators: drawn.filter((_operator, place) => place % count === bucket).sort(),
  }));
}

/**
 * Proves that a job can be robust and secure at once. Each of f faulty operators spoils its whole
 * bucket, so 4f + 3 buckets, n ≥ s (4f + 3), leave every rule of this package enough whole ones.
 *
 * @throws {DdaiError} `BUCKETS_INVALID`; `STRATEGY_TOO_FEW_UPDATES` when the strategy itself needs
 * more buckets than there are.
 */
export function assertBucketsSuffice(options: {
  readonly strategy: SingleUpdateStrategy;
  readonly operators: number;
  readonly size: number;
  readonly faulty: number;
}): void {
  const { strategy, operators, size, faulty } = options;
  const needed = size * (4 * faulty + 3);
  if (!Number.isInteger(faulty) || faulty < 0 || size < SMALLEST_BUCKET || operators < needed) {
    throw invalid(
      `${faulty} faulty operators in buckets of ${size} need ${needed} operators, there are ${operators}`,
    );
  }
  assertEnoughUpdates(strategy, Math.floor(operators / size));
}

/**
 * Makes one update of a bucket's secure sum: its mean by examples. The strategy filters whole
 * buckets; it never sees a participant's update.
 *
 * @param options.version of the model that the bucket trained from.
 */
export function bucketToUpdate(options: {
  readonly bucket: Bucket;
  readonly sum: WeightedSum;
  readonly version: number;
}): ClientUpdate {
  const { bucket, sum, version } = options;
  if (!(sum.weight > 0)) throw invalid(`${bucket.name} has a sum without weight`);
  return {
    participantId: bucket.name,
    baseVersion: version,
    examples: sum.weight,
    steps: 1,
    delta: meanOf(sum.delta, sum.weight),
  };
}

function invalid(message: string): Error {
  return learningError({
    code: 'BUCKETS_INVALID',
    message,
    remedy: 'Admit more operators, or plan for fewer faulty ones.',
  });
}
