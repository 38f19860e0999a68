import { SENTENCE_KIND } from '../knowledge/knowledge-document.ts';
import { exactLog } from '../retrieval/exact-log.ts';
import type { AnalyzedQuestion } from '../retrieval/retriever.ts';
import { isInstructionLike } from '../writing/instruction-like.ts';
import type { AnswerCandidate } from './answer-candidate.ts';
import { hasNewNumber, type QuestionType } from './question-type.ts';

/** What is known of a question while its candidates are scored. */
export interface AskedQuestion {
  readonly analyzed: AnalyzedQuestion;
  readonly type: QuestionType;
  /** Folded words of the question as asked, stop words included. */
  readonly words: ReadonlySet<string>;
  /** idf of a term that no passage holds. */
  readonly unknownIdf: number;
}

/** A term in the sentence counts fully, in its lead-in or column heads nearly, above it half. */
const LEAD_CREDIT = 0.8;
const CONTEXT_CREDIT = 0.5;
/** Sends the reader elsewhere instead of answering. */
const POINTER =
  /^(?:for (?:more|further|additional|detailed|the|a|an)\b.*\b(?:see|refer|visit)\b|see\b|refer to\b|learn more\b|to learn more\b)/i;

export function unknownIdf(passages: number): number {
  return exactLog(1 + (passages + 0.5) / 0.5);
}

/** The idf-weighted share of the question's terms that a candidate answers to, in [0, 1]. */
export function coverage(question: AskedQuestion, candidate: AnswerCandidate): number {
  const own = new Set(candidate.terms);
  let matched = 0;
  let total = question.analyzed.unknown.length * question.unknownIdf;
  for (const { text, weight, idf } of question.analyzed.terms) {
    total += weight * idf;
    if (own.has(text)) matched += weight * idf;
    else if (candidate.leadTerms.has(text)) matched += weight * idf * LEAD_CREDIT;
    else if (candidate.contextTerms.has(text)) matched += weight * idf * CONTEXT_CREDIT;
  }
  return total === 0 ? 0 : matched / total;
}

/**
 * How well a candidate answers: its coverage, times how good its passage is among those found,
 * times whether its form fits what was asked. Factors are halves and the like by reasoning, not
 * fitted to a question set.
 */
function scoreCandidate(
  question: AskedQuestion,
  candidate: AnswerCandidate,
  bestPassageScore: number,
): number {
  const { text, terms, kind } = candidate;
  if (!concernsQuestion(question, candidate)) return 0;
  let score = coverage(question, candidate) * (candidate.passage.score / bestPassageScore);
  if (POINTER.test(text)) score *= 0.5;
  // A question in the text (a FAQ) is followed by the answer; it isn't one.
  if (text.endsWith('?')) score *= 0.3;
  // A bare fragment of running text ("Topics", "Important") says nothing by itself.
  const fragment = kind === SENTENCE_KIND.prose ? 6 : 2;
  if (terms.length < fragment) score *= (terms.length + 2) / (fragment + 2);
  if (question.type === 'value') score *= hasNewNumber(text, question.words) ? 1 : 0.5;
  if (question.type === 'list' && (kind === SENTENCE_KIND.item || text.endsWith(':'))) score *= 1.2;
  if (question.type === 'definition' && isDefinition(question, text, terms)) score *= 1.2;
  return score;
}

/** History may say what "it" is, but the answer has to touch what is asked now. */
function concernsQuestion({ analyzed }: AskedQuestion, candidate: AnswerCandidate): boolean {
  const now = analyzed.terms.filter(({ weight }) => weight === 1);
  if (now.length === 0) return analyzed.unknown.length === 0;
  return now.some(
    ({ text }) =>
      candidate.terms.includes(text) ||
      candidate.leadTerms.has(text) ||
      candidate.contextTerms.has(text),
  );
}

/** "X is …", "X contains …": the sentence opens with what was asked for. */
function isDefinition(question: AskedQuestion, text: string, terms: readonly string[]): boolean {
  if (!/\b(?:is|are|means|refers to|contains|consists)\b/.test(text)) return false;
  const asked = new Set(question.analyzed.terms.map((term) => term.text));
  return terms.slice(0, 2).some((term) => asked.has(term));
}

/** The candidate that answers best, the first of equals; undefined when none matches at all. */
export function bestCandidate(
  question: AskedQuestion,
  candidates: readonly AnswerCandidate[],
): AnswerCandidate | undefined {
  let bestPassage = 0;
  for (const { passage } of candidates) bestPassage = Math.max(bestPassage, passage.score);
  let best: AnswerCandidate | undefined;
  let bestScore = 0;
  for (const candidate of candidates) {
    const score = scoreCandidate(question, candidate, bestPassage);
    // Looked at only for a new best: a page's orders to a model are nothing to tell a customer.
    if (score > bestScore && !isInstructionLike(candidate.text)) {
      bestScore = score;
      best = candidate;
    }
  }
  return best;
}
