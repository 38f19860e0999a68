import type { MeanInterval } from '@ddai/assistant';
import { escapeText } from '../output/line-chart.ts';

const WIDTH = 720;
const LABEL = 150;
const FIGURES = 190;
const ROW = 28;
const TOP = 24;

/** Shares with their intervals as an inline SVG: a dot for the mean, a line from low to high. */
export function renderIntervals(
  title: string,
  rows: readonly (MeanInterval & { readonly label: string })[],
): string {
  const height = TOP + ROW * rows.length + 4;
  const x = (share: number): string => (LABEL + share * (WIDTH - LABEL - FIGURES)).toFixed(1);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line x1="${x(share)}" x2="${x(share)}" y1="${TOP - 6}" y2="${height}" stroke="#ddd"/><text x="${x(share)}" y="${TOP - 10}" text-anchor="middle" fill="#555">${share}</text>`,
  );
  const drawn = rows.map(({ label, mean, low, high }, i) => {
    const y = TOP + ROW * i + ROW / 2;
    return [
      `<text x="${LABEL - 12}" y="${y + 4}" text-anchor="end" fill="#222">${escapeText(label)}</text>`,
      `<line x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}" stroke="#0072b2" stroke-width="3"/>`,
      `<circle cx="${x(mean)}" cy="${y}" r="5" fill="#0072b2"/>`,
      `<text x="${WIDTH - FIGURES + 16}" y="${y + 4}" fill="#222">${mean.toFixed(3)}  [${low.toFixed(3)}, ${high.toFixed(3)}]</text>`,
    ].join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeText(title)}" font-size="13">${[...grid, ...drawn].join('\n')}</svg>`;
}
