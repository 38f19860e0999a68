import {
  type Answer,
  type Citation,
  type KnowledgeIndex,
  verifyWrittenAnswer,
  writingMessages,
  writingPassages,
} from '@ddai/assistant';
import type { AnswerWriter, AnswerWriterEndpoint, WriterFault } from './answer-writer.ts';

/** What became of a model's attempt, for the answer's `ddai.answer_writer`. */
export interface WriterReport {
  readonly name: string;
  readonly used: boolean;
  /** Why the answer is quoted after all; null when the model's text is used. */
  readonly reason:
    | WriterFault
    | 'not-configured'
    | 'local-only'
    | 'no-passage'
    | 'nothing-supported'
    | null;
  /** Sentences of the model that its passages do not support, with why; they were left out. */
  readonly dropped: readonly string[];
}

export interface WriteAnswerDependencies {
  readonly writers: Readonly<Record<string, AnswerWriterEndpoint>>;
  readonly write: AnswerWriter;
}

interface Written {
  readonly report: WriterReport;
  /** Undefined: quote instead. */
  readonly answer?: { readonly text: string; readonly citations: readonly Citation[] };
}

/**
 * Lets a model of the operator write an answer that was found, and keeps of it what its passages
 * support. Of the conversation it gets the last question only.
 */
export async function writeAnswer(
  { writers, write }: WriteAnswerDependencies,
  wanted: {
    readonly name: string;
    readonly localOnly: boolean;
    readonly question: string;
    readonly found: Answer;
    readonly index: KnowledgeIndex;
  },
): Promise<Written> {
  const { name, localOnly, question, found, index } = wanted;
  const quoted = (reason: WriterReport['reason'], dropped: readonly string[] = []): Written => ({
    report: { name, used: false, reason, dropped },
  });
  const endpoint = Object.hasOwn(writers, name) ? writers[name] : undefined;
  if (endpoint === undefined) return quoted('not-configured');
  if (localOnly && !endpoint.local) return quoted('local-only');
  const passages = writingPassages(index, found.hits);
  if (passages.length === 0) return quoted('no-passage');
  const written = await write(endpoint, writingMessages(question, passages));
  if ('fault' in written) return quoted(written.fault);
  const { text, citations, dropped } = verifyWrittenAnswer(written.text, passages);
  // What was dropped is said by its fault alone: the text itself is exactly what must not get out.
  const faults = dropped.map(({ fault }) => fault);
  if (text === '') return quoted('nothing-supported', faults);
  return {
    answer: { text, citations },
    report: { name, used: true, reason: null, dropped: faults },
  };
}
