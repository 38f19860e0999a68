import { statSync } from 'node:fs';
import {
  type AssistantEvaluation,
  checkGate,
  compareOutcomes,
  createKnowledgeIndex,
  createRetriever,
  evaluateAssistant,
  ingestKnowledge,
  type KnowledgeDocument,
  summarizeOutcomes,
} from '@ddai/assistant';
import { withoutControls } from '@ddai/command-line';
import { writeFileDurably } from '@ddai/storage';
import { readEvaluationConfig, readGate } from '../evaluation/evaluation-config.ts';
import { openSemanticRetriever } from '../evaluation/open-semantic-retriever.ts';
import { type EvaluatedConfig, renderReportPage } from '../evaluation/report-page.ts';
import { callerPath } from '../input/caller-path.ts';
import { readKnowledgeDirectory, readKnowledgeFile } from '../input/read-knowledge.ts';
import { readQuestions } from '../input/read-questions.ts';
import { percent, printResult } from '../output/print-result.ts';
import { createProgressBar } from '../output/progress-bar.ts';
import { stopwatch } from './stopwatch.ts';

export interface AssistantEvaluateFlags {
  readonly knowledge: string;
  readonly questions: string;
  readonly config?: string;
  readonly compare?: string;
  readonly encoders?: string;
  readonly report?: string;
  readonly gate?: string;
  readonly json?: string;
  readonly seed: number;
}

/** A check did not hold; see the exit codes in `docs/reference/cli.md`. */
const CHECK_FAILED = 3;

/** `ddai assistant evaluate`: how good are the answers from these pages to these questions? */
export async function assistantEvaluate(flags: AssistantEvaluateFlags): Promise<void> {
  const { knowledge, seed } = flags;
  const questions = readQuestions(flags.questions).map(({ id, q, doc, a }) => ({
    id,
    q,
    ...(doc === undefined ? {} : { doc }),
    ...(a === undefined ? {} : { a }),
  }));
  const gate = flags.gate === undefined ? undefined : readGate(flags.gate);
  const files = flags.compare === undefined ? [flags.config] : [flags.config, flags.compare];
  const settings = files.map((file) => ({ file, config: readEvaluationConfig(file) }));
  const retriever = createRetriever(createKnowledgeIndex(await readPages(knowledge)));
  const rankers = await Promise.all(
    settings.map(async ({ config: { encoder } }) =>
      encoder === undefined
        ? undefined
        : openSemanticRetriever(retriever, { name: encoder, file: flags.encoders }),
    ),
  );
  const bar = createProgressBar(process.stderr);
  const configs: EvaluatedConfig[] = [];
  for (const [i, { file, config }] of settings.entries()) {
    const { encoder, ...engine } = config;
    const semantic = rankers[i];
    const outcomes = await evaluateAssistant({
      retriever,
      ...(semantic === undefined ? {} : { semantic }),
      questions,
      engine,
      seconds: () => stopwatch.seconds(),
      onProgress: (done) =>
        bar.update(i * questions.length + done, settings.length * questions.length, 'questions'),
    });
    const letter = settings.length === 1 ? '' : `${'AB'[i]}: `;
    const by = encoder === undefined ? '' : `, encoder ${encoder}`;
    const name = `${letter}${file ?? 'default settings'}${by}`;
    configs.push({ name, outcomes, evaluation: summarizeOutcomes(outcomes, seed) });
  }
  bar.end();
  const [first, second] = configs as [EvaluatedConfig, EvaluatedConfig?];
  const differences =
    second === undefined ? [] : compareOutcomes(first.outcomes, second.outcomes, seed);
  // With two configurations the second is the one to be let in.
  const candidate = second ?? first;
  const failures = gate === undefined ? undefined : checkGate(candidate.evaluation, gate);
  const missed = failures?.map(
    ({ measure, value, bound }) =>
      `${measure} is ${value === undefined ? 'not measured by these questions' : value.toFixed(4)}, must be ${bound}`,
  );
  const pages = retriever.index.documents.length;
  if (flags.report !== undefined) {
    const page = renderReportPage({ knowledge, pages, configs, differences, gate: missed });
    writeFileDurably(callerPath(flags.report), page);
  }
  if (flags.json !== undefined) {
    const record = { knowledge, pages, seed, configs, differences, gate: failures ?? null };
    writeFileDurably(callerPath(flags.json), `${JSON.stringify(record, null, 2)}\n`);
  }
  printResult(
    {},
    {
      json: false,
      lines: [
        `${questions.length} questions on ${pages} pages`,
        ...configs.flatMap(({ name, evaluation, outcomes }) => [
          '',
          name,
          ...describe(evaluation),
          ...describeFaults(outcomes),
        ]),
        ...(differences.length === 0 ? [] : ['', ...differences.map(({ words }) => words)]),
        ...(flags.report === undefined ? [] : ['', `Report: ${flags.report}`]),
        ...(missed === undefined
          ? []
          : ['', ...(missed.length === 0 ? ['Gate: every bound holds'] : missed.map(asFailure))]),
      ],
    },
  );
  if (missed !== undefined && missed.length > 0) process.exitCode = CHECK_FAILED;
}

const asFailure = (line: string): string => `Gate: ${line}`;

async function readPages(path: string): Promise<readonly KnowledgeDocument[]> {
  const isFolder = statSync(callerPath(path), { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder) return readKnowledgeFile(path);
  const { pages, unread } = await readKnowledgeDirectory(path);
  for (const { id, error } of unread)
    process.stderr.write(withoutControls(`not read: ${error?.message ?? id}\n`));
  return ingestKnowledge(pages).documents;
}

/** An encoder that failed would otherwise look like one that changes nothing. */
function describeFaults(outcomes: EvaluatedConfig['outcomes']): string[] {
  const faults = outcomes.flatMap(({ encoderFault }) => encoderFault ?? []);
  if (faults.length === 0) return [];
  const kinds = [...new Set(faults)].join(', ');
  return [`  by words alone: ${faults.length} of ${outcomes.length} (${kinds})`];
}

function describe(evaluation: AssistantEvaluation): string[] {
  const { answerabilityAuc, coverageAt95, latency, measures } = evaluation;
  const line = (name: string, text: string): string => `  ${name.padEnd(16)}${text}`;
  return [
    ...Object.entries(measures).map(([name, { mean, low, high }]) =>
      line(name, `${mean.toFixed(3)}  (95 %: ${low.toFixed(3)} to ${high.toFixed(3)})`),
    ),
    line('answerability', answerabilityAuc.toFixed(3)),
    line('coverageAt95', percent(coverageAt95)),
    line(
      'latency',
      `p50 ${latency.p50.toFixed(1)} ms, p95 ${latency.p95.toFixed(1)} ms, p99 ${latency.p99.toFixed(1)} ms`,
    ),
  ];
}
