/** Colours of Okabe and Ito (2008), told apart by people who see few; dashes tell them apart in grey. */
const STROKES = [
  { colour: '#0072b2', dash: '' },
  { colour: '#d55e00', dash: '7 3' },
  { colour: '#009e73', dash: '2 2.5' },
  { colour: '#cc79a7', dash: '9 3 2 3' },
  { colour: '#56b4e9', dash: '4 4' },
  { colour: '#e69f00', dash: '12 4' },
] as const;

const WIDTH = 720;
const PANEL_HEIGHT = 300;
const MARGIN = { top: 46, right: 24, bottom: 52, left: 68 } as const;
const LEGEND_ROW = 20;
const TICKS = 6;
const FONT = 'font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif"';

export interface LineSeries {
  readonly name: string;
  /** Ascending in x. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Lowest and highest y at each point: drawn as a band. */
  readonly band?: readonly (readonly [low: number, high: number])[];
}

export interface LinePanel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly formatY?: (value: number) => string;
  readonly series: readonly LineSeries[];
}

/** Panels of lines under one another as a document of SVG 1.1: white ground, no scripts, no fonts. */
export function renderLineChart(title: string, panels: readonly LinePanel[]): string {
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))];
  const legendHeight = 34 + LEGEND_ROW * Math.ceil(names.length / 2);
  const height = legendHeight + panels.length * PANEL_HEIGHT;
  const drawn = panels.map((panel, i) => drawPanel(panel, names, legendHeight + i * PANEL_HEIGHT));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeText(title)}" ${FONT}>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text({ x: MARGIN.left, y: 24, size: 15, weight: 600 }, title),
    ...names.map((name, i) => drawLegend(name, i)),
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function drawLegend(name: string, index: number): string {
  const x = MARGIN.left + (index % 2) * ((WIDTH - MARGIN.left) / 2);
  const y = 44 + LEGEND_ROW * Math.floor(index / 2);
  return `<line x1="${x}" y1="${y}" x2="${x + 30}" y2="${y}" ${stroke(index)}/>${text({ x: x + 38, y: y + 4 }, name.slice(0, 44))}`;
}

function drawPanel(panel: LinePanel, names: readonly string[], top: number): string {
  const { series, formatY = String } = panel;
  const xs = series.flatMap(({ points }) => points.map(([x]) => x));
  const ys = series.flatMap(({ points, band = [] }) => [
    ...points.map(([, y]) => y),
    ...band.flat(),
  ]);
  const xTicks = niceTicks(Math.min(...xs), Math.max(...xs), true);
  const yTicks = niceTicks(Math.min(...ys), Math.max(...ys), false);
  const [left, right] = [MARGIN.left, WIDTH - MARGIN.right];
  const [up, down] = [top + MARGIN.top, top + PANEL_HEIGHT - MARGIN.bottom];
  const toX = scaleTo(Math.min(...xs), Math.max(...xs), left, right);
  const toY = scaleTo(yTicks[0] as number, yTicks.at(-1) as number, down, up);
  const at = (x: number, y: number): string => `${round(toX(x))},${round(toY(y))}`;
  const parts = [text({ x: left, y: up - 14, size: 13, weight: 600 }, panel.title)];
  for (const y of yTicks) {
    parts.push(
      `<line x1="${left}" x2="${right}" y1="${round(toY(y))}" y2="${round(toY(y))}" stroke="#ddd"/>`,
      text({ x: left - 8, y: toY(y) + 4, anchor: 'end' }, formatY(y)),
    );
  }
  for (const x of xTicks) {
    parts.push(
      `<line x1="${round(toX(x))}" x2="${round(toX(x))}" y1="${down}" y2="${down + 5}" stroke="#444"/>`,
      text({ x: toX(x), y: down + 18, anchor: 'middle' }, String(x)),
    );
  }
  for (const { name, points, band } of series) {
    const index = names.indexOf(name);
    if (band !== undefined) {
      const forth = points.map(([x], i) => at(x, band[i]?.[1] as number));
      const back = points.map(([x], i) => at(x, band[i]?.[0] as number)).reverse();
      const { colour } = STROKES[index % STROKES.length] as (typeof STROKES)[number];
      parts.push(
        `<polygon points="${[...forth, ...back].join(' ')}" fill="${colour}" opacity="0.14"/>`,
      );
    }
    const line = points.map(([x, y]) => at(x, y)).join(' ');
    parts.push(`<polyline points="${line}" fill="none" ${stroke(index)}/>`);
    const [only] = points;
    if (points.length === 1 && only !== undefined) {
      parts.push(`<circle cx="${round(toX(only[0]))}" cy="${round(toY(only[1]))}" r="3.5"/>`);
    }
  }
  const middle = (up + down) / 2;
  parts.push(
    `<polyline points="${left},${up} ${left},${down} ${right},${down}" fill="none" stroke="#444"/>`,
    text({ x: (left + right) / 2, y: down + 38, anchor: 'middle' }, panel.xLabel),
    `<text transform="translate(18 ${middle}) rotate(-90)" text-anchor="middle" font-size="12" fill="#222">${escapeText(panel.yLabel)}</text>`,
  );
  return parts.join('\n');
}

/** Ticks have 12 digits; powers of ten below this one lose theirs. */
const LEAST_SHOWN = 1e-10;
const LEAST_SIZE = 1e-300;

/** Multiples of 1, 2 or 5 times a power of ten that cover the values; inside them for an x axis. */
export function niceTicks(low: number, high: number, isInside: boolean): number[] {
  const size = Math.max(Math.abs(low), Math.abs(high));
  // Differences that no label would show are none.
  const span = high - low > size * LEAST_SHOWN && size > LEAST_SIZE ? high - low : size || 1;
  const rough = Math.max(span, LEAST_SIZE) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? 10 * power;
  const whole = isInside ? Math.max(1, Math.round(step)) : step;
  const [from, to] = isInside
    ? [Math.ceil(low / whole), Math.floor(high / whole)]
    : [Math.floor(low / whole), Math.max(Math.ceil(high / whole), Math.floor(low / whole) + 1)];
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => (from + i) * whole);
  return ticks.map((tick) => Number(tick.toPrecision(12)));
}

function scaleTo(low: number, high: number, from: number, to: number): (value: number) => number {
  if (high === low) return () => (from + to) / 2;
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

function stroke(index: number): string {
  const { colour, dash } = STROKES[index % STROKES.length] as (typeof STROKES)[number];
  const dashes = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  return `stroke="${colour}" stroke-width="2" stroke-linejoin="round"${dashes}`;
}

function text(
  place: {
    readonly x: number;
    readonly y: number;
    readonly size?: number;
    readonly weight?: number;
    readonly anchor?: 'middle' | 'end';
  },
  content: string,
): string {
  const { x, y, size = 12, weight = 400, anchor } = place;
  const anchored = anchor === undefined ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" fill="#222"${anchored}>${escapeText(content)}</text>`;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Text of a file or a flag, harmless in an element and in an attribute; no control characters. */
export function escapeText(content: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return content
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll(/[&<>"]/g, (character) => entities[character] as string);
}
