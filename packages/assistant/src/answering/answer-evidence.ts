import { exactExp } from '../retrieval/exact-exp.ts';
import type { KnowledgeIndex } from '../retrieval/knowledge-index.ts';
import { impactOf } from '../retrieval/posting-lists.ts';
import type { DocumentHit } from '../retrieval/retriever.ts';
import type { AnswerCandidate } from './answer-candidate.ts';
import { type AskedQuestion, coverage } from './score-candidate.ts';

/** Evidence below which an answer is withheld, before any calibration. */
export const DEFAULT_ABSTENTION_THRESHOLD = 0.45;

/** What speaks for an answer, each in [0, 1]. */
export interface EvidenceSignals {
  /** idf-weighted share of the question's terms found by the sentence, its lead-in or headings. */
  readonly covered: number;
  /** Share of the question's neighbouring words that are neighbours in the answer's passage. */
  readonly pairs: number;
  /** Lead of the best passage over the best one of another document. */
  readonly passageLead: number;
  /** Lead of the best whole document over the next. */
  readonly documentLead: number;
  /** Mean of the reciprocal ranks that the answer's document has as a whole and by a passage. */
  readonly agreement: number;
}

/**
 * Logistic regression over simulated known-item questions (Azzopardi, de Rijke and Balog,
 * "Building simulated queries for known-item topics", SIGIR 2007) on the pages of the example
 * companies, each asked with and without its page: `npm run bench -- evidence` makes them, fits
 * again and shows both. No question written by a person had a part in it.
 */
export const EVIDENCE_WEIGHTS: Readonly<Record<keyof EvidenceSignals | 'bias', number>> = {
  covered: 6.49,
  pairs: 2.31,
  passageLead: 2.81,
  documentLead: 1.07,
  agreement: 0.95,
  bias: -6.14,
};

/**
 * How sure it is that the knowledge holds the answer, in [0, 1]: the probability that the fit of
 * {@link EVIDENCE_WEIGHTS} gives, where as many questions can be answered as can't. From exactly
 * specified arithmetic only.
 *
 * Leads and agreement are there because a question that many passages fit equally is rarely
 * answered by one of them (clarity: Cronen-Townsend, Zhou and Croft, "Predicting query
 * performance", SIGIR 2002).
 */
export function answerEvidence(
  index: KnowledgeIndex,
  question: AskedQuestion,
  candidate: AnswerCandidate,
  hits: readonly DocumentHit[],
): number {
  const signals = evidenceSignals(index, question, candidate, hits);
  let logOdds = EVIDENCE_WEIGHTS.bias;
  logOdds += EVIDENCE_WEIGHTS.covered * signals.covered;
  logOdds += EVIDENCE_WEIGHTS.pairs * signals.pairs;
  logOdds += EVIDENCE_WEIGHTS.passageLead * signals.passageLead;
  logOdds += EVIDENCE_WEIGHTS.documentLead * signals.documentLead;
  logOdds += EVIDENCE_WEIGHTS.agreement * signals.agreement;
  return 1 / (1 + exactExp(-logOdds));
}

/** Evidence once further sentences cover `gain` more of the question: its odds grow by the weight of coverage. */
export function raiseEvidence(evidence: number, gain: number): number {
  const odds = exactExp(EVIDENCE_WEIGHTS.covered * gain) * evidence;
  return odds / (1 - evidence + odds);
}

/** The parts of {@link answerEvidence}, for fitting and explaining it. */
export function evidenceSignals(
  index: KnowledgeIndex,
  question: AskedQuestion,
  candidate: AnswerCandidate,
  hits: readonly DocumentHit[],
): EvidenceSignals {
  const covered = coverage(question, candidate);
  const passages = hits.map((hit) => hit.passages[0]?.score ?? 0);
  const documents = hits.map((hit) => hit.explain.document?.score ?? 0);
  const { document, passage } = candidate.hit.explain;
  const reciprocal = (place: { readonly rank: number } | undefined): number =>
    place === undefined ? 0 : 1 / place.rank;
  return {
    covered,
    pairs: pairShare(index, question, candidate, covered),
    passageLead: lead(passages),
    documentLead: lead(documents),
    agreement: (reciprocal(document) + reciprocal(passage)) / 2,
  };
}

/** A question of a single term has no neighbours; its coverage stands in. */
function pairShare(
  { passagePostings }: KnowledgeIndex,
  { analyzed }: AskedQuestion,
  candidate: AnswerCandidate,
  covered: number,
): number {
  const neighbours = analyzed.asked.length - 1;
  if (neighbours < 1) return covered;
  const { passage } = candidate.passage;
  const found = analyzed.pairs.filter(
    ({ term }) => impactOf(passagePostings.pairs, term, passage) > 0,
  );
  return Math.min(1, found.length / neighbours);
}

/** (best - next) / best. */
function lead(scores: readonly number[]): number {
  let best = 0;
  let next = 0;
  for (const score of scores) {
    next = Math.max(next, Math.min(score, best));
    best = Math.max(best, score);
  }
  return best === 0 ? 0 : (best - next) / best;
}
