import type { SeedRecord, SimulationRecord } from '@ddai/learning';
import { type LineSeries, renderLineChart } from '../output/line-chart.ts';

export interface NamedRecord {
  readonly name: string;
  readonly record: SimulationRecord;
}

/** Curves by round, the mean over seeds with a band from the lowest to the highest seed, as SVG. */
export function plotRecords(records: readonly NamedRecord[]): string {
  const isClass = records.every(({ record }) => record.task === 'class');
  const curves = (pick: (seed: SeedRecord) => readonly number[]): LineSeries[] =>
    records.map(({ name, record }) => toSeries(name, record.seeds.map(pick)));
  const losses = [
    ...curves(({ testLoss }) => testLoss).map((s) => ({ ...s, name: `${s.name}, test` })),
    ...curves(({ trainLoss }) => trainLoss).map((s) => ({ ...s, name: `${s.name}, training` })),
  ];
  const accuracy = curves(({ accuracy: values }) => values).map((s) => ({
    ...s,
    name: `${s.name}, test`,
  }));
  const title = records.map(({ name }) => name).join(' and ');
  const byRound = { xLabel: 'round' } as const;
  const panels = [
    ...(isClass
      ? [
          {
            ...byRound,
            title: 'Accuracy',
            yLabel: 'right on test, %',
            formatY: (share: number) => String(Number((share * 100).toFixed(3))),
            series: accuracy,
          },
        ]
      : []),
    { ...byRound, title: 'Loss', yLabel: 'mean loss', series: losses },
  ];
  return renderLineChart(`Simulation: ${title}`, panels);
}

function toSeries(name: string, seeds: readonly (readonly number[])[]): LineSeries {
  const rounds = Math.min(...seeds.map((values) => values.length));
  const byRound = Array.from({ length: rounds }, (_, i) =>
    seeds.map((values) => values[i] as number),
  );
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const points = byRound.map((values, i) => [i + 1, mean(values)] as const);
  if (seeds.length < 2) return { name, points };
  return {
    name,
    points,
    band: byRound.map((values) => [Math.min(...values), Math.max(...values)] as const),
  };
}
