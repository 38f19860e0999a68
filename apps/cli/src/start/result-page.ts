import type { NodeEarnings } from '@ddai/chain';
import { formatEther } from 'viem';
import { describeReconciliation } from '../commands/reconcile.ts';
import type { AnsweredQuestion } from './answer-questions.ts';
import type { AccuracyComparison, CompanyAccuracy, Measured } from './compare-accuracy.ts';
import type { RestartablePart } from './keep-running.ts';
import type { CompanyAccount } from './open-accounts.ts';
import type { Scenario } from './scenario.ts';
import type { Settlement } from './settle.ts';
import type { TrainedTogether } from './train-together.ts';
import type { WatchedSeries } from './watch-series.ts';

/** Everything a run found out. */
export interface RunResult {
  readonly scenario: Scenario;
  readonly accuracy: AccuracyComparison;
  readonly trained: TrainedTogether;
  readonly answers: readonly AnsweredQuestion[];
  readonly watched: readonly WatchedSeries[];
  readonly settlement: Settlement;
  /** Node names by operator. */
  readonly names: ReadonlyMap<string, string>;
  readonly accounts: readonly CompanyAccount[];
  readonly gatewayUrl: string;
  /** Everything that runs above the chain, to be kept running. */
  readonly parts: readonly RestartablePart[];
  readonly seconds: number;
  readonly phases: ReadonlyMap<string, number>;
}

const SHOWN_ANSWERS = 5;
const WIDTH = 100;

/** The one page at the end of a run, for people. */
export function renderResultPage(result: RunResult): string {
  const sections = [
    accuracySection(result),
    answersSection(result),
    alertSection(result),
    earningsSection(result),
    booksSection(result),
    nextSection(result),
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

function accuracySection({ scenario, accuracy, trained }: RunResult): string[] {
  const { companies, overall } = accuracy;
  const { killed, inheritedRounds } = trained;
  const row = (name: string, tickets: number, row_: Omit<CompanyAccuracy, 'name'>): string =>
    `  ${name.padEnd(9)}${String(tickets).padStart(8)}  ${cell(row_.federated)}  ${cell(row_.local)}  ${cell(row_.central)}  ${gainWords(row_)}`;
  const tickets = (index: number): number =>
    scenario.companies[index]?.sites.reduce((sum, { train }) => sum + train.length, 0) ?? 0;
  return [
    heading(
      `Intents from ${scenario.source}: ${scenario.labels.length} intents, ${scenario.companies.flatMap(({ sites }) => sites).length} sites, no ticket left its site`,
    ),
    `  ${''.padEnd(9)}${'tickets'.padStart(8)}  ${['federated', 'on its own', 'pooled'].map((name) => name.padEnd(CELL)).join('  ')}  federated − on its own`,
    ...companies.map((company, index) => row(company.name, tickets(index), company)),
    row(
      'overall',
      companies.reduce((sum, _, index) => sum + tickets(index), 0),
      overall,
    ),
    ...indent(
      `Accuracy on held-out tickets, with 95 % intervals.${inheritedRounds === 0 ? '' : ` An interrupted run had closed ${inheritedRounds} of the job's rounds; this one went on from there.`}${killed.round === 0 ? '' : ` In round ${killed.round} ${killed.site} was killed in mid-round; the round closed with ${killed.survivors} survivors.`}`,
      2,
    ),
    `  Record of the job, for npx ddai receipt verify FILE:`,
    `  ${trained.receiptFile}`,
  ];
}

const CELL = 13;

function cell({ accuracy, interval }: Measured): string {
  return `${(accuracy * 100).toFixed(1).padStart(5)} (${(interval.low * 100).toFixed(0)}–${(interval.high * 100).toFixed(0)})`.padEnd(
    CELL,
  );
}

function gainWords({ gain }: Omit<CompanyAccuracy, 'name'>): string {
  const { value, low, high } = gain.difference;
  const points = (share: number): string =>
    `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;
  const verdict = low > 0 ? 'gained' : high < 0 ? 'LOST' : 'no clear difference';
  return `${points(value)} (${points(low)} to ${points(high)}) ${verdict}`;
}

function answersSection({ answers }: RunResult): string[] {
  const answered = answers.filter(({ details }) => !details.abstained);
  const expected = answers.filter(({ citesExpected }) => citesExpected !== undefined);
  const right = expected.filter(({ citesExpected }) => citesExpected === true).length;
  const complex = answers.filter(({ details }) => details.route === 'complex');
  const times = answers
    .filter(({ details }) => details.route === 'simple')
    .map(({ milliseconds }) => milliseconds)
    .sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  const shown = [
    ...complex.slice(0, 2),
    ...answered.filter(({ details }) => details.route === 'simple'),
  ].slice(0, SHOWN_ANSWERS);
  return [
    heading(
      `Answers: ${answers.length} questions, ${answered.length} answered, ${answers.length - answered.length} declined, ${complex.length} worked on by paid nodes`,
    ),
    ...(expected.length > 0
      ? [
          `  ${right} of ${expected.length} cite the page that holds the answer.${median === undefined ? '' : ` Simple answers: median ${median.toFixed(1)} ms.`}`,
        ]
      : []),
    ...shown.flatMap(describeAnswer),
  ];
}

function describeAnswer({ company, question, answer, details }: AnsweredQuestion): string[] {
  const [citation] = details.citations;
  const lines = ['', `  ${company} · ${clip(question)}`, ...indent(shorten(answer), 4)];
  if (citation !== undefined)
    lines.push(
      `    ↳ ${clip(`${citation.documentId} [${citation.start}–${citation.end}] ${citation.headings.at(-1) ?? ''}`)}`,
    );
  const intent =
    details.intent === null
      ? ''
      : `intent ${details.intent.label} (${(details.intent.probability * 100).toFixed(0)} %)`;
  const node =
    details.node === null
      ? ''
      : `node ${details.node.operator.slice(0, 10)}… for ${formatEther(BigInt(details.node.price_wei))} DDAI, attested`;
  const notes = [intent, node].filter((note) => note !== '');
  if (notes.length > 0) lines.push(`    ${notes.join(' · ')}`);
  return lines;
}

function alertSection({ watched }: RunResult): string[] {
  const alerts = watched.flatMap((series) => series.alerts.map((view) => ({ series, view })));
  return [
    heading(`Alerts: ${alerts.length} raised from the event streams`),
    ...alerts.flatMap(({ series, view }) => {
      const { alert } = view;
      const peak = alert.evidence.window.reduce(
        (best, point) => (point.score > best.score ? point : best),
        alert.evidence.window[0] ?? { at: 0, observed: 0, expected: 0, score: 0 },
      );
      return [
        `  ${series.company} · ${alert.severity} · ${alert.draft.subject}`,
        `    raised ${new Date(alert.raisedAt).toISOString()}: ${peak.observed} observed where ${peak.expected.toFixed(1)} was usual`,
        `    ${series.insideIncident ? 'inside' : 'OUTSIDE'} the marked incident; ${series.points} points watched, ${alert.customers.length} customers named`,
      ];
    }),
  ];
}

function earningsSection({ settlement, names }: RunResult): string[] {
  const { earnings } = settlement;
  const nameOf = ({ node }: NodeEarnings): string => names.get(node.toLowerCase()) ?? node;
  const amount = (wei: bigint): string => Number(formatEther(wei)).toFixed(6).padStart(14);
  return [
    heading('Who earned what, in DDAI'),
    `  ${'node'.padEnd(12)}${'collected'.padStart(14)}${'withdrawn'.padStart(14)}${'rewards'.padStart(14)}   operator`,
    ...earnings.map(
      (row) =>
        `  ${nameOf(row).padEnd(12)}${amount(row.collected)}${amount(row.withdrawn)}${amount(row.rewards)}   ${row.node}`,
    ),
  ];
}

function booksSection({ settlement }: RunResult): string[] {
  const [title = '', ...rows] = describeReconciliation(settlement.reconciliation);
  return [heading(title), ...rows];
}

function nextSection({ gatewayUrl, accounts, seconds, phases }: RunResult): string[] {
  const [first] = accounts;
  const times = [...phases].map(([name, value]) => `${name} ${value.toFixed(1)}`).join(' · ');
  return [
    heading(`${seconds.toFixed(0)} seconds in all`),
    ...indent(times, 2),
    '',
    `  Gateway  ${gatewayUrl}   API document: ${gatewayUrl}/openapi.json`,
    `  Console  will be at ${gatewayUrl}/console`,
    ...(first === undefined
      ? []
      : [
          `  API key  ${first.apiKey}   (of ${first.company.name}, this local network only)`,
          '',
          `  curl -s ${gatewayUrl}/v1/chat/completions \\`,
          `    -H 'authorization: Bearer ${first.apiKey}' \\`,
          `    -H 'content-type: application/json' -d '{"model":"support","messages":[`,
          `    {"role":"user","content":"${first.company.questions[0]?.q.replaceAll(/["'\\]/g, '') ?? 'hello'}"}]}'`,
        ]),
  ];
}

function heading(text: string): string {
  return `── ${text} ${'─'.repeat(Math.max(0, WIDTH - text.length - 4))}`;
}

function clip(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}

const LONGEST_SHOWN = 400;

function shorten(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** Breaks text into lines of at most `WIDTH` columns, each behind `spaces` spaces. */
function indent(text: string, spaces: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replaceAll(/\s+/g, ' ').split(' ')) {
    if (line !== '' && line.length + word.length + 1 > WIDTH - spaces) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return (line === '' ? lines : [...lines, line]).map((words) => `${' '.repeat(spaces)}${words}`);
}
