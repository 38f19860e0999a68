import { BM25_K1 } from '../retrieval/posting-lists.ts';
import { type DocumentHit, WORD_WEIGHT } from '../retrieval/retriever.ts';
import type { AnswerCandidate } from './answer-candidate.ts';
import { type AskedQuestion, coverage } from './score-candidate.ts';

/**
 * Evidence below which an answer is withheld, before any calibration: less than half of what a
 * perfectly matching sentence would give.
 */
export const DEFAULT_ABSTENTION_THRESHOLD = 0.45;

/**
 * How much speaks for an answer, in [0, 1], from exactly specified arithmetic only. The mean of
 * three shares, each 1 for a perfect match: of the question's terms found by the sentence, of the
 * BM25 score that its passage could have reached, and of the question's neighbouring words found
 * as neighbours; raised by the lead of the best passage over the next, because a question that
 * many passages fit equally is rarely answered by one of them (clarity: Cronen-Townsend, Zhou and
 * Croft, "Predicting query performance", SIGIR 2002).
 */
export function answerEvidence(
  question: AskedQuestion,
  candidate: AnswerCandidate,
  hits: readonly DocumentHit[],
): number {
  const covered = coverage(question, candidate);
  const shares =
    (covered + passageShare(question, hits) + pairShare(question, candidate, covered)) / 3;
  return Math.min(1, shares * (1 + lead(hits)));
}

function passageScores(hits: readonly DocumentHit[]): number[] {
  return hits.flatMap(({ passages }) => passages.map(({ score }) => score)).sort((a, b) => b - a);
}

function passageShare(question: AskedQuestion, hits: readonly DocumentHit[]): number {
  let possible = question.analyzed.unknown.length * question.unknownIdf;
  for (const { weight, idf } of question.analyzed.terms) possible += weight * idf;
  possible *= (BM25_K1 + 1) * WORD_WEIGHT;
  return possible === 0 ? 0 : Math.min(1, (passageScores(hits)[0] ?? 0) / possible);
}

/** A question of a single term has no neighbours; its coverage stands in. */
function pairShare(question: AskedQuestion, candidate: AnswerCandidate, covered: number): number {
  const { asked } = question.analyzed;
  if (asked.length < 2) return covered;
  const pairs = new Set<string>();
  for (let i = 1; i < candidate.terms.length; i++) {
    pairs.add(`${candidate.terms[i - 1]} ${candidate.terms[i]}`);
  }
  let found = 0;
  for (let i = 1; i < asked.length; i++) if (pairs.has(`${asked[i - 1]} ${asked[i]}`)) found++;
  return found / (asked.length - 1);
}

function lead(hits: readonly DocumentHit[]): number {
  const [best = 0, next = 0] = passageScores(hits);
  return best === 0 ? 0 : (best - next) / best;
}
