import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { niceTicks, renderLineChart } from '../src/output/line-chart.ts';

const panel = (points: readonly (readonly [number, number])[]) => ({
  title: 'Loss',
  xLabel: 'round',
  yLabel: 'mean loss',
  series: [{ name: 'fedavg', points }],
});

describe('renderLineChart', () => {
  it('draws axes with names, ticks, a legend and one line a series', () => {
    const svg = renderLineChart('Run', [
      panel([
        [1, 0.9],
        [2, 0.5],
        [3, 0.4],
      ]),
    ]);
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    for (const text of ['Run', 'Loss', 'round', 'mean loss', 'fedavg', '>0.9<', '>2<']) {
      expect(svg).toContain(text);
    }
  });

  it('tells series apart by dashes as well as by colour, and draws a band over seeds', () => {
    const series = ['a', 'b'].map((name) => ({
      name,
      points: [
        [1, 1],
        [2, 2],
      ] as const,
      band: [
        [0.5, 1.5],
        [1.5, 2.5],
      ] as const,
    }));
    const svg = renderLineChart('Two', [{ ...panel([]), series }]);
    expect(svg.match(/<polygon/g)).toHaveLength(2);
    expect(svg.match(/<polyline[^>]*stroke-dasharray/g)).toHaveLength(1);
  });

  it('lets no name of a file become markup', () => {
    const name = '</text><script>alert(1)</script>"&\u0000';
    const svg = renderLineChart(name, [{ ...panel([]), series: [{ name, points: [[1, 1]] }] }]);
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u0000');
    expect(svg).toContain('&lt;script&gt;');
  });

  it('writes finite coordinates inside the drawing for whatever values', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
        const svg = renderLineChart('x', [panel(values.map((y, i) => [i + 1, y]))]);
        expect(svg).not.toMatch(/NaN|Infinity/);
        const line = svg.match(/<polyline points="([^"]*)" fill="none" stroke="#0072b2"/)?.[1];
        for (const pair of (line ?? '').split(' ')) {
          const [x = -1, y = -1] = pair.split(',').map(Number);
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(720);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(400);
        }
      }),
    );
  });
});

describe('niceTicks', () => {
  it('covers a y axis and stays inside an x axis, in steps of 1, 2 or 5', () => {
    expect(niceTicks(0.12, 0.87, false)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks(1, 30, true)).toEqual([5, 10, 15, 20, 25, 30]);
    expect(niceTicks(1, 1, true)).toEqual([1]);
  });
});
