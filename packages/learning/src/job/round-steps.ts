import { createSeededRandom } from '@ddai/core';
import type { AbortReason, JobEvent, RoundPhase } from './job-events.ts';
import { type JobState, type RoundState, roundIdOf } from './job-state.ts';

/** What a coordinator should do next. */
export type NextStep =
  | { readonly kind: 'wait' }
  | { readonly kind: 'record'; readonly event: JobEvent }
  /** Enough shares were revealed: unmask. `final` when no more will come. */
  | { readonly kind: 'unmask'; readonly round: RoundState; readonly final: boolean };

/** Who is connected, and how long the phase has lasted. */
export interface Surroundings {
  readonly present: ReadonlySet<string>;
  /**
   * Who was there before the coordinator was restarted and has not been heard of since. They are
   * waited for like those present, so that a restart changes no survivor set by itself.
   */
  readonly presumed: ReadonlySet<string>;
  /** Whether the deadline of the current phase has passed. */
  readonly isLate: boolean;
}

const WAIT: NextStep = { kind: 'wait' };

/** Decides from the state alone; the same state and surroundings give the same step. */
export function nextStep(state: JobState, surroundings: Surroundings): NextStep {
  if (state.status !== 'running') return WAIT;
  const { round } = state;
  if (round === undefined) return stepBetweenRounds(state, surroundings);
  const { roundId } = round;
  const expected = expectedOf(round);
  const answered = expected.filter((member) => answersOf(round).has(member));
  const outcome = judge(state, { round, expected, answered, surroundings });
  if (outcome === 'wait') return WAIT;
  if (outcome !== 'close') {
    const { number, phase } = round;
    const event = { type: 'roundAborted', roundId, number, phase, reason: outcome } as const;
    return { kind: 'record', event };
  }
  const record = (event: JobEvent): NextStep => ({ kind: 'record', event });
  switch (round.phase) {
    case 'advertise':
      return record({ type: 'cohortFixed', roundId, members: answered });
    case 'share':
      return record({ type: 'sharersFixed', roundId, sharers: answered });
    case 'upload':
      return record({ type: 'survivorsFixed', roundId, survivors: answered });
    case 'agree':
      return record({ type: 'unmaskingOpened', roundId, signers: answered });
    case 'unmask': {
      const mayCome = expected.some((m) => !answered.includes(m) && !round.left.has(m));
      return { kind: 'unmask', round, final: !mayCome || surroundings.isLate };
    }
  }
}

/** The members whose answer the phase waits for, sorted. */
export function expectedOf(round: RoundState): readonly string[] {
  switch (round.phase) {
    case 'advertise':
      return round.cohort;
    case 'share':
      return round.members;
    case 'upload':
      return round.sharers;
    case 'agree':
    case 'unmask':
      return round.survivors;
  }
}

/** Who has answered in the current phase. */
export function answersOf(round: RoundState): ReadonlyMap<string, unknown> {
  const answers: Record<RoundPhase, ReadonlyMap<string, unknown>> = {
    advertise: round.adverts,
    share: round.sealed,
    upload: round.uploads,
    agree: round.survivorSignatures,
    unmask: round.revealed,
  };
  return answers[round.phase];
}

/** Closes at everyone, at k of n uploads, when all who are missing have gone, or at the deadline. */
function judge(
  state: JobState,
  input: {
    readonly round: RoundState;
    readonly expected: readonly string[];
    readonly answered: readonly string[];
    readonly surroundings: Surroundings;
  },
): 'wait' | 'close' | AbortReason {
  const { round, expected, answered, surroundings } = input;
  const missing = expected.filter((m) => !answersOf(round).has(m) && !round.left.has(m));
  const lack = lackOf(state, round.phase, answered);
  if (missing.length === 0 || surroundings.isLate) return lack ?? 'close';
  if (lack !== undefined) return 'wait';
  const { present, presumed } = surroundings;
  if (!missing.some((member) => present.has(member) || presumed.has(member))) return 'close';
  const { closeAt } = state.terms.secureAggregation;
  return round.phase === 'upload' && answered.length >= closeAt ? 'close' : 'wait';
}

function lackOf(
  state: JobState,
  phase: RoundPhase,
  answered: readonly string[],
): AbortReason | undefined {
  const { threshold, minSurvivors } = state.terms.secureAggregation;
  const isQuorumPhase = phase === 'agree' || phase === 'unmask';
  if (answered.length < (isQuorumPhase ? threshold : minSurvivors)) return 'TOO_FEW_MEMBERS';
  return isQuorumPhase || hasEnoughOperators(state, answered) ? undefined : 'TOO_FEW_OPERATORS';
}

function hasEnoughOperators(state: JobState, members: readonly string[]): boolean {
  // A member that withdrew in the middle of a round has no operator any more, and counts for none.
  const operators = new Set(members.map((member) => state.participants.get(member)));
  operators.delete(undefined);
  return operators.size >= state.terms.secureAggregation.minOperators;
}

function stepBetweenRounds(state: JobState, surroundings: Surroundings): NextStep {
  const { terms, closedRounds, modelHash } = state;
  if (closedRounds.length >= terms.training.rounds) {
    const event = { type: 'jobCompleted', modelHash, rounds: closedRounds.length } as const;
    return { kind: 'record', event };
  }
  if (state.abortsInARow > terms.maxAborts) {
    return { kind: 'record', event: { type: 'jobFailed', reason: 'TOO_MANY_ABORTS' } };
  }
  const ready = [...state.participants.keys()].filter((p) => surroundings.present.has(p)).sort();
  const { participants, minSurvivors } = terms.secureAggregation;
  if (ready.length < minSurvivors || !hasEnoughOperators(state, ready)) return WAIT;
  // Only the first round, and the first after a restart, waits for the full cohort: at other times
  // whoever comes later joins the next one.
  const isFirst = state.nextRoundNumber === 0;
  const waitsForMore = ready.length < participants && (isFirst || surroundings.presumed.size > 0);
  if (waitsForMore && !surroundings.isLate) return WAIT;
  const number = state.nextRoundNumber;
  return {
    kind: 'record',
    event: {
      type: 'roundOpened',
      roundId: roundIdOf(terms.jobId, number),
      number,
      cohort: drawCohort(state, ready),
      modelHash,
    },
  };
}

/** Everyone who is ready, or a seeded draw of n that spans the operators that are needed. */
function drawCohort(state: JobState, ready: readonly string[]): string[] {
  const { participants: size, minOperators } = state.terms.secureAggregation;
  if (ready.length <= size) return [...ready];
  const seed = `${state.terms.training.seed}/${state.nextRoundNumber}/cohort`;
  const order = createSeededRandom(seed).shuffle([...ready]);
  const operators = new Set<string | undefined>();
  const chosen = new Set<string>();
  for (const member of order) {
    const operator = state.participants.get(member);
    if (operators.size >= minOperators || operators.has(operator)) continue;
    operators.add(operator);
    chosen.add(member);
  }
  for (const member of order) if (chosen.size < size) chosen.add(member);
  return [...chosen].sort();
}
