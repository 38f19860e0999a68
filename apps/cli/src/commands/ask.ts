import {
  createAnswerEngine,
  createKnowledgeIndex,
  createRetriever,
  type DocumentHit,
  ingestKnowledge,
  type PageReport,
} from '@ddai/assistant';
import { readKnowledgeDirectory } from '../input/read-knowledge.ts';
import { percent, printResult } from '../output/print-result.ts';

const MOST_NAMED = 10;
const MOST_TERMS = 6;

export interface AskFlags {
  readonly knowledge: string;
  readonly json: boolean;
  /** Shows why each page stands where it does. */
  readonly explain: boolean;
}

/** `ddai ask`: one question to a folder of your own, on this machine alone. */
export async function ask(question: string, { knowledge, json, explain }: AskFlags): Promise<void> {
  const { pages, unread } = await readKnowledgeDirectory(knowledge);
  const { documents, reports } = ingestKnowledge(pages);
  const engine = createAnswerEngine(
    {},
    { retriever: createRetriever(createKnowledgeIndex(documents)) },
  );
  const { text, citations, confidence, abstained, hits } = engine.answer(question);
  const skipped = [...unread, ...reports.filter(({ answerable }) => !answerable)];
  const sources = citations.map(
    ({ documentId, headings, start, end }) =>
      `  ${documentId} › ${headings.join(' › ')} [${start}–${end}]`,
  );
  printResult(
    {
      answer: text,
      abstained,
      confidence,
      citations,
      pages: documents.length,
      ...(explain ? { hits } : {}),
      skipped: skipped.map(({ id, weaknesses, error }) => ({
        id,
        weaknesses,
        ...(error === undefined ? {} : { error }),
      })),
    },
    {
      json,
      lines: [
        ...(abstained
          ? [
              `I could not find this in the ${documents.length} ${documents.length === 1 ? 'page' : 'pages'} (confidence ${percent(confidence)}).`,
              ...(hits.length > 0
                ? [
                    'Nearest pages:',
                    ...hits
                      .slice(0, 3)
                      .map(({ documentId, title }) => `  ${documentId} — ${title}`),
                  ]
                : []),
            ]
          : [text, '', `Sources (confidence ${percent(confidence)}):`, ...sources]),
        ...(explain ? describeHits(hits) : []),
        ...describeSkipped(skipped),
      ],
    },
  );
}

/** Ranks, scores, and what the weightiest terms add. */
function describeHits(hits: readonly DocumentHit[]): string[] {
  const place = (name: string, found: { rank: number; score: number } | undefined): string =>
    `${name} ${found === undefined ? 'not among the best' : `rank ${found.rank}, ${found.score.toFixed(2)}`}`;
  return [
    '',
    'Pages found:',
    ...hits.flatMap(({ documentId, score, explain }, i) => [
      `  ${i + 1}. ${documentId} (${score.toFixed(3)}): ${place('page', explain.document)}; ${place('passage', explain.passage)}`,
      `     ${[...explain.terms]
        .sort((a, b) => b.contribution - a.contribution)
        .slice(0, MOST_TERMS)
        .map(({ text, contribution }) => `${text} ${contribution.toFixed(2)}`)
        .join(', ')}`,
    ]),
  ];
}

/** Pages that cannot be answered from, and why: a refused page must not look like a missing answer. */
function describeSkipped(skipped: readonly PageReport[]): string[] {
  if (skipped.length === 0) return [];
  const named = skipped
    .slice(0, MOST_NAMED)
    .map(({ id, weaknesses, error }) => `  ${error?.message ?? `${id}: ${weaknesses.join(', ')}`}`);
  const more = skipped.length - named.length;
  return ['', 'Not read:', ...named, ...(more > 0 ? [`  and ${more} more`] : [])];
}
