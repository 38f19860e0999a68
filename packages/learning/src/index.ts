export {
  assertModulusFits,
  coordinateBound,
  decodeSum,
  encodeUpdate,
  smallestModulusBits,
  type UpdateEncoding,
  type UpdateScalars,
} from './aggregation/update-encoding.ts';
export type { LearningErrorCode } from './errors.ts';
export { createFeaturiser, type Featuriser, MAX_TEXT_UNITS } from './features/featuriser.ts';
export {
  DEFAULT_FEATURISER,
  type FeaturiserSpec,
  parseFeaturiserSpec,
} from './features/featuriser-spec.ts';
export type { SparseRows } from './features/sparse-rows.ts';
export {
  checkTickets,
  countProblems,
  type DataProblem,
  type DataProblemCount,
} from './job/check-tickets.ts';
export {
  type Coordinator,
  type CoordinatorDependencies,
  type CoordinatorOptions,
  createCoordinator,
  type JobStatus,
  type RoundClosedNotice,
} from './job/coordinator.ts';
export type { OperatorOf } from './job/coordinator-intake.ts';
export {
  type BlobStore,
  createMemoryJobRecord,
  type EventLog,
  type RecordedEvent,
} from './job/event-log.ts';
export type { AbortReason, JobEvent, RoundMetrics, RoundPhase } from './job/job-events.ts';
export type { ClosedRound } from './job/job-state.ts';
export {
  createJobTerms,
  FEDERATED_SGD,
  hashJobTerms,
  type JobTerms,
  type JobTermsInput,
  type PhaseDeadlines,
  parseJobTerms,
} from './job/job-terms.ts';
export type { CoordinatorMessage, ParticipantMessage, RefusalCode } from './job/messages.ts';
export { parseCoordinatorMessage, parseParticipantMessage } from './job/parse-messages.ts';
export {
  createParticipant,
  type Handled,
  type Participant,
  type ParticipantDependencies,
  type ParticipantOptions,
} from './job/participant.ts';
export { createMemoryParticipantStore, type ParticipantStore } from './job/participant-store.ts';
export { maxModelLength, uploadLength } from './job/payload-sizes.ts';
export type { Sign, VerifySignature } from './job/statements.ts';
export { suggestJobSettings } from './job/suggest-job-settings.ts';
export type { Kernel } from './kernel/kernel.ts';
export { createTypeScriptKernel } from './kernel/typescript-kernel.ts';
export { createWasmKernel } from './kernel/wasm-kernel.ts';
export {
  createIntentClassifier,
  type IntentClassifier,
  type IntentScore,
} from './model/intent-classifier.ts';
export {
  hashModelBytes,
  type IntentModel,
  parseIntentModel,
  serialiseIntentModel,
} from './model/intent-model.ts';
export {
  readSafetensors,
  type Tensor,
  type TensorFile,
  writeSafetensors,
} from './model/safetensors.ts';
export { type ReceiptVerdict, verifyReceipt } from './receipt/verify-receipt.ts';
export { RECEIPT_FORMAT, writeReceipt } from './receipt/write-receipt.ts';
export type { CryptoSuite, SealInput } from './secure/crypto-suite.ts';
export { nodeCryptoSuite } from './secure/node-crypto-suite.ts';
export {
  assertThresholdSound,
  defaultAssumedCorrupt,
  defaultThreshold,
  type SecureAggregationTerms,
} from './secure/thresholds.ts';
export {
  evaluateIntents,
  type IntentEvaluation,
  type Stopwatch,
} from './simulation/evaluate-intents.ts';
export {
  type SimulationOptions,
  type SimulationProgress,
  type SimulationResult,
  simulateFederated,
} from './simulation/simulate-federated.ts';
export {
  comparePaired,
  type Interval,
  type PairedComparison,
  wilsonInterval,
} from './statistics/intervals.ts';
export { assertTrainable } from './tickets/assert-trainable.ts';
export {
  DEFAULT_TICKET_LIMITS,
  parseTickets,
  type TicketLimits,
} from './tickets/parse-tickets.ts';
export { type Partition, parsePartition, partitionTickets } from './tickets/partition-tickets.ts';
export { splitHeldOut } from './tickets/split-held-out.ts';
export { categoriesOf, countByCategory, type Ticket } from './tickets/ticket.ts';
export { calibrateIntentModel } from './training/calibrate-intent-model.ts';
export { createTrainer, type TrainerOf } from './training/create-trainer.ts';
export type { DenseExamples } from './training/dense-examples.ts';
export {
  type CnnSpec,
  type DenseModelSpec,
  type EmbeddingBagSpec,
  isSparseModel,
  type LinearSpec,
  type LossName,
  type MlpSpec,
  type ModelSpec,
  type SparseModelSpec,
  type SparseSoftmaxSpec,
} from './training/model-spec.ts';
export { parseModelSpec } from './training/parse-model-spec.ts';
export type { SparseExamples } from './training/sparse-examples.ts';
export { CENTRALISED_SGD, trainCentralised } from './training/train-centralised.ts';
export type {
  Evaluation,
  FitOptions,
  FitResult,
  LocalTraining,
  ParameterLayout,
  ParameterTensor,
  Trainer,
} from './training/trainer.ts';
