import type { DocumentHit, RetrieveOptions, Retriever } from '../retrieval/retriever.ts';
import { createTextAnalyzer } from '../text/text-analyzer.ts';
import { tokenize } from '../text/tokenize.ts';
import type { Answer, IntentClassifier } from './answer.ts';
import { answerCandidates } from './answer-candidate.ts';
import { answerEvidence, DEFAULT_ABSTENTION_THRESHOLD } from './answer-evidence.ts';
import { answerSpans, readableSpan } from './answer-span.ts';
import { type CalibrationCurve, calibrate } from './calibration.ts';
import { cite, joinAdjacent } from './cite.ts';
import { questionType } from './question-type.ts';
import { type AskedQuestion, bestCandidate, unknownIdf } from './score-candidate.ts';
import { shortAnswer } from './short-answer.ts';

export interface AnswerEngineOptions {
  /** Confidence below which the engine abstains. Default {@link DEFAULT_ABSTENTION_THRESHOLD}. */
  readonly threshold?: number;
  /** Documents read for an answer. Default {@link DEFAULT_DOCUMENTS}. */
  readonly documents?: number;
  /** Turns evidence into a probability, fitted on questions of this knowledge. Default none. */
  readonly calibration?: CalibrationCurve;
}

export interface AnswerOptions extends Pick<RetrieveOptions, 'history' | 'excluded'> {
  /** The documents to answer from, best first, where something else has ranked them. */
  readonly hits?: readonly DocumentHit[];
}

export interface AnswerEngine {
  answer(question: string, options?: AnswerOptions): Answer;
}

/** Documents read for an answer. */
export const DEFAULT_DOCUMENTS = 10;
/** Longer questions are read up to here; a log or a paste goes to the complex route instead. */
export const LONGEST_QUESTION = 8_000;

/**
 * Answers by quoting: the sentences of the knowledge that fit the question best, each with its
 * place. Documents and questions are only ever data, so instructions hidden in them do nothing.
 *
 * @example
 * const engine = createAnswerEngine({}, { retriever: createRetriever(index) });
 * const { text, citations, abstained } = engine.answer('How long does a transfer take?');
 */
export function createAnswerEngine(
  settings: AnswerEngineOptions,
  dependencies: { readonly retriever: Retriever; readonly classifier?: IntentClassifier },
): AnswerEngine {
  const { retriever, classifier } = dependencies;
  const {
    threshold = DEFAULT_ABSTENTION_THRESHOLD,
    documents = DEFAULT_DOCUMENTS,
    calibration,
  } = settings;
  const analyze = createTextAnalyzer();
  const unseen = unknownIdf(retriever.index.passagePostings.words.unitCount);
  return {
    answer(question, options = {}) {
      const read = question.slice(0, LONGEST_QUESTION);
      const analyzed = retriever.analyze(read, options.history);
      const asked: AskedQuestion = {
        analyzed,
        type: questionType(read, analyzed.language),
        words: new Set(tokenize(read)),
        unknownIdf: unseen,
      };
      const hits =
        options.hits?.slice(0, documents) ??
        retriever.retrieveAnalyzed(analyzed, { ...options, limit: documents });
      const best = bestCandidate(asked, answerCandidates(retriever.index, hits, analyze));
      const evidence = best === undefined ? 0 : answerEvidence(retriever.index, asked, best, hits);
      const confidence = calibration === undefined ? evidence : calibrate(calibration, evidence);
      const abstained = best === undefined || confidence < threshold;
      const intent = classifier?.classify(read)[0];
      const common = {
        confidence,
        abstained,
        type: asked.type,
        hits,
        ...(intent === undefined ? {} : { intent }),
      };
      if (abstained) return { ...common, text: '', citations: [] };
      const spans = answerSpans(best, asked.type);
      const short = shortAnswer(asked, best, analyze);
      return {
        ...common,
        text: spans.map((span) => readableSpan(best.document, span)).join(' '),
        citations: joinAdjacent(best, spans).map((span) => cite(best, span)),
        ...(short === undefined ? {} : { short: cite(best, short) }),
      };
    },
  };
}
