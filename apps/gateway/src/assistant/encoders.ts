import { setTimeout as delay } from 'node:timers/promises';
import {
  type ConversationTurn,
  createSemanticRetriever,
  type DocumentHit,
  type EncoderFault,
  LONGEST_QUESTION,
  type SemanticRetriever,
  type SentenceEncoder,
} from '@ddai/assistant';
import { createEndpointEncoder, type EncoderSettings } from '@ddai/encoders';
import type { LoadedKnowledge } from '../knowledge/open-knowledge.ts';

/** Whether meaning had its part in a ranking, for the answer's `ddai.encoder`. */
export interface EncoderReport {
  readonly name: string;
  readonly used: boolean;
  /** Why words alone ranked; null when the encoder took part. */
  readonly reason: EncoderFault | 'local-only' | 'not-configured' | null;
}

/** What an assistant chose, and whether it keeps to the operator's own machines. */
export interface EncoderChoice {
  readonly encoder: string;
  readonly localOnly: boolean;
}

export interface Encoders {
  readonly names: readonly string[];
  /** The encoder that may be used, or why none may. */
  find(choice: EncoderChoice): SentenceEncoder | 'local-only' | 'not-configured';
  /** The pages found by words, in the order of words and meaning where the encoder does its part. */
  rank(
    knowledge: LoadedKnowledge,
    wanted: EncoderChoice & {
      readonly question: string;
      readonly history: readonly ConversationTurn[];
      readonly limit?: number;
    },
  ): Promise<{ readonly hits: readonly DocumentHit[]; readonly report: EncoderReport }>;
}

/** What the operator configured, by name; `fetch` is the only way out. */
export function createEncoders(
  configured: Readonly<Record<string, EncoderSettings>>,
  dependencies: {
    readonly fetch: typeof globalThis.fetch;
    /** The encoder that npm ships, computing beside the thread that answers requests. */
    readonly bundled: SentenceEncoder;
  },
): Encoders {
  const encoders = new Map(
    Object.entries(configured).map(([name, settings]) => {
      const encoder =
        'bundled' in settings
          ? { ...dependencies.bundled, name }
          : createEndpointEncoder(name, settings, dependencies.fetch);
      return [name, { settings, encoder }];
    }),
  );
  // Vectors live and go with the knowledge they are of: nothing of a deleted page stays behind.
  const retrievers = new WeakMap<LoadedKnowledge, Map<string, SemanticRetriever>>();

  const retrieverOf = (knowledge: LoadedKnowledge, encoder: SentenceEncoder): SemanticRetriever => {
    const made = retrievers.get(knowledge) ?? new Map<string, SemanticRetriever>();
    retrievers.set(knowledge, made);
    const timeout = encoders.get(encoder.name)?.settings.timeout ?? 0;
    const found =
      made.get(encoder.name) ??
      createSemanticRetriever(
        { timeout },
        {
          retriever: knowledge.retriever,
          encoder,
          delay: (milliseconds) => delay(milliseconds, undefined, { ref: false }),
        },
      );
    made.set(encoder.name, found);
    return found;
  };

  const find: Encoders['find'] = ({ encoder: name, localOnly }) => {
    const found = encoders.get(name);
    if (found === undefined) return 'not-configured';
    return localOnly && !found.settings.local ? 'local-only' : found.encoder;
  };

  return {
    names: [...encoders.keys()],
    find,
    async rank(knowledge, { question: asked, history, limit = 10, ...choice }) {
      const question = asked.slice(0, LONGEST_QUESTION);
      const encoder = find(choice);
      const report = (reason: EncoderReport['reason']): EncoderReport => ({
        name: choice.encoder,
        used: reason === null,
        reason,
      });
      if (typeof encoder === 'string') {
        const hits = knowledge.retriever.retrieve(question, { history, limit });
        return { hits, report: report(encoder) };
      }
      const found = await retrieverOf(knowledge, encoder).retrieve(question, { history, limit });
      return { hits: found.hits, report: report(found.fault ?? null) };
    },
  };
}
