import { evaluateRetrieval, parseKnowledgeDocument } from '@ddai/assistant';
import MiniSearch from 'minisearch';
import type { Bar } from './bar.ts';
import { type CorpusPage, type CorpusQuestion, readCorpus } from './bench-data.ts';
import { cpuSeconds } from './cpu-seconds.ts';

const TOP = 10;
/** Without a stop list minisearch ranks 0.08 of nDCG worse here: the reference gets one too. */
const STOP_WORDS = new Set(
  'a an and are as at be by can do does for from how i in is it of on or that the this to was what when where which who will with you your my'.split(
    ' ',
  ),
);

/** Document-level ranking on the documentation questions, beside minisearch with a stop list. */
export function benchRetrieval(dataDirectory: string): Bar[] {
  const { pages, questions } = readCorpus(dataDirectory);
  const documents = pages.map(
    ({ id, title, text }) =>
      parseKnowledgeDocument({ id, title, content: text }, { documentBytes: 64 * 2 ** 20 })
        .document,
  );
  const ours = evaluateRetrieval({ documents, questions, cpuSeconds });
  const theirs = evaluateMiniSearch(pages, questions);
  const reference = (value: number) => ({ name: 'minisearch', value });
  return [
    {
      name: 'recall@5',
      value: ours.recallAt5,
      unit: 'share',
      bound: { atLeast: 0.84 },
      reference: reference(theirs.recallAt5),
    },
    {
      name: 'nDCG@10',
      value: ours.ndcgAt10,
      unit: 'share',
      bound: { atLeast: 0.79 },
      reference: reference(theirs.ndcgAt10),
    },
    {
      name: 'retrieval speed',
      value: ours.queriesPerCpuSecond,
      unit: 'questions / CPU-s',
      bound: { atLeast: 1_000 },
      reference: reference(theirs.queriesPerCpuSecond),
    },
  ];
}

function evaluateMiniSearch(pages: readonly CorpusPage[], questions: readonly CorpusQuestion[]) {
  const index = new MiniSearch<CorpusPage>({
    fields: ['title', 'text'],
    idField: 'id',
    processTerm: (term) => (STOP_WORDS.has(term.toLowerCase()) ? null : term.toLowerCase()),
  });
  index.addAll(pages);
  const ranks = questions.map(
    ({ q, doc }) =>
      index
        .search(q)
        .slice(0, TOP)
        .findIndex(({ id }) => id === doc) + 1,
  );
  const startedAt = cpuSeconds();
  for (const { q } of questions) index.search(q);
  const seconds = cpuSeconds() - startedAt;
  const mean = (score: (rank: number) => number): number =>
    ranks.reduce((sum, rank) => sum + score(rank), 0) / ranks.length;
  return {
    recallAt5: mean((rank) => (rank > 0 && rank <= 5 ? 1 : 0)),
    ndcgAt10: mean((rank) => (rank > 0 ? 1 / Math.log2(rank + 1) : 0)),
    queriesPerCpuSecond: questions.length / seconds,
  };
}
