import { createRollingQuantiles, type RollingQuantiles } from './rolling-quantiles.ts';

/** What the scorer made of one value. */
export interface ScoredPoint {
  readonly expected: number;
  /** Half-width of what is usual around `expected`: about three usual deviations. */
  readonly usual: number;
  /** Deviations from what is usual; 0 while the series is still unknown. */
  readonly score: number;
}

export interface SeasonalScorerOptions {
  /** Points in one season (a day of hours: 24); 0 for a series without one. */
  readonly seasonPoints: number;
  /** Points watched before anything is scored. */
  readonly warmUpPoints: number;
  /** Counts of events vary at least as a Poisson process does; gauges as they do. Default gauge. */
  readonly measure?: 'gauge' | 'count';
}

/** Everything a scorer remembers; JSON-able. */
export interface SeasonalScorerState {
  readonly points: number;
  readonly seasons: readonly (readonly number[])[];
  readonly recent: readonly number[];
  readonly residuals: readonly number[];
  readonly magnitudes: readonly number[];
  readonly errors: readonly [seasonal: number, local: number];
  readonly drift: number;
}

export interface SeasonalScorer {
  score(value: number, bucket: number): ScoredPoint;
  state(): SeasonalScorerState;
}

/** Seasons remembered per bucket: weeks of days, and an outlier among them is outvoted. */
const SEASONS_KEPT = 9;
/** Points of the local level, short enough to follow a trend. */
const LOCAL_POINTS = 15;
/** Residuals that say what is usual. */
const RESIDUALS_KEPT = 1_000;
/** Makes a median absolute deviation the standard deviation of a normal distribution. */
const MAD_TO_SIGMA = 1.4826;
/** 99% of a normal distribution lies within this many deviations. */
const SIGMAS_AT_99 = 2.576;
/** Residuals of fewer points than this share of a typical value are rounding, not news. */
const RELATIVE_FLOOR = 0.005;
/** Keeps the score of a change in a series that never changed finite, for JSON. */
const HIGHEST_SCORE = 1_000_000;
/** Forgetting of forecast errors: about the last hundred points decide between the forecasts. */
const ERROR_MEMORY = 0.99;
/** Weight of a new residual in the drift: level shifts add up over about eight points. */
const DRIFT_RATE = 0.12;

/**
 * A robust streaming forecast and how unusual each value is against it.
 *
 * Two forecasts compete by their recent error: the median of the same season bucket (hour of the
 * day) over the last seasons, and the median of the last points. The residual is measured in what is
 * usual for this very series, the larger of its MAD and its 99% quantile (so that a bursty series
 * has to burst more), and so is an exponentially weighted mean of residuals, which finds shifts too
 * small for one point (EWMA control chart: Roberts, Technometrics 1959). Medians keep an incident
 * from becoming the new normal before it has lasted.
 */
export function createSeasonalScorer(
  options: SeasonalScorerOptions,
  saved?: SeasonalScorerState,
): SeasonalScorer {
  const { seasonPoints, warmUpPoints } = options;
  const seasons: RollingQuantiles[] = Array.from({ length: seasonPoints }, (_, i) =>
    createRollingQuantiles(SEASONS_KEPT, saved?.seasons[i]),
  );
  const recent = createRollingQuantiles(LOCAL_POINTS, saved?.recent);
  const residuals = createRollingQuantiles(RESIDUALS_KEPT, saved?.residuals);
  const magnitudes = createRollingQuantiles(RESIDUALS_KEPT, saved?.magnitudes);
  let points = saved?.points ?? 0;
  let [seasonalError, localError] = saved?.errors ?? [0, 0];
  let drift = saved?.drift ?? 0;
  // Variance of an EWMA relative to its input, from the same source, equation 5.
  const driftSigma = Math.sqrt(DRIFT_RATE / (2 - DRIFT_RATE));

  const usualFloor = (expected: number, magnitude: number): number =>
    options.measure === 'count'
      ? Math.sqrt(Math.max(1, Math.abs(expected)))
      : Math.max(RELATIVE_FLOOR * magnitude, Number.MIN_VALUE);

  return {
    score(value, bucket) {
      const season = seasons[bucket];
      const local = recent.count === 0 ? value : recent.quantile(0.5);
      const knowsSeason = season !== undefined && season.count >= 2;
      const seasonal = knowsSeason ? season.quantile(0.5) : local;
      const expected = knowsSeason && seasonalError < localError ? seasonal : local;
      const residual = value - expected;
      const floor = usualFloor(expected, magnitudes.quantile(0.5));
      const sigma = Math.max(
        residuals.quantile(0.5) * MAD_TO_SIGMA,
        residuals.quantile(0.99) / SIGMAS_AT_99,
        floor,
      );
      drift += DRIFT_RATE * (clamp(residual, 4 * sigma) - drift);
      const isKnown = points >= warmUpPoints;
      const score = Math.max(Math.abs(residual), Math.abs(drift) / driftSigma) / sigma;
      seasonalError = ERROR_MEMORY * seasonalError + Math.abs(value - seasonal);
      localError = ERROR_MEMORY * localError + Math.abs(value - local);
      residuals.add(Math.abs(residual));
      magnitudes.add(Math.abs(value));
      recent.add(value);
      season?.add(value);
      points++;
      return { expected, usual: 3 * sigma, score: isKnown ? Math.min(score, HIGHEST_SCORE) : 0 };
    },
    state: () => ({
      points,
      seasons: seasons.map((season) => season.values()),
      recent: recent.values(),
      residuals: residuals.values(),
      magnitudes: magnitudes.values(),
      errors: [seasonalError, localError],
      drift,
    }),
  };
}

function clamp(value: number, bound: number): number {
  return Math.max(-bound, Math.min(bound, value));
}
