import type { DocumentHit } from '../retrieval/retriever.ts';
import type { QuestionType } from './question-type.ts';

/** Where a piece of an answer stands; `text` is the document's source, verbatim. */
export interface Citation {
  readonly documentId: string;
  readonly title: string;
  /** Headings above, outermost first. */
  readonly headings: readonly string[];
  /** UTF-16 code units into the document's text: `text === source.slice(start, end)`. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A label and how probable a classifier finds it. */
export interface LabelProbability {
  readonly label: string;
  /** In [0, 1]. */
  readonly probability: number;
}

/** What answering needs of a trained intent model. */
export interface IntentClassifier {
  /** Most probable first. */
  classify(text: string): readonly LabelProbability[];
}

export interface Answer {
  /** The cited sentences as a reader sees them, without markup; empty when abstained. */
  readonly text: string;
  /** The few words that answer a question for a value ("250 MB"), a part of `citations`. */
  readonly short?: Citation;
  readonly citations: readonly Citation[];
  /** In [0, 1]; compared with the threshold to abstain. */
  readonly confidence: number;
  readonly abstained: boolean;
  readonly type: QuestionType;
  readonly intent?: LabelProbability;
  /** The documents considered, best first, each with its explanation. */
  readonly hits: readonly DocumentHit[];
}
