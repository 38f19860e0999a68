import { type AnswerCandidate, answerCandidates } from '../answering/answer-candidate.ts';
import { raiseEvidence } from '../answering/answer-evidence.ts';
import type { QuestionType } from '../answering/question-type.ts';
import { type AskedQuestion, bestCandidate } from '../answering/score-candidate.ts';
import type { QueryTerm, Retriever } from '../retrieval/retriever.ts';
import type { TextAnalyzer } from '../text/text-analyzer.ts';

/** Sentences that together answer one sub-question, in the order found. */
export interface EvidenceChain {
  readonly candidates: readonly AnswerCandidate[];
  /** In [0, 1]. */
  readonly evidence: number;
  readonly hops: number;
  readonly type: QuestionType;
}

/** Share of the question's weight that another sentence must add to be worth reading. */
const LEAST_GAIN = 0.15;
/** Rare words of the last sentence that lead to the next one: the bridge of a multi-hop question. */
const BRIDGE_TERMS = 4;
/** Sentences from different places may not belong together: a chain is never surer than this. */
const SUREST_CHAIN = 0.8;
const DOCUMENTS_READ = 5;

/**
 * Follows a first sentence to others that cover what it leaves open. Each hop asks for the
 * question's uncovered terms together with the rarest terms of the last sentence, as in iterative
 * retrieval for multi-hop questions (Qi et al., "Answering Complex Open-domain Questions Through
 * Iterative Query Generation", EMNLP 2019), with the query built by rule.
 */
export function collectEvidence(options: {
  readonly retriever: Retriever;
  readonly analyze: TextAnalyzer;
  readonly question: AskedQuestion;
  readonly first: AnswerCandidate;
  readonly evidence: number;
  readonly hops: number;
}): EvidenceChain {
  const { retriever, analyze, question, first } = options;
  const total = totalWeight(question);
  const candidates = [first];
  let { evidence } = options;
  let open = question.analyzed.terms.filter((term) => !covers(first, term));
  let hop = 1;
  while (hop < options.hops && weightOf(open) / total >= LEAST_GAIN) {
    hop++;
    const bridge = bridgeTerms(retriever, candidates.at(-1) ?? first, question);
    const analyzed = retriever.analyzeTerms(
      [...open.map((term) => term.text), ...bridge],
      [],
      question.analyzed.language,
    );
    const hits = retriever.retrieveAnalyzed(analyzed, { limit: DOCUMENTS_READ });
    const fresh = answerCandidates(retriever.index, hits, analyze).filter(
      (candidate) =>
        candidate.text !== '' &&
        !candidates.some(
          (used) => used.document === candidate.document && used.at === candidate.at,
        ) &&
        open.some((term) => candidate.terms.includes(term.text)),
    );
    const next = bestCandidate({ ...question, analyzed }, fresh);
    if (next === undefined) break;
    const stillOpen = open.filter((term) => !covers(next, term));
    const gain = (weightOf(open) - weightOf(stillOpen)) / total;
    if (gain < LEAST_GAIN) break;
    candidates.push(next);
    open = stillOpen;
    evidence = Math.max(evidence, Math.min(SUREST_CHAIN, raiseEvidence(evidence, gain)));
  }
  return { candidates, evidence, hops: hop, type: question.type };
}

function covers(candidate: AnswerCandidate, { text }: QueryTerm): boolean {
  return (
    candidate.terms.includes(text) ||
    candidate.leadTerms.has(text) ||
    candidate.contextTerms.has(text)
  );
}

function weightOf(terms: readonly QueryTerm[]): number {
  let sum = 0;
  for (const { weight, idf } of terms) sum += weight * idf;
  return sum;
}

function totalWeight({ analyzed, unknownIdf }: AskedQuestion): number {
  return weightOf(analyzed.terms) + analyzed.unknown.length * unknownIdf;
}

function bridgeTerms(
  retriever: Retriever,
  candidate: AnswerCandidate,
  question: AskedQuestion,
): string[] {
  const asked = new Set(question.analyzed.asked);
  const found = retriever.analyzeTerms(candidate.terms.filter((term) => !asked.has(term)));
  return [...found.terms]
    .sort((a, b) => b.idf - a.idf || a.term - b.term)
    .slice(0, BRIDGE_TERMS)
    .map(({ text }) => text);
}
