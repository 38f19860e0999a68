import { createSeededRandom } from '@ddai/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ALERT_TRANSITIONS,
  type Alert,
  advanceAlert,
  NEW_ALERT_LIFECYCLE,
} from '../src/monitor/alert.ts';
import { createRollingQuantiles } from '../src/monitor/rolling-quantiles.ts';
import {
  createSeasonalMonitor,
  type SeasonalMonitorOptions,
  type SeriesPoint,
} from '../src/monitor/seasonal-monitor.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 2, 2);
const OPTIONS: SeasonalMonitorOptions = {
  id: 'm1',
  seriesId: 'errors',
  unit: 'errors',
  intervalMillis: HOUR,
  measure: 'count',
};

/** Hourly counts with a daily shape and noise; `change` edits single hours. */
function series(days: number, change: (hour: number, value: number) => number): SeriesPoint[] {
  const random = createSeededRandom('errors');
  return Array.from({ length: 24 * days }, (_, hour) => {
    const usual = 60 + 40 * Math.sin((hour / 24) * 2 * Math.PI) + 10 * (random.next() - 0.5);
    return { at: START + hour * HOUR, value: Math.round(change(hour, usual)) };
  });
}

function alertsOf(points: readonly SeriesPoint[], options = OPTIONS): Alert[] {
  const monitor = createSeasonalMonitor(options);
  return points.map((point) => monitor.observe(point)).filter((alert) => alert !== undefined);
}

describe('a seasonal monitor', () => {
  test('is silent over three usual weeks', () => {
    expect(alertsOf(series(21, (_, value) => value))).toEqual([]);
  });

  test('raises one alert for an incident, with evidence, customers and a draft', () => {
    const incident = (hour: number) => hour >= 400 && hour < 406;
    const monitor = createSeasonalMonitor(OPTIONS);
    const raised = series(21, (hour, value) => (incident(hour) ? value + 250 : value)).map(
      (point, hour) =>
        monitor.observe(incident(hour) ? { ...point, customers: [`c${hour}`, 'c1'] } : point),
    );
    const alerts = raised.filter((alert) => alert !== undefined);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ start: START + 400 * HOUR, seriesId: 'errors' });
    expect(alerts[0]?.evidence.window.at(-1)?.observed).toBeGreaterThan(250);
    const latest = monitor.latestAlert();
    expect(latest?.id).toBe(alerts[0]?.id);
    expect(latest?.end).toBeGreaterThan(START + 405 * HOUR);
    expect(latest?.customers).toEqual(['c1', 'c400', 'c401', 'c402', 'c403', 'c404', 'c405']);
    expect(latest?.draft.subject).toBe('errors above the usual since 2026-03-18 16:00 UTC');
    expect(latest?.draft.body).toContain('7 customers are affected');
  });

  test('finds that the usual peak is missing although the value is usual at night', () => {
    const [alert] = alertsOf(series(21, (hour, value) => (hour >= 412 && hour < 424 ? 25 : value)));
    expect(alert?.raisedAt).toBeGreaterThanOrEqual(START + 412 * HOUR);
  });

  test('watches one direction when told to', () => {
    const drop = series(21, (hour, value) => (hour === 400 ? -300 : value));
    expect(alertsOf(drop, { ...OPTIONS, direction: 'above' })).toEqual([]);
    expect(alertsOf(drop, { ...OPTIONS, direction: 'below' })).toHaveLength(1);
  });

  test('is silent during the cool-down, then speaks again', () => {
    const bursts = (hours: number[]) =>
      alertsOf(series(21, (hour, value) => (hours.includes(hour) ? value + 400 : value))).length;
    expect(bursts([400, 405])).toBe(1);
    expect(bursts([400, 460])).toBe(2);
  });

  test('goes on after a restart as if nothing had happened', () => {
    const points = series(21, (hour, value) => (hour > 399 && hour < 404 ? value + 250 : value));
    const whole = createSeasonalMonitor(OPTIONS);
    let restarted = createSeasonalMonitor(OPTIONS);
    points.forEach((point, i) => {
      if (i % 37 === 0 || i === 402) {
        restarted = createSeasonalMonitor(OPTIONS, JSON.parse(JSON.stringify(restarted.state())));
      }
      expect(restarted.observe(point)).toEqual(whole.observe(point));
    });
    expect(restarted.state()).toEqual(whole.state());
  });

  test.each([
    [{ at: START - HOUR, value: 1 }],
    [{ at: START, value: 1 }],
    [{ at: START + HOUR, value: Number.NaN }],
    [{ at: 1.5, value: 1 }],
  ])('refuses the point %j after another', (point) => {
    const monitor = createSeasonalMonitor(OPTIONS);
    monitor.observe({ at: START, value: 1 });
    const before = monitor.state();
    expect(() => monitor.observe(point)).toThrow(
      expect.objectContaining({ code: 'MONITOR_POINT_INVALID' }),
    );
    expect(monitor.state()).toEqual(before);
  });

  test('refuses options and states that make no sense', () => {
    const make = (over: Partial<SeasonalMonitorOptions>) => () =>
      createSeasonalMonitor({ ...OPTIONS, ...over });
    const code = 'MONITOR_OPTIONS_INVALID';
    expect(make({ intervalMillis: 0 })).toThrow(expect.objectContaining({ code }));
    expect(make({ seasonMillis: 1e12 })).toThrow(expect.objectContaining({ code }));
    const saved = createSeasonalMonitor(OPTIONS).state();
    expect(() => createSeasonalMonitor({ ...OPTIONS, seasonMillis: 7 * 24 * HOUR }, saved)).toThrow(
      expect.objectContaining({ code: 'MONITOR_STATE_INVALID' }),
    );
  });
});

test('rolling quantiles equal those of the sorted last values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1 }), (values) => {
      const rolling = createRollingQuantiles(7);
      for (const value of values) rolling.add(value);
      const last = values.slice(-7);
      const sorted = [...last].sort((a, b) => a - b);
      expect(rolling.values()).toEqual(last);
      expect(rolling.quantile(0.5)).toBe(sorted[Math.floor(sorted.length / 2)]);
      expect(rolling.quantile(1)).toBe(sorted.at(-1));
    }),
  );
});

test('an alert goes from open to acknowledged to engaged to resolved, and no further', () => {
  const step = (to: 'acknowledged' | 'engaged' | 'resolved', at: number) => ({ to, at, by: 'u1' });
  let lifecycle = advanceAlert(NEW_ALERT_LIFECYCLE, step('acknowledged', 1));
  lifecycle = advanceAlert(advanceAlert(lifecycle, step('engaged', 2)), step('resolved', 3));
  expect(lifecycle.transitions.map(({ from }) => from)).toEqual([
    'open',
    'acknowledged',
    'engaged',
  ]);
  expect(ALERT_TRANSITIONS.resolved).toEqual([]);
  for (const wrong of [
    () => advanceAlert(lifecycle, step('engaged', 4)),
    () => advanceAlert(NEW_ALERT_LIFECYCLE, step('engaged', 1)),
  ]) {
    expect(wrong).toThrow(expect.objectContaining({ code: 'ALERT_TRANSITION_INVALID' }));
  }
});
