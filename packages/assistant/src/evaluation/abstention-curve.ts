/** How sure an answer was, and whether it should have been given. */
export interface ConfidenceOutcome {
  /** In [0, 1]. */
  readonly confidence: number;
  readonly correct: boolean;
}

/** What a threshold would give. */
export interface AbstentionPoint {
  /** Answers of at least this confidence are given. */
  readonly threshold: number;
  /** Share of all outcomes that are given. */
  readonly coverage: number;
  /** Share of those given that are right; 1 - risk. */
  readonly precision: number;
}

/**
 * The risk-coverage curve (El-Yaniv and Wiener, "On the foundations of noise-free selective
 * classification", JMLR 2010): one point for each different confidence, from the surest on.
 */
export function abstentionCurve(outcomes: readonly ConfidenceOutcome[]): AbstentionPoint[] {
  const sorted = [...outcomes].sort((a, b) => b.confidence - a.confidence);
  const points: AbstentionPoint[] = [];
  let right = 0;
  sorted.forEach(({ confidence, correct }, i) => {
    if (correct) right++;
    // Outcomes of equal confidence are given or withheld together.
    if (sorted[i + 1]?.confidence === confidence) return;
    const given = i + 1;
    points.push({
      threshold: confidence,
      coverage: given / sorted.length,
      precision: right / given,
    });
  });
  return points;
}

/**
 * The largest share of what is answerable that can be answered while at least `precision` of the
 * answers given are right; 0 when no threshold reaches it.
 */
export function recallAtPrecision(
  outcomes: readonly ConfidenceOutcome[],
  precision: number,
): number {
  const answerable = outcomes.filter(({ correct }) => correct).length;
  if (answerable === 0) return 0;
  let best = 0;
  for (const point of abstentionCurve(outcomes)) {
    const right = Math.round(point.coverage * point.precision * outcomes.length);
    if (point.precision >= precision) best = Math.max(best, right / answerable);
  }
  return best;
}
