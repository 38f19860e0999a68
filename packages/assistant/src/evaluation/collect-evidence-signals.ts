import { answerCandidates } from '../answering/answer-candidate.ts';
import { type EvidenceSignals, evidenceSignals } from '../answering/answer-evidence.ts';
import { questionType } from '../answering/question-type.ts';
import { bestCandidate, unknownIdf } from '../answering/score-candidate.ts';
import type { Retriever } from '../retrieval/retriever.ts';
import { createTextAnalyzer } from '../text/text-analyzer.ts';
import { tokenize } from '../text/tokenize.ts';

/** What spoke for the best answer with the question's page in the knowledge, and without it. */
export interface QuestionSignals {
  readonly withPage: EvidenceSignals;
  readonly withoutPage: EvidenceSignals;
}

const NOTHING: EvidenceSignals = {
  covered: 0,
  pairs: 0,
  passageLead: 0,
  documentLead: 0,
  agreement: 0,
};

/** The data that the weights of evidence are fitted to: each question with and without its page. */
export function collectEvidenceSignals(
  retriever: Retriever,
  questions: readonly { readonly q: string; readonly doc: string }[],
): QuestionSignals[] {
  const analyze = createTextAnalyzer();
  const { index } = retriever;
  const unseen = unknownIdf(index.passagePostings.words.unitCount);
  const signalsOf = (q: string, excluded: ReadonlySet<string>): EvidenceSignals => {
    const analyzed = retriever.analyze(q);
    const words = new Set(tokenize(q));
    const asked = { analyzed, type: questionType(q, analyzed.language), words, unknownIdf: unseen };
    const hits = retriever.retrieveAnalyzed(analyzed, { excluded });
    const best = bestCandidate(asked, answerCandidates(index, hits, analyze));
    return best === undefined ? NOTHING : evidenceSignals(index, asked, best, hits);
  };
  return questions.map(({ q, doc }) => ({
    withPage: signalsOf(q, new Set()),
    withoutPage: signalsOf(q, new Set([doc])),
  }));
}
