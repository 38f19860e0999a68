import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  areaUnderCurve,
  collectEvidenceSignals,
  createKnowledgeIndex,
  createRetriever,
  EVIDENCE_WEIGHTS,
  type EvidenceSignals,
  parseKnowledgeDocument,
  type QuestionSignals,
  simulateQuestions,
} from '@ddai/assistant';
import type { Bar } from './bar.ts';
import { fitLogistic } from './fit-logistic.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
const COMPANIES = ['bank', 'cloud', 'telecom'];
const PER_PAGE = 8;
const SIGNALS = ['covered', 'pairs', 'passageLead', 'documentLead', 'agreement'] as const;

/**
 * Makes the questions that `EVIDENCE_WEIGHTS` come from, fits again (printed), and shows how well
 * the weights in force tell questions with their page from the same without: on other simulated
 * questions, and on those that people would ask, which no weight has seen.
 */
export function benchEvidence(): Bar[] {
  const pages = COMPANIES.flatMap((company) =>
    readdirSync(`${EXAMPLES}${company}/knowledge`).map((file) => {
      const content = readFileSync(`${EXAMPLES}${company}/knowledge/${file}`, 'utf8');
      return parseKnowledgeDocument({ id: `${company}/${file}`, content }).document;
    }),
  );
  const retriever = createRetriever(createKnowledgeIndex(pages));
  const simulate = (seed: string): QuestionSignals[] =>
    collectEvidenceSignals(retriever, simulateQuestions(pages, { perDocument: PER_PAGE, seed }));
  const fitted = fit(simulate('1'));
  const { bias, ...weights } = fitted;
  process.stdout.write(`fitted now: ${JSON.stringify(weights)}, bias ${bias.toFixed(2)}\n`);
  const bar = (name: string, atLeast: number, questions: readonly QuestionSignals[]): Bar => ({
    name,
    value: auc(EVIDENCE_WEIGHTS, questions),
    unit: 'AUC',
    bound: { atLeast },
    reference: { name: 'fitted now', value: auc(fitted, questions) },
  });
  return [
    bar('answerability, simulated', 0.93, simulate('2')),
    bar('answerability, written', 0.96, collectEvidenceSignals(retriever, writtenQuestions())),
  ];
}

function writtenQuestions(): { q: string; doc: string }[] {
  return COMPANIES.flatMap((company) =>
    readFileSync(`${EXAMPLES}${company}/questions.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { q: string; doc?: string })
      .flatMap(({ q, doc }) => (doc === undefined ? [] : [{ q, doc: `${company}/${doc}` }])),
  );
}

function fit(
  questions: readonly QuestionSignals[],
): Record<keyof EvidenceSignals | 'bias', number> {
  const row = (signals: EvidenceSignals): number[] => SIGNALS.map((name) => signals[name]);
  const rows = questions.flatMap((each) => [row(each.withPage), row(each.withoutPage)]);
  const { weights, bias } = fitLogistic(
    rows,
    rows.map((_, i) => 1 - (i % 2)),
  );
  const rounded = SIGNALS.map((name, i) => [name, Number((weights[i] as number).toFixed(2))]);
  return Object.fromEntries([...rounded, ['bias', bias]]) as ReturnType<typeof fit>;
}

function auc(
  weights: Readonly<Record<keyof EvidenceSignals, number>>,
  questions: readonly QuestionSignals[],
): number {
  const score = (signals: EvidenceSignals): number =>
    SIGNALS.reduce((sum, name) => sum + weights[name] * signals[name], 0);
  return areaUnderCurve(
    questions.map(({ withPage }) => score(withPage)),
    questions.map(({ withoutPage }) => score(withoutPage)),
  );
}
