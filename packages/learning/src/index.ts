export {
  assertModulusFits,
  coordinateBound,
  decodeSum,
  encodeUpdate,
  smallestModulusBits,
  type UpdateEncoding,
  type UpdateScalars,
} from './aggregation/update-encoding.ts';
export type { Attack, AttackInput } from './attacks/attack.ts';
export { ATTACK_NAMES, createAttack } from './attacks/create-attack.ts';
export { flipLabels } from './attacks/flip-labels.ts';
export { createInnerProduct } from './attacks/inner-product.ts';
export { createLargeNoise } from './attacks/large-noise.ts';
export { createLittleIsEnough } from './attacks/little-is-enough.ts';
export { createNotANumber } from './attacks/not-a-number.ts';
export { createSameValue } from './attacks/same-value.ts';
export { createSignFlip } from './attacks/sign-flip.ts';
export {
  applyModelDelta,
  encodeModelDelta,
  modelDeltaLength,
  moveByDelta,
} from './compression/model-delta.ts';
export { assertClassesTrainable, countClasses } from './data/assert-classes-trainable.ts';
export { checkLabelCounts, type DataDemands } from './data/check/check-label-counts.ts';
export { checkTable } from './data/check/check-table.ts';
export type { DataFinding, DataReport } from './data/check/data-report.ts';
export { driftThreshold, populationStability } from './data/check/population-stability.ts';
export { encodeImages } from './data/images/encode-images.ts';
export { type IdxArray, MAX_IDX_BYTES, parseIdx } from './data/images/parse-idx.ts';
export { parseParquetTable } from './data/parquet/parse-parquet-table.ts';
export { type Partition, parsePartition } from './data/partition/partition.ts';
export { type PartitionInput, partitionRows } from './data/partition/partition-rows.ts';
export { selectExamples } from './data/select-examples.ts';
export { encodeTable } from './data/table/encode-table.ts';
export { parseCsvTable } from './data/table/parse-csv-table.ts';
export { parseTableSchema } from './data/table/parse-table-schema.ts';
export type { Cell, RawTable } from './data/table/raw-table.ts';
export { DEFAULT_TABLE_LIMITS, type TableLimits } from './data/table/table-limits.ts';
export {
  featureWidth,
  type TableColumn,
  type TableSchema,
  type TargetColumn,
  targetOf,
} from './data/table/table-schema.ts';
export type { LearningErrorCode } from './errors.ts';
export type { DenseExamples, SparseExamples, Targets } from './examples/examples.ts';
export { createFeaturiser, type Featuriser, MAX_TEXT_UNITS } from './features/featuriser.ts';
export {
  DEFAULT_FEATURISER,
  type FeaturiserSpec,
  parseFeaturiserSpec,
} from './features/featuriser-spec.ts';
export type { SparseRows } from './features/sparse-rows.ts';
export {
  checkData,
  countProblems,
  type DataProblem,
  type DataProblemCount,
} from './job/check-data.ts';
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
export type { JobModel, ModelTerms, TableModelTerms } from './job/job-model.ts';
export type { ClosedRound } from './job/job-state.ts';
export {
  type CompressionTerms,
  createJobTerms,
  FEDERATED_SGD,
  hashJobTerms,
  type JobTerms,
  type JobTermsInput,
  type PhaseDeadlines,
  parseJobTerms,
} from './job/job-terms.ts';
export type { LocalExamples } from './job/local-learner.ts';
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
export { downloadLength, maxModelLength, uploadLength } from './job/payload-sizes.ts';
export type { Sign, VerifySignature } from './job/statements.ts';
export {
  COMPRESSED_AGGREGATION,
  COMPRESSED_TABLE_AGGREGATION,
  suggestJobSettings,
  suggestTableSettings,
} from './job/suggest-job-settings.ts';
export type { Block, Kernel, KernelOperations } from './kernel/kernel.ts';
export { createReferenceKernel } from './kernel/reference-kernel.ts';
export { createWasmKernel } from './kernel/wasm-kernel.ts';
export {
  type LabellingProposal,
  selectForLabelling,
  type UnlabelledText,
} from './labelling/select-for-labelling.ts';
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
export type { OutOfScopeRule } from './model/out-of-scope-rule.ts';
export {
  readSafetensors,
  type Tensor,
  type TensorFile,
  writeSafetensors,
} from './model/safetensors.ts';
export {
  parseTableModel,
  parseTableNetwork,
  serialiseTableModel,
  type TableModel,
} from './model/table-model.ts';
export {
  type Classification,
  createTaskClassifier,
  type TaskClassifications,
  type TaskClassifier,
  TICKET_TASKS,
  type TicketTask,
} from './model/task-classifier.ts';
export { createTrainer, type ExamplesOf, isDenseModel } from './models/create-trainer.ts';
export {
  type ConvolutionalSpec,
  type ConvolutionSpec,
  type DenseModelSpec,
  type EmbeddingBagSpec,
  type LinearSpec,
  MCMAHAN_2NN,
  MCMAHAN_CNN,
  type ModelSpec,
  type MultiLayerPerceptronSpec,
  type SparseLinearSpec,
  type SparseModelSpec,
  type SparseSoftmaxSpec,
} from './models/model-spec.ts';
export { parseModelSpec } from './models/parse-model-spec.ts';
export type { Activation } from './network/activation-layer.ts';
export type { Loss } from './network/loss.ts';
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
export { chooseAttackers } from './simulation/choose-attackers.ts';
export { clientRoundBytes } from './simulation/client-round-bytes.ts';
export { compareRecords, type RecordComparison } from './simulation/compare-records.ts';
export {
  evaluateIntents,
  type IntentEvaluation,
  type OutOfScopeEvaluation,
  type Stopwatch,
} from './simulation/evaluate-intents.ts';
export { type FlatDense, viewDense } from './simulation/flat-dense.ts';
export {
  type FlatPopulation,
  flattenPopulation,
  flipPopulationLabels,
  viewRows,
} from './simulation/flat-population.ts';
export {
  type ClosablePool,
  createPopulationTrainer,
  createPopulationWorker,
  type PopulationThread,
} from './simulation/population-worker.ts';
export { runVirtual } from './simulation/run-virtual.ts';
export { scorePositives } from './simulation/score-positives.ts';
export {
  type SimulationOptions,
  type SimulationProgress,
  type SimulationResult,
  simulateFederated,
} from './simulation/simulate-federated.ts';
export {
  type PopulationDependencies,
  type PopulationOptions,
  simulatePopulation,
} from './simulation/simulate-population.ts';
export {
  type BufferSizes,
  createSimulationBuffers,
  type SimulationBuffers,
} from './simulation/simulation-buffers.ts';
export {
  parseSimulationRecord,
  type SeedRecord,
  SIMULATION_FORMAT,
  type SimulationRecord,
} from './simulation/simulation-record.ts';
export type {
  EvaluateTask,
  SimulationPool,
  TrainReport,
  TrainTask,
} from './simulation/simulation-tasks.ts';
export {
  createInlinePool,
  createSimulationWorker,
  type SimulationWorker,
  type SimulationWorkerOptions,
} from './simulation/simulation-worker.ts';
export {
  planBuffers,
  type VirtualPlan,
  type VirtualRound,
  type VirtualRun,
  type VirtualRunInput,
} from './simulation/virtual-run.ts';
export { areaUnderCurve } from './statistics/area-under-curve.ts';
export { expectedCalibrationError } from './statistics/calibration-error.ts';
export { compareSeeds, type SeedComparison } from './statistics/compare-seeds.ts';
export {
  comparePaired,
  type Interval,
  type PairedComparison,
  wilsonInterval,
} from './statistics/intervals.ts';
export { aggregateRound, assertEnoughUpdates } from './strategies/aggregate-round.ts';
export {
  assertBucketsSuffice,
  type Bucket,
  bucketToUpdate,
  drawBuckets,
  SMALLEST_BUCKET,
} from './strategies/buckets.ts';
export { createBulyan } from './strategies/bulyan.ts';
export { createCentredClipping } from './strategies/centred-clipping.ts';
export {
  checkUpdate,
  type UpdateIntake,
  type UpdateRefusalCode,
  type UpdateVerdict,
  updateKey,
} from './strategies/check-update.ts';
export { createCoordinateMedian } from './strategies/coordinate-median.ts';
export {
  createStrategy,
  STRATEGY_NAMES,
  type StrategyName,
} from './strategies/create-strategy.ts';
export { createFedAdagrad } from './strategies/fed-adagrad.ts';
export { createFedAdam } from './strategies/fed-adam.ts';
export { createFedAvg } from './strategies/fed-avg.ts';
export { createFedAvgM } from './strategies/fed-avg-m.ts';
export { createFedBn } from './strategies/fed-bn.ts';
export { createFedBuff } from './strategies/fed-buff.ts';
export { createFedProx } from './strategies/fed-prox.ts';
export { createFedYogi } from './strategies/fed-yogi.ts';
export { createKrum, createMultiKrum } from './strategies/krum.ts';
export {
  type NamedState,
  parseNamedState,
  serialiseNamedState,
} from './strategies/named-state.ts';
export { createScaffold } from './strategies/scaffold.ts';
export type {
  Aggregated,
  ClientInstructions,
  ClientUpdate,
  SingleUpdateStrategy,
  Strategy,
  WeightedSum,
  WeightedSumStrategy,
} from './strategies/strategy.ts';
export { type ClientResult, trainClient, withOwn } from './strategies/train-client.ts';
export { createTrimmedMean } from './strategies/trimmed-mean.ts';
export { sumUpdates } from './strategies/weighted-sum.ts';
export { assertTrainable } from './tickets/assert-trainable.ts';
export {
  type LabelledTicket,
  type MergedTickets,
  mergeLabelledTickets,
} from './tickets/merge-labelled-tickets.ts';
export {
  DEFAULT_TICKET_LIMITS,
  parseTickets,
  type TicketLimits,
} from './tickets/parse-tickets.ts';
export { partitionTickets } from './tickets/partition-tickets.ts';
export { splitHeldOut } from './tickets/split-held-out.ts';
export { categoriesOf, countByCategory, type Ticket } from './tickets/ticket.ts';
export {
  COMPLETION_COLUMN,
  DEFAULT_LABEL_COLUMN,
  isLabelColumn,
  TICKET_LABEL_COLUMNS,
} from './tickets/ticket-columns.ts';
export { ticketsFromTable } from './tickets/tickets-from-table.ts';
export { calibrateIntentModel } from './training/calibrate-intent-model.ts';
export { chooseOutOfScope, DEFAULT_KEPT } from './training/choose-out-of-scope.ts';
export { evaluateRows } from './training/evaluate-rows.ts';
export { labelRows } from './training/label-rows.ts';
export {
  type LabelledRows,
  parameterCount,
  type SoftmaxShape,
  trainEpoch,
} from './training/softmax-trainer.ts';
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
