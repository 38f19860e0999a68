import type { DataFinding } from './data-report.ts';

/** What a job asks of the data of each participant. */
export interface DataDemands {
  /** Fewest rows. */
  readonly minExamples: number;
  /** Fewest rows of a label that occurs. */
  readonly minPerLabel: number;
  /** Whether every agreed label must occur at every participant. Default false: sites differ. */
  readonly everyLabel?: boolean;
}

/** Compares the labels of a participant's rows with those agreed on. Unknown ones are only counted. */
export function checkLabelCounts(options: {
  readonly labels: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
  readonly demands: DataDemands;
}): DataFinding[] {
  const { labels, counts, demands } = options;
  const findings: DataFinding[] = [];
  const agreed = new Set(labels);
  const unknown = [...counts.keys()].filter((label) => !agreed.has(label)).length;
  if (unknown > 0) findings.push({ code: 'DATA_LABEL_UNKNOWN', labels: unknown });
  const present = labels.filter((label) => (counts.get(label) ?? 0) > 0);
  if (present.length === 1 && labels.length > 1) findings.push({ code: 'DATA_ONE_LABEL' });
  const needed = demands.minPerLabel;
  for (const label of labels) {
    const found = counts.get(label) ?? 0;
    if (found === 0 && demands.everyLabel === true) {
      findings.push({ code: 'DATA_LABEL_ABSENT', label });
    } else if (found > 0 && found < needed) {
      findings.push({ code: 'DATA_LABEL_TOO_SMALL', label, needed });
    }
  }
  return findings;
}
