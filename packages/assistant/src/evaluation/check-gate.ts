import { OUTCOME_MEASURE_NAMES, type OutcomeMeasure } from './outcome-measures.ts';
import type { AssistantEvaluation } from './summarize-outcomes.ts';

/** What a gate may hold a bound for; latencies in milliseconds. */
export const GATE_MEASURES = [
  ...OUTCOME_MEASURE_NAMES,
  'answerabilityAuc',
  'coverageAt95',
  'latencyP50',
  'latencyP95',
  'latencyP99',
] as const;
export type GateMeasure = (typeof GATE_MEASURES)[number];

/** Bounds by measure; a measure not named isn't looked at. */
export type Gate = Partial<
  Readonly<
    Record<
      GateMeasure,
      { readonly atLeast?: number | undefined; readonly atMost?: number | undefined }
    >
  >
>;

/** A bound that does not hold. */
export interface GateFailure {
  readonly measure: GateMeasure;
  /** Undefined when the questions say nothing of the measure: that holds no bound. */
  readonly value: number | undefined;
  readonly bound: string;
}

/** Every bound of `gate` that `evaluation` misses, in the order of {@link GATE_MEASURES}. */
export function checkGate(evaluation: AssistantEvaluation, gate: Gate): GateFailure[] {
  return GATE_MEASURES.flatMap((measure) => {
    const { atLeast, atMost } = gate[measure] ?? {};
    const value = measured(evaluation, measure);
    const failures: GateFailure[] = [];
    if (atLeast !== undefined && !(value !== undefined && value >= atLeast)) {
      failures.push({ measure, value, bound: `≥ ${atLeast}` });
    }
    if (atMost !== undefined && !(value !== undefined && value <= atMost)) {
      failures.push({ measure, value, bound: `≤ ${atMost}` });
    }
    return failures;
  });
}

function measured(
  { answerabilityAuc, coverageAt95, latency, measures }: AssistantEvaluation,
  measure: GateMeasure,
): number | undefined {
  const whole: Partial<Record<GateMeasure, number>> = {
    answerabilityAuc,
    coverageAt95,
    latencyP50: latency.p50,
    latencyP95: latency.p95,
    latencyP99: latency.p99,
  };
  return whole[measure] ?? measures[measure as OutcomeMeasure]?.mean;
}
