export { abstentionMessage } from './answering/abstention-message.ts';
export type {
  Answer,
  Citation,
  IntentClassifier,
  LabelProbability,
} from './answering/answer.ts';
export {
  type AnswerEngine,
  type AnswerEngineOptions,
  createAnswerEngine,
  LONGEST_QUESTION,
} from './answering/answer-engine.ts';
export {
  DEFAULT_ABSTENTION_THRESHOLD,
  EVIDENCE_WEIGHTS,
  type EvidenceSignals,
} from './answering/answer-evidence.ts';
export {
  type CalibrationCurve,
  type CalibrationExample,
  calibrate,
  fitCalibration,
} from './answering/calibration.ts';
export { type QuestionType, questionType } from './answering/question-type.ts';
export {
  type ComplexReason,
  type Route,
  type RouteOptions,
  routeQuestion,
} from './answering/route-question.ts';
export type { AssistantErrorCode } from './assistant-error.ts';
export {
  COMPLEX_PIPELINE,
  type ComplexCitation,
  type ComplexQueryInput,
  type ComplexQueryLimits,
  type ComplexQueryResult,
  DEFAULT_COMPLEX_LIMITS,
  SCORE_SCALE,
  type SubAnswer,
} from './complex/complex-query.ts';
export { decomposeQuestion, type SubQuestion } from './complex/decompose-question.ts';
export {
  DEFAULT_SHARD_LIMITS,
  decodeShard,
  encodeShard,
  loadShard,
  SHARD_FORMAT,
  type ShardLimits,
} from './complex/knowledge-shard.ts';
export {
  complexQueryInputBytes,
  complexQueryResultBytes,
  parseComplexQueryInput,
  parseComplexQueryResult,
} from './complex/parse-complex-query.ts';
export { type LoadedShard, runComplexQuery } from './complex/run-complex-query.ts';
export {
  type AbstentionPoint,
  abstentionCurve,
  type ConfidenceOutcome,
  recallAtPrecision,
} from './evaluation/abstention-curve.ts';
export type { MeanInterval } from './evaluation/bootstrap.ts';
export { checkGate, GATE_MEASURES, type Gate, type GateFailure } from './evaluation/check-gate.ts';
export {
  collectEvidenceSignals,
  type QuestionSignals,
} from './evaluation/collect-evidence-signals.ts';
export { compareOutcomes, type MeasureDifference } from './evaluation/compare-outcomes.ts';
export {
  type AnswerEvaluation,
  type AnswerQuestion,
  areaUnderCurve,
  evaluateAnswers,
} from './evaluation/evaluate-answers.ts';
export {
  type AssistantQuestion,
  evaluateAssistant,
  type QuestionOutcome,
} from './evaluation/evaluate-assistant.ts';
export {
  evaluateRetrieval,
  type RetrievalEvaluation,
  type RetrievalQuestion,
} from './evaluation/evaluate-retrieval.ts';
export { groundedShare } from './evaluation/grounded-share.ts';
export { answerF1, normalizeAnswer } from './evaluation/normalize-answer.ts';
export type { OutcomeMeasure } from './evaluation/outcome-measures.ts';
export { type SimulatedQuestion, simulateQuestions } from './evaluation/simulate-questions.ts';
export { type AssistantEvaluation, summarizeOutcomes } from './evaluation/summarize-outcomes.ts';
export { type IngestedKnowledge, ingestKnowledge } from './knowledge/ingest-knowledge.ts';
export {
  DEFAULT_KNOWLEDGE_LIMITS,
  type Heading,
  headingBreadcrumb,
  type KnowledgeDocument,
  type KnowledgeLimits,
} from './knowledge/knowledge-document.ts';
export {
  type KnowledgeFormat,
  type KnowledgeSource,
  type PageReport,
  type PageWeakness,
  parseKnowledgeDocument,
} from './knowledge/parse-knowledge-document.ts';
export { readableText } from './knowledge/readable-text.ts';
export {
  ALERT_TRANSITIONS,
  type Alert,
  type AlertLifecycle,
  type AlertSeverity,
  type AlertState,
  type AlertTransition,
  advanceAlert,
  type EvidencePoint,
  NEW_ALERT_LIFECYCLE,
} from './monitor/alert.ts';
export {
  createSeasonalMonitor,
  DEFAULT_ANOMALY_THRESHOLD,
  type SeasonalMonitor,
  type SeasonalMonitorOptions,
  type SeasonalMonitorState,
  type SeriesPoint,
} from './monitor/seasonal-monitor.ts';
export {
  createSeasonalScorer,
  type ScoredPoint,
  type SeasonalScorer,
  type SeasonalScorerOptions,
  type SeasonalScorerState,
} from './monitor/seasonal-scorer.ts';
export {
  createRedactor,
  type RedactedSpan,
  type Redaction,
  type RedactionPattern,
  type Redactor,
  redactPersonalData,
} from './privacy/redact-personal-data.ts';
export { type ConversationTurn, HISTORY_DECAY } from './retrieval/conversation-turn.ts';
export {
  decodeIndexSnapshot,
  encodeIndexSnapshot,
  indexSnapshotPieces,
} from './retrieval/index-snapshot.ts';
export { createKnowledgeIndex, type KnowledgeIndex } from './retrieval/knowledge-index.ts';
export {
  createRetriever,
  type DocumentHit,
  type HitExplanation,
  type PassageHit,
  type RetrieveOptions,
  type Retriever,
} from './retrieval/retriever.ts';
export {
  createSemanticRetriever,
  type SemanticRetrieval,
  type SemanticRetriever,
} from './semantic/semantic-retriever.ts';
export {
  type EncoderFault,
  type Encoding,
  encodeChecked,
  type SentenceEncoder,
} from './semantic/sentence-encoder.ts';
export {
  createUniversalSentenceEncoder,
  type UniversalSentenceEncoderModules,
} from './semantic/universal-sentence-encoder.ts';
export { LANGUAGES, type Language } from './text/language.ts';
export type { SupportFault } from './writing/check-support.ts';
export { isInstructionLike } from './writing/instruction-like.ts';
export { type VerifiedAnswer, verifyWrittenAnswer } from './writing/verify-written-answer.ts';
export { type WritingMessage, writingMessages } from './writing/writing-messages.ts';
export { type WritingPassage, writingPassages } from './writing/writing-passage.ts';
