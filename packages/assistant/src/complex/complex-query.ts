/**
 * The pipeline that every node must run for a query of this version; part of the signed request.
 * A change to tokenising, stemming, ranking, decomposition or answering is a new version.
 */
export const COMPLEX_PIPELINE = 'ddai-extractive/3';

/** Scores in a result are whole numbers in millionths: no float is ever signed. */
export const SCORE_SCALE = 1_000_000;

/** How much a node may spend on one query. */
export interface ComplexQueryLimits {
  /** Sub-questions worked on, 1 to 8. */
  readonly subQuestions: number;
  /** Retrieval hops per sub-question, 1 to 3. */
  readonly hops: number;
  /** Citations in the result, 1 to 32. */
  readonly citations: number;
}

export const DEFAULT_COMPLEX_LIMITS: ComplexQueryLimits = {
  subQuestions: 4,
  hops: 2,
  citations: 8,
};

/** A complex query as a gateway signs it and a node runs it. Plain JSON. */
export interface ComplexQueryInput {
  readonly pipeline: string;
  /** sha256 of the shard's bytes, 64 lower-case hexadecimal digits. */
  readonly shardHash: string;
  readonly question: string;
  readonly history: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
  /** Whole number below 2^32. The extractive pipeline draws nothing; it makes the request unique. */
  readonly seed: number;
  readonly limits: ComplexQueryLimits;
}

/** A quoted piece of the shard; offsets are UTF-16 code units into the document's text. */
export interface ComplexCitation {
  readonly documentId: string;
  readonly title: string;
  readonly headings: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What came of one sub-question. */
export interface SubAnswer {
  readonly question: string;
  /** Hops used, 1 when the first retrieval was enough. */
  readonly hops: number;
  readonly abstained: boolean;
  /** Evidence in millionths. */
  readonly confidence: number;
  readonly text: string;
  /** Indices into {@link ComplexQueryResult.citations}. */
  readonly citations: readonly number[];
}

/** The whole answer, equal to the byte on every honest machine. Plain JSON, whole numbers only. */
export interface ComplexQueryResult {
  readonly pipeline: string;
  readonly shardHash: string;
  readonly abstained: boolean;
  /** Evidence of the weakest part that was answered, in millionths; 0 when abstained. */
  readonly confidence: number;
  readonly text: string;
  readonly subAnswers: readonly SubAnswer[];
  readonly citations: readonly ComplexCitation[];
}
