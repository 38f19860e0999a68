import { exp, log } from '../training/elementary.ts';

/** The normal quantile of a two-sided 95% interval. */
const Z_95 = 1.959963984540054;

/** A point estimate and the ends of its interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Wilson's score interval of a proportion (Wilson 1927), 95% by default; 0 to 1 without trials. */
export function wilsonInterval(successes: number, trials: number, z: number = Z_95): Interval {
  if (trials === 0) return { value: 0, low: 0, high: 1 };
  const p = successes / trials;
  const shrink = 1 + (z * z) / trials;
  const middle = (p + (z * z) / (2 * trials)) / shrink;
  const half = (z / shrink) * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  return { value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** Two classifiers on the same examples. */
export interface PairedComparison {
  /** Accuracy of `candidate` minus accuracy of `baseline`, with its 95% interval. */
  readonly difference: Interval;
  /** Examples that only the candidate, or only the baseline, gets right. */
  readonly onlyCandidate: number;
  readonly onlyBaseline: number;
  /** Two-sided exact McNemar test (McNemar 1947; binomial form). */
  readonly pValue: number;
}

/**
 * Compares two classifiers example by example. The interval is Agresti and Min's (2005): Wald's
 * after adding half an observation to each cell of the paired table, which keeps its coverage on
 * small samples.
 */
export function comparePaired(
  baseline: readonly boolean[],
  candidate: readonly boolean[],
): PairedComparison {
  const examples = Math.min(baseline.length, candidate.length);
  let onlyCandidate = 0;
  let onlyBaseline = 0;
  for (let i = 0; i < examples; i++) {
    if (candidate[i] === true && baseline[i] !== true) onlyCandidate += 1;
    if (baseline[i] === true && candidate[i] !== true) onlyBaseline += 1;
  }
  const n = examples + 2;
  const gained = onlyCandidate + 0.5;
  const lost = onlyBaseline + 0.5;
  const middle = (gained - lost) / n;
  const half = (Z_95 * Math.sqrt(gained + lost - (gained - lost) ** 2 / n)) / n;
  return {
    difference: {
      value: examples === 0 ? 0 : (onlyCandidate - onlyBaseline) / examples,
      low: Math.max(-1, middle - half),
      high: Math.min(1, middle + half),
    },
    onlyCandidate,
    onlyBaseline,
    pValue: exactMcNemar(onlyCandidate, onlyBaseline),
  };
}

/** Two-sided probability of a split at least this uneven when both sides are equally likely. */
function exactMcNemar(a: number, b: number): number {
  const n = a + b;
  let tail = 0;
  let logChoose = 0;
  for (let k = 0; k <= Math.min(a, b); k++) {
    if (k > 0) logChoose += log(n - k + 1) - log(k);
    tail += exp(logChoose - n * log(2));
  }
  return Math.min(1, 2 * tail);
}
