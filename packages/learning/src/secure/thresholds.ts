import { learningError } from '../errors.ts';

/** Who must be there for a securely aggregated round, and against how many it must hold. */
export interface SecureAggregationTerms {
  /** Most members of one cohort, n: 4 to 128 (complete graph). */
  readonly participants: number;
  /** Shares that recover one secret, t. */
  readonly threshold: number;
  /** Fewest survivors with which a round closes, k >= t. */
  readonly minSurvivors: number;
  /** Uploads at which a round closes at once, without waiting for the others; at most n. */
  readonly closeAt: number;
  /** Members assumed to collude with the coordinator, c. */
  readonly assumedCorrupt: number;
  /** Fewest operators among the survivors: with two, one could subtract itself from the sum. */
  readonly minOperators: number;
}

const MIN_PARTICIPANTS = 4;
/** Above it the complete graph costs more than a sparse one (Bell et al. 2020). */
const MAX_PARTICIPANTS = 128;
const MIN_OPERATORS = 3;

/** The smallest sound threshold for one in three (rounded up, less one) corrupt: ⌈2n/3⌉. */
export function defaultThreshold(participants: number): number {
  return Math.ceil((2 * participants) / 3);
}

/** The most corrupt members that {@link defaultThreshold} withstands: ⌈n/3⌉ − 1. */
export function defaultAssumedCorrupt(participants: number): number {
  return Math.ceil(participants / 3) - 1;
}

/**
 * Refuses terms under which a lying coordinator could learn one update.
 *
 * A client is exposed when t shares of its mask key and t of its self mask are revealed. Each
 * honest member reveals one of the two, for the one survivor set that it signed after seeing t
 * signatures on it; the c corrupt reveal both and sign anything. Two different sets would need
 * 2(t − c) of the n − c honest members, so 2t > n + c rules them out, and t > c keeps the corrupt
 * from recovering anything by themselves (Bonawitz et al. 2017, theorem 6.5; their t > 2n/3 is this
 * bound at c = n/3). With c = ⌈n/3⌉ − 1 it allows t = ⌈2n/3⌉: 4 of 6 against one corrupt member.
 * An operator with two of six sites that colludes with the coordinator is c = 2, which needs 5.
 *
 * @throws {DdaiError} `TERMS_THRESHOLD_UNSOUND` names the bound that fails.
 */
export function assertThresholdSound(terms: SecureAggregationTerms): void {
  const { participants: n, threshold: t, minSurvivors: k, assumedCorrupt: c } = terms;
  const bounds: [boolean, string][] = [
    [n >= MIN_PARTICIPANTS, `at least ${MIN_PARTICIPANTS} participants`],
    [n <= MAX_PARTICIPANTS, `at most ${MAX_PARTICIPANTS} participants`],
    [c >= 1, 'assumedCorrupt of at least 1'],
    [3 * t >= 2 * n, 'threshold of at least two thirds of the participants'],
    [2 * t > n + c, '2 · threshold > participants + assumedCorrupt'],
    [t > c, 'threshold > assumedCorrupt'],
    [k >= t, 'minSurvivors >= threshold'],
    [k - c >= 2, 'minSurvivors - assumedCorrupt >= 2'],
    [terms.closeAt >= k, 'closeAt >= minSurvivors'],
    [n >= terms.closeAt, 'closeAt <= participants'],
    [terms.minOperators >= MIN_OPERATORS, `minOperators of at least ${MIN_OPERATORS}`],
  ];
  const broken = bounds.find(([holds]) => !holds);
  if (broken === undefined) return;
  throw learningError({
    code: 'TERMS_THRESHOLD_UNSOUND',
    message: `secure aggregation of ${n} with threshold ${t}, ${k} survivors and ${c} assumed corrupt is refused: it needs ${broken[1]}`,
    remedy: `For ${n} participants: threshold ${defaultThreshold(n)}, assumedCorrupt ${defaultAssumedCorrupt(n)}.`,
    fields: { participants: n, threshold: t, minSurvivors: k, assumedCorrupt: c },
  });
}
