import { evaluateRetrieval, type MeanInterval } from '@ddai/assistant';
import { DdaiError } from '@ddai/core';
import { readKnowledgeFile } from '../input/read-knowledge.ts';
import { readQuestions } from '../input/read-questions.ts';
import { printResult } from '../output/print-result.ts';
import { createProgressBar } from '../output/progress-bar.ts';
import { stopwatch } from './stopwatch.ts';

export interface KnowledgeEvaluateFlags {
  readonly kb: string;
  readonly questions: string;
  readonly seed: number;
  readonly json: boolean;
}

/** `ddai knowledge evaluate`: does the right page come up for each question? */
export function knowledgeEvaluate({
  kb,
  questions: file,
  seed,
  json,
}: KnowledgeEvaluateFlags): void {
  const questions = readQuestions(file).map(({ id, q, doc }) => {
    if (doc !== undefined) return { id, q, doc };
    throw new DdaiError({
      code: 'QUESTIONS_DOC_MISSING',
      message: `${file}: question ${id} names no doc`,
      remedy: 'Name the page that holds its answer.',
    });
  });
  const documents = readKnowledgeFile(kb);
  const bar = createProgressBar(process.stderr);
  const onProgress = (done: number): void => bar.update(done, questions.length, 'questions');
  const result = evaluateRetrieval({
    documents,
    questions,
    seed,
    cpuSeconds: () => stopwatch.cpuSeconds(),
    onProgress,
  });
  bar.end();
  const { recallAt1, recallAt5, recallAt10, mrr, ndcgAt10, queriesPerCpuSecond, intervals } =
    result;
  const measure = (name: string, value: number, { low, high }: MeanInterval): string =>
    `${name.padEnd(12)}${value.toFixed(3)}  (95 %: ${low.toFixed(3)} to ${high.toFixed(3)})`;
  printResult(
    {
      recallAt1,
      recallAt5,
      recallAt10,
      mrr,
      ndcgAt10,
      queriesPerCpuSecond,
      intervals,
      questions: result.questions,
      documents: result.documents,
    },
    {
      json,
      lines: [
        `${result.questions} questions on ${result.documents} pages, ${result.passages} passages`,
        measure('recall@1', recallAt1, intervals.recallAt1),
        measure('recall@5', recallAt5, intervals.recallAt5),
        measure('recall@10', recallAt10, intervals.recallAt10),
        measure('MRR', mrr, intervals.mrr),
        measure('nDCG@10', ndcgAt10, intervals.ndcgAt10),
        `speed       ${Math.round(queriesPerCpuSecond).toLocaleString('en')} questions per CPU-second`,
      ],
    },
  );
}
