import type { Language } from '../text/language.ts';

/** A heading of a document; offsets are UTF-16 code units into {@link KnowledgeDocument.text}. */
export interface Heading {
  /** 1 is the outermost. */
  readonly level: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Index of the enclosing heading in the same list, or -1. */
  readonly parent: number;
}

/** What a sentence is part of: running text, a list item, a table row, or code. */
export const SENTENCE_KIND = { prose: 0, item: 1, row: 2, code: 3 } as const;
export type SentenceKind = (typeof SENTENCE_KIND)[keyof typeof SENTENCE_KIND];

/** Numbers per passage in {@link KnowledgeDocument.passages}. */
export const PASSAGE_STRIDE = 3;
/** Numbers per sentence in {@link KnowledgeDocument.sentences}. */
export const SENTENCE_STRIDE = 3;

/**
 * A page of knowledge with its structure. All positions are UTF-16 code units into `text`, so that
 * `text.slice(start, end)` is the source verbatim. Structure is packed: a knowledge base of 28,000
 * pages has millions of spans, and as objects they would weigh more than the text.
 */
export interface KnowledgeDocument {
  readonly id: string;
  readonly title: string;
  /** What its words are stemmed by. */
  readonly language: Language;
  /** The source as it was given (after decoding), markup and front matter included. */
  readonly text: string;
  readonly headings: readonly Heading[];
  /** Triples: start, end, index into `headings` or -1. Ascending, not overlapping. */
  readonly passages: Int32Array;
  /** Triples: start, end, {@link SentenceKind}. Ascending, each within one passage. */
  readonly sentences: Int32Array;
  /** Pairs: start, end of the pieces that a reader sees, without markup. Ascending. */
  readonly readable: Int32Array;
}

/** Limits on what is taken in; a page or a set beyond them is refused, never cut. */
export interface KnowledgeLimits {
  /** Bytes (or UTF-16 code units of a string) of one document. Default 1,048,576. */
  readonly documentBytes: number;
  /** Documents in one set. Default 100,000. */
  readonly documents: number;
  /** Words a passage is filled to. Default 180. */
  readonly passageWords: number;
}

export const DEFAULT_KNOWLEDGE_LIMITS: KnowledgeLimits = {
  documentBytes: 1_048_576,
  documents: 100_000,
  passageWords: 180,
};

/** The headings above a position, outermost first. */
export function headingBreadcrumb(document: KnowledgeDocument, heading: number): string[] {
  const crumbs: string[] = [];
  for (let i = heading; i >= 0; i = document.headings[i]?.parent ?? -1) {
    crumbs.unshift(document.headings[i]?.text ?? '');
  }
  return crumbs;
}
