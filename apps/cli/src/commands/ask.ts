import {
  createAnswerEngine,
  createKnowledgeIndex,
  createRetriever,
  ingestKnowledge,
  type PageReport,
} from '@ddai/assistant';
import { readKnowledgeDirectory } from '../input/read-knowledge.ts';
import { percent, printResult } from '../output/print-result.ts';

const MOST_NAMED = 10;

export interface AskFlags {
  readonly knowledge: string;
  readonly json: boolean;
}

/** `ddai ask`: one question to a folder of your own, on this machine alone. */
export function ask(question: string, { knowledge, json }: AskFlags): void {
  const { documents, reports } = ingestKnowledge(readKnowledgeDirectory(knowledge));
  const engine = createAnswerEngine(
    {},
    { retriever: createRetriever(createKnowledgeIndex(documents)) },
  );
  const { text, citations, confidence, abstained, hits } = engine.answer(question);
  const skipped = reports.filter(({ answerable }) => !answerable);
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
        ...describeSkipped(skipped),
      ],
    },
  );
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
