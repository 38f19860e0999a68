import { type AnswerCandidate, answerCandidates } from '../answering/answer-candidate.ts';
import { answerEvidence, DEFAULT_ABSTENTION_THRESHOLD } from '../answering/answer-evidence.ts';
import { answerSpans, readableSpan, type SourceSpan } from '../answering/answer-span.ts';
import { cite, joinAdjacent } from '../answering/cite.ts';
import { questionType } from '../answering/question-type.ts';
import { type AskedQuestion, bestCandidate, unknownIdf } from '../answering/score-candidate.ts';
import { assistantError } from '../assistant-error.ts';
import type { ConversationTurn } from '../retrieval/conversation-turn.ts';
import type { Retriever } from '../retrieval/retriever.ts';
import { createTextAnalyzer, type TextAnalyzer } from '../text/text-analyzer.ts';
import { tokenize } from '../text/tokenize.ts';
import {
  COMPLEX_PIPELINE,
  type ComplexCitation,
  type ComplexQueryInput,
  type ComplexQueryResult,
  SCORE_SCALE,
  type SubAnswer,
} from './complex-query.ts';
import { decomposeQuestion } from './decompose-question.ts';
import { collectEvidence, type EvidenceChain } from './evidence-chain.ts';

/** A decoded shard, indexed: what a node keeps in memory for the queries on it. */
export interface LoadedShard {
  /** sha256 of the shard's bytes, 64 lower-case hexadecimal digits. */
  readonly hash: string;
  readonly retriever: Retriever;
}

/** Documents read per retrieval. */
const DOCUMENTS_READ = 10;

/**
 * Works a complex query over a shard: splits it into sub-questions, retrieves for each in hops,
 * re-ranks sentences, and puts the best together, all quoted.
 *
 * The result is the same to the bit on every engine that follows ECMAScript, so it can be audited
 * by running it again: scores use only IEEE 754 addition, subtraction, multiplication and division
 * in a fixed order (logarithms too: `exactLog`); postings are rounded to floats, which is exact by
 * specification; ties fall to the lower document or position; text is compared by code units and
 * folded by a fixed table; nothing reads a clock, a locale or randomness; and what leaves is
 * rounded to whole millionths.
 *
 * @throws {DdaiError} `SHARD_MISMATCH` for another shard, `COMPLEX_QUERY_UNSUPPORTED`.
 */
export function runComplexQuery(shard: LoadedShard, input: ComplexQueryInput): ComplexQueryResult {
  assertRunnable(shard, input);
  const analyze = createTextAnalyzer();
  const parts = decomposeQuestion(input.question).slice(0, input.limits.subQuestions);
  const citations: ComplexCitation[] = [];
  const subAnswers: SubAnswer[] = [];
  let previous: ConversationTurn[] = [...input.history];
  for (const { text, dependsOnPrevious } of parts) {
    const history = dependsOnPrevious ? previous : input.history;
    const chain = answerPart(shard.retriever, analyze, text, history, input.limits.hops);
    subAnswers.push(toSubAnswer(text, chain, citations, input.limits.citations));
    previous = [...previous, { role: 'user', text }];
  }
  const answered = subAnswers.filter((answer) => !answer.abstained);
  // Two parts may be answered by the same sentences; they are said once.
  const texts = new Set(answered.map((answer) => answer.text));
  return {
    pipeline: COMPLEX_PIPELINE,
    shardHash: shard.hash,
    abstained: answered.length === 0,
    confidence: answered.reduce(
      (least, { confidence }) => Math.min(least, confidence),
      answered[0]?.confidence ?? 0,
    ),
    text: [...texts].join('\n\n'),
    subAnswers,
    citations,
  };
}

function assertRunnable(shard: LoadedShard, input: ComplexQueryInput): void {
  if (input.pipeline !== COMPLEX_PIPELINE) {
    throw assistantError({
      code: 'COMPLEX_QUERY_UNSUPPORTED',
      message: `this software runs pipeline ${COMPLEX_PIPELINE} only`,
      fields: { supported: COMPLEX_PIPELINE },
    });
  }
  if (input.shardHash !== shard.hash) {
    throw assistantError({
      code: 'SHARD_MISMATCH',
      message: `the query is for shard ${input.shardHash}, the one loaded is ${shard.hash}`,
      remedy: 'Fetch the shard that the query names.',
      fields: { wanted: input.shardHash, loaded: shard.hash },
    });
  }
}

function answerPart(
  retriever: Retriever,
  analyze: TextAnalyzer,
  text: string,
  history: readonly ConversationTurn[],
  hops: number,
): EvidenceChain | undefined {
  const analyzed = retriever.analyze(text, history);
  const question: AskedQuestion = {
    analyzed,
    type: questionType(text, analyzed.language),
    words: new Set(tokenize(text)),
    unknownIdf: unknownIdf(retriever.index.passagePostings.words.unitCount),
  };
  const hits = retriever.retrieveAnalyzed(analyzed, { limit: DOCUMENTS_READ });
  const best = bestCandidate(question, answerCandidates(retriever.index, hits, analyze));
  if (best === undefined) return undefined;
  const evidence = answerEvidence(retriever.index, question, best, hits);
  return collectEvidence({ retriever, analyze, question, first: best, evidence, hops });
}

function toSubAnswer(
  question: string,
  chain: EvidenceChain | undefined,
  citations: ComplexCitation[],
  mostCitations: number,
): SubAnswer {
  const confidence = Math.round((chain?.evidence ?? 0) * SCORE_SCALE);
  const hops = chain?.hops ?? 1;
  if (chain === undefined || chain.evidence < DEFAULT_ABSTENTION_THRESHOLD) {
    return { question, hops, abstained: true, confidence, text: '', citations: [] };
  }
  const texts: string[] = [];
  const cited: number[] = [];
  chain.candidates.forEach((candidate, i) => {
    const spans = i === 0 ? answerSpans(candidate, chain.type) : [ownSpan(candidate)];
    const places = joinAdjacent(candidate, spans).map((span) =>
      placeOf(citations, cite(candidate, span), mostCitations),
    );
    // What can't be cited within the limit isn't said.
    if (places.includes(-1)) return;
    cited.push(...places);
    texts.push(spans.map((span) => readableSpan(candidate.document, span)).join(' '));
  });
  if (texts.length === 0) {
    return { question, hops, abstained: true, confidence, text: '', citations: [] };
  }
  const unique = [...new Set(cited)];
  return { question, hops, abstained: false, confidence, text: texts.join(' '), citations: unique };
}

function ownSpan({ document, at }: AnswerCandidate): SourceSpan {
  return { start: document.sentences[at] as number, end: document.sentences[at + 1] as number };
}

/** The index of a citation in the shared list, added when there is room; -1 when there isn't. */
function placeOf(citations: ComplexCitation[], citation: ComplexCitation, most: number): number {
  const known = citations.findIndex(
    ({ documentId, start, end }) =>
      documentId === citation.documentId && start === citation.start && end === citation.end,
  );
  if (known >= 0) return known;
  return citations.length < most ? citations.push(citation) - 1 : -1;
}
