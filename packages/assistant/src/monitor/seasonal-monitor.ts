import { assistantError } from '../assistant-error.ts';
import type { Alert, AlertSeverity, EvidencePoint } from './alert.ts';
import { draftMessage } from './draft-message.ts';
import { createSeasonalScorer, type SeasonalScorerState } from './seasonal-scorer.ts';

/**
 * Deviations at which an alert is raised, the one threshold for every series. Five standard
 * deviations of a normal distribution happen once in 1.7 million points; real series have heavier
 * tails, which the scorer's 99% quantile takes up.
 */
export const DEFAULT_ANOMALY_THRESHOLD = 5;

export interface SeasonalMonitorOptions {
  readonly id: string;
  readonly seriesId: string;
  /** As people call the series, for the drafted message. Default `seriesId`. */
  readonly seriesName?: string;
  /** Unit of the values for the message, for instance `errors`. Default none. */
  readonly unit?: string;
  /** Time between points. */
  readonly intervalMillis: number;
  /** Length of a season; 0 for none. Default one day. */
  readonly seasonMillis?: number;
  /** Default {@link DEFAULT_ANOMALY_THRESHOLD}. */
  readonly threshold?: number;
  /** No second alert is raised for so long after one. Default half a season, without one 12 hours. */
  readonly coolDownMillis?: number;
  /** Points watched before the first alert. Default two seasons, at least 30, at most 1,000. */
  readonly warmUpPoints?: number;
  /** Default `gauge`; `count` for numbers of events. */
  readonly measure?: 'gauge' | 'count';
  /** Default `both`. */
  readonly direction?: 'above' | 'below' | 'both';
}

/** One value of the series; `at` in Unix milliseconds, ascending. */
export interface SeriesPoint {
  readonly at: number;
  readonly value: number;
  /** Customers whose events make up the value. */
  readonly customers?: readonly string[];
}

/** Everything a monitor remembers; JSON-able. Save it after each batch. */
export interface SeasonalMonitorState {
  readonly version: 1;
  readonly scorer: SeasonalScorerState;
  readonly lastAt: number | null;
  readonly window: readonly EvidencePoint[];
  readonly elevatedSince: number | null;
  readonly calmPoints: number;
  readonly alert: Alert | null;
}

export interface SeasonalMonitor {
  /**
   * Takes the next point; returns the alert when this point raises one. While an incident lasts and
   * during the cool-down it returns nothing, but `latestAlert` keeps up.
   * @throws {DdaiError} `MONITOR_POINT_INVALID` on a value that is no number or a time not after the last.
   */
  observe(point: SeriesPoint): Alert | undefined;
  /** The last alert with what is known by now: its end, its peak, its customers. */
  latestAlert(): Alert | undefined;
  state(): SeasonalMonitorState;
}

const DAY = 86_400_000;
const MOST_SEASON_POINTS = 20_000;
const WINDOW_POINTS = 60;
const MOST_CUSTOMERS = 1_000;
/** Quiet points after which an incident counts as over. */
const CALM_POINTS = 3;

/**
 * Watches one event series for values that its season, level and habits don't explain.
 *
 * @example
 * const monitor = createSeasonalMonitor({ id: 'm1', seriesId: 'errors', intervalMillis: 300_000 });
 * const alert = monitor.observe({ at: Date.parse('2026-03-01T00:00Z'), value: 17 });
 * @param saved what `state` gave before a restart.
 * @throws {DdaiError} `MONITOR_OPTIONS_INVALID`, `MONITOR_STATE_INVALID`.
 */
export function createSeasonalMonitor(
  options: SeasonalMonitorOptions,
  saved?: SeasonalMonitorState,
): SeasonalMonitor {
  const { intervalMillis, seasonMillis = DAY, direction = 'both' } = options;
  const threshold = options.threshold ?? DEFAULT_ANOMALY_THRESHOLD;
  const seasonPoints = Math.round(seasonMillis / intervalMillis);
  assertOptions(options, seasonPoints, threshold);
  const coolDown = options.coolDownMillis ?? (seasonMillis === 0 ? DAY / 2 : seasonMillis / 2);
  const warmUpPoints = options.warmUpPoints ?? Math.min(1_000, Math.max(30, 2 * seasonPoints));
  if (saved !== undefined) assertState(saved, seasonPoints);
  const { measure = 'gauge' } = options;
  const scorer = createSeasonalScorer({ seasonPoints, warmUpPoints, measure }, saved?.scorer);
  let lastAt = saved?.lastAt ?? null;
  let window: EvidencePoint[] = [...(saved?.window ?? [])];
  let elevatedSince = saved?.elevatedSince ?? null;
  let calmPoints = saved?.calmPoints ?? 0;
  let alert = saved?.alert ?? null;

  return {
    observe(point) {
      assertPoint(options, point, lastAt);
      lastAt = point.at;
      const bucket = seasonPoints === 0 ? 0 : Math.floor(point.at / intervalMillis) % seasonPoints;
      const { expected, usual, score: deviation } = scorer.score(point.value, bucket);
      const score = isWatched(direction, point.value - expected) ? deviation : 0;
      const seen = { at: point.at, observed: point.value, expected, score };
      window = [...window.slice(1 - WINDOW_POINTS), seen];
      if (score < threshold / 2) elevatedSince = null;
      else elevatedSince ??= point.at;
      if (alert !== null && alert.end === undefined) {
        calmPoints = score < threshold ? calmPoints + 1 : 0;
        alert = follow(alert, point, seen, usual);
        return undefined;
      }
      const isCooling = alert !== null && point.at < alert.raisedAt + coolDown;
      if (score < threshold || isCooling) return undefined;
      calmPoints = 0;
      const start = elevatedSince ?? point.at;
      alert = withPeak({
        id: `${options.id}:${start}`,
        monitorId: options.id,
        seriesId: options.seriesId,
        start,
        raisedAt: point.at,
        window,
        usual,
        customers: named([], point),
      });
      return alert;
    },
    latestAlert: () => alert ?? undefined,
    state: () => ({
      version: 1,
      scorer: scorer.state(),
      lastAt,
      window,
      elevatedSince,
      calmPoints,
      alert,
    }),
  };

  function follow(open: Alert, point: SeriesPoint, seen: EvidencePoint, usual: number): Alert {
    const isOver = calmPoints >= CALM_POINTS;
    const { id, monitorId, seriesId, start, raisedAt, evidence } = open;
    const updated = withPeak({
      id,
      monitorId,
      seriesId,
      start,
      raisedAt,
      window: keepPeak([...evidence.window, seen]),
      usual: Math.max(evidence.usual, usual),
      customers: named(open.customers, point),
    });
    return isOver ? { ...updated, end: point.at } : updated;
  }

  function withPeak(found: {
    id: string;
    monitorId: string;
    seriesId: string;
    start: number;
    raisedAt: number;
    window: readonly EvidencePoint[];
    usual: number;
    customers: readonly string[];
  }): Alert {
    const { window: points, usual, customers, ...rest } = found;
    const during = points.filter(({ at }) => at >= found.start);
    const peak = during.reduce((best, next) => (next.score > best.score ? next : best));
    const severity = severityOf(peak.score, threshold);
    return {
      ...rest,
      severity,
      score: peak.score,
      evidence: { window: points, usual },
      customers,
      draft: draftMessage({
        seriesName: options.seriesName ?? options.seriesId,
        unit: options.unit ?? '',
        severity,
        start: found.start,
        peak,
        usual,
        customers: customers.length,
      }),
    };
  }
}

/** Past the limit the oldest points go, but never the peak. */
function keepPeak(points: EvidencePoint[]): EvidencePoint[] {
  if (points.length <= WINDOW_POINTS) return points;
  const peak = points.reduce((best, next) => (next.score > best.score ? next : best));
  const dropped = points[0] === peak ? 1 : 0;
  return points.filter((_, i) => i !== dropped);
}

function isWatched(direction: 'above' | 'below' | 'both', residual: number): boolean {
  return direction === 'both' || (direction === 'above' ? residual > 0 : residual < 0);
}

function severityOf(score: number, threshold: number): AlertSeverity {
  if (score >= 4 * threshold) return 'critical';
  return score >= 2 * threshold ? 'warning' : 'info';
}

function named(before: readonly string[], point: SeriesPoint): string[] {
  const all = new Set([...before, ...(point.customers ?? [])]);
  return [...all].sort().slice(0, MOST_CUSTOMERS);
}

function assertOptions(
  options: SeasonalMonitorOptions,
  seasonPoints: number,
  threshold: number,
): void {
  const fail = (field: string, expected: string): Error =>
    assistantError({
      code: 'MONITOR_OPTIONS_INVALID',
      message: `monitor ${JSON.stringify(options.id)}: ${field} must be ${expected}`,
      fields: { field },
    });
  if (!(options.intervalMillis > 0)) throw fail('intervalMillis', 'above 0');
  if (!(seasonPoints >= 0 && seasonPoints <= MOST_SEASON_POINTS) || seasonPoints === 1) {
    throw fail('seasonMillis', `0, or 2 to ${MOST_SEASON_POINTS} intervals`);
  }
  if (!(threshold > 0)) throw fail('threshold', 'above 0');
  if (options.coolDownMillis !== undefined && !(options.coolDownMillis >= 0)) {
    throw fail('coolDownMillis', '0 or more');
  }
}

function assertPoint(
  options: SeasonalMonitorOptions,
  { at, value }: SeriesPoint,
  lastAt: number | null,
): void {
  const why = !Number.isFinite(value)
    ? 'its value is not a number'
    : !Number.isSafeInteger(at) || at < 0
      ? 'its time is not in Unix milliseconds'
      : lastAt !== null && at <= lastAt
        ? `it is not after the last point (${lastAt})`
        : undefined;
  if (why === undefined) return;
  throw assistantError({
    code: 'MONITOR_POINT_INVALID',
    message: `series ${JSON.stringify(options.seriesId)}, point at ${at}: ${why}`,
    fields: { series: options.seriesId, at },
  });
}

function assertState(saved: SeasonalMonitorState, seasonPoints: number): void {
  if (saved.version === 1 && saved.scorer?.seasons?.length === seasonPoints) return;
  throw assistantError({
    code: 'MONITOR_STATE_INVALID',
    message: 'the saved state is of another version or another season length',
    remedy: 'Start the monitor without it; it learns the series again during its warm-up.',
  });
}
