import type { Citation } from '@ddai/assistant';
import type { TaskClassifications } from '@ddai/learning';
import type { EncoderReport } from './encoders.ts';
import type { WriterReport } from './write-answer.ts';

/** What goes beside the text, in the answer's `ddai` field. */
export interface ChatDetails {
  readonly citations: readonly Citation[];
  /** In [0, 1]. */
  readonly confidence: number;
  readonly abstained: boolean;
  readonly intent: { readonly label: string; readonly probability: number } | null;
  /** What the assistant's models say of the question; null for a task without one. */
  readonly classification: TaskClassifications;
  readonly route: 'simple' | 'complex';
  readonly route_reason: string;
  /** What a model's attempt to write the answer came to; null where none is chosen or asked. */
  readonly answer_writer: WriterReport | null;
  /** Whether meaning had its part in the ranking; null where the assistant chose no encoder. */
  readonly encoder: EncoderReport | null;
  /** Kinds of personal data that were taken out of the question before anything else. */
  readonly redacted: readonly string[];
  /** The conversation that this is a turn of; null for a single question. */
  readonly conversation: string | null;
  /** A page that it quoted was deleted, and the text with it. */
  readonly erased?: true;
  /** For a complex question: who answered, its signed statement, and what it cost. */
  readonly node: {
    readonly operator: string;
    readonly attestation: object;
    readonly price_wei: string;
    readonly milliseconds: number;
    readonly failed_before: readonly object[];
  } | null;
}

/** An answer as it is stored. */
export interface Answer {
  readonly text: string;
  readonly details: ChatDetails;
}

export interface ChatAnswer extends Answer {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** `asst_…` */
  readonly model: string;
}
