import type { AssistantEvaluation, MeasureDifference, QuestionOutcome } from '@ddai/assistant';
import { escapeText, renderLineChart } from '../output/line-chart.ts';
import { percent } from '../output/print-result.ts';
import { renderIntervals } from './interval-chart.ts';

/** One evaluated configuration. */
export interface EvaluatedConfig {
  readonly name: string;
  readonly evaluation: AssistantEvaluation;
  readonly outcomes: readonly QuestionOutcome[];
}

export interface EvaluationReport {
  readonly knowledge: string;
  readonly pages: number;
  readonly configs: readonly EvaluatedConfig[];
  readonly differences: readonly MeasureDifference[];
  /** One line for each bound missed; undefined without a gate. */
  readonly gate: readonly string[] | undefined;
}

const STYLE = `
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; color: #1c1c1c; background: #fff; max-width: 60rem; margin: 2.5rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
p.lead { color: #555; margin-top: 0; } svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top; } th { font-weight: 600; }
td.n, th.n { text-align: right; white-space: nowrap; }
.ok { color: #00643f; } .no { color: #a33b00; font-weight: 600; } .quiet { color: #666; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2 { break-after: avoid; } tr, svg { break-inside: avoid; } thead { display: table-header-group; } }
`;

/** A page on its own: no script, no font, nothing loaded; a policy in it forbids all that. */
export function renderReportPage(report: EvaluationReport): string {
  const { knowledge, pages, configs, differences, gate } = report;
  const [first] = configs;
  const title = `Assistant evaluation: ${knowledge}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title><style>${STYLE}</style></head><body>
<h1>${escapeText(title)}</h1>
<p class="lead">${first?.evaluation.questions ?? 0} questions on ${pages} pages. Intervals are 95 % by bootstrap over questions.</p>
${gate === undefined ? '' : gateSection(gate)}
${configs.map(measureSection).join('\n')}
${differences.length === 0 ? '' : differenceSection(differences)}
<h2>When it keeps silent</h2>
<p>From right to left the assistant answers less and is right more often. The curve counts an answer as right when it cites the page that the question names.</p>
${renderLineChart('Precision by coverage', [
  {
    title: 'Answers from the surest on',
    xLabel: 'questions answered (%)',
    yLabel: 'right (%)',
    series: configs.map(({ name, evaluation }) => ({
      name,
      points: evaluation.abstention.map(
        ({ coverage, precision }) => [100 * coverage, 100 * precision] as const,
      ),
    })),
  },
])}
<h2>Latency</h2>
${renderLineChart('Milliseconds per answer', [
  {
    title: 'Share of answers that are at least so fast',
    xLabel: 'answers (%)',
    yLabel: 'ms',
    series: configs.map(({ name, outcomes }) => ({ name, points: latencyPoints(outcomes) })),
  },
])}
${configs.map(questionSection).join('\n')}
</body></html>
`;
}

function gateSection(failures: readonly string[]): string {
  if (failures.length === 0) return '<h2>Gate</h2><p class="ok">Every bound holds.</p>';
  const items = failures.map((line) => `<li class="no">${escapeText(line)}</li>`).join('');
  return `<h2>Gate</h2><ul>${items}</ul>`;
}

function measureSection({ name, evaluation }: EvaluatedConfig): string {
  const { answerabilityAuc, coverageAt95, latency, measures } = evaluation;
  const rows = Object.entries(measures).map(([label, interval]) => ({ label, ...interval }));
  return `<h2>${escapeText(name)}</h2>
${renderIntervals(`Measures of ${name}`, rows)}
<p>Confidence tells questions with their page from the same without it with an AUC of <b>${answerabilityAuc.toFixed(3)}</b>; when 95 % of all answers must be to answerable questions, <b>${percent(coverageAt95)}</b> of these are answered. Half of the answers take up to ${latency.p50.toFixed(1)} ms, 95 % up to ${latency.p95.toFixed(1)} ms, 99 % up to ${latency.p99.toFixed(1)} ms.</p>`;
}

function differenceSection(differences: readonly MeasureDifference[]): string {
  const items = differences.map(({ words, verdict }) => {
    const quiet = verdict === 'no difference shown' ? ' class="quiet"' : '';
    return `<li${quiet}>${escapeText(words)}</li>`;
  });
  return `<h2>B against A</h2><p>The same questions, difference by difference (paired bootstrap).</p><ul>${items.join('')}</ul>`;
}

function questionSection({ name, outcomes }: EvaluatedConfig): string {
  const rows = outcomes.map((outcome) => {
    const { id, q, rank, f1, confidence, abstained, text } = outcome;
    const place = rank === undefined ? 'no page' : rank === 0 ? '> 100' : String(rank);
    const said = abstained ? '<span class="quiet">silent</span>' : escapeText(text);
    return `<tr><td>${escapeText(id)}</td><td>${escapeText(q)}</td><td>${said}</td><td class="n">${place}</td><td class="n">${f1?.toFixed(2) ?? '–'}</td><td class="n">${confidence.toFixed(2)}</td></tr>`;
  });
  return `<h2>Questions: ${escapeText(name)}</h2>
<table><thead><tr><th>id</th><th>question</th><th>answer</th><th class="n">rank of its page</th><th class="n">F1</th><th class="n">confidence</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

function latencyPoints(outcomes: readonly QuestionOutcome[]): [number, number][] {
  const sorted = outcomes.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return sorted.map((milliseconds, i) => [(100 * (i + 1)) / sorted.length, milliseconds]);
}
