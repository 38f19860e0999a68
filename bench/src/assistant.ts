import { evaluateAnswers, parseKnowledgeDocument } from '@ddai/assistant';
import type { Bar } from './bar.ts';
import { readCorpus } from './bench-data.ts';
import { cpuSeconds } from './cpu-seconds.ts';
import { benchRetrieval } from './retrieval.ts';
import { benchSemantic } from './semantic.ts';

/** Retrieval beside minisearch, then answers and what their confidence is worth, on the same questions. */
export async function benchAssistant(dataDirectory: string): Promise<Bar[]> {
  const { pages, questions } = readCorpus(dataDirectory);
  const documents = pages.map(
    ({ id, title, text }) =>
      parseKnowledgeDocument({ id, title, content: text }, { documentBytes: 64 * 2 ** 20 })
        .document,
  );
  const found = evaluateAnswers({ documents, questions, cpuSeconds });
  const bar = (name: string, value: number, unit: string, atLeast: number): Bar => ({
    name,
    value,
    unit,
    bound: { atLeast },
  });
  return [
    ...benchRetrieval(dataDirectory),
    bar('answer F1', found.f1.mean, 'SQuAD F1', 0.38),
    bar('groundedness', found.groundedness, 'share', 1),
    bar('answerability', found.answerabilityAuc, 'AUC', 0.8),
    bar('coverage at 95 % precision', found.coverageAt95, 'share', 0.1),
    bar('answer speed', found.answersPerCpuSecond, 'questions / CPU-s', 300),
    ...(await benchSemantic(documents, questions)),
  ];
}
