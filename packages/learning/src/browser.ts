/*
 * What of this package runs in a browser: local training. The main entry also has the parts that
 * need Node's cryptography.
 */
export type { DenseExamples, SparseExamples, Targets } from './examples/examples.ts';
export type { SparseRows } from './features/sparse-rows.ts';
export type { Kernel } from './kernel/kernel.ts';
export { createReferenceKernel } from './kernel/reference-kernel.ts';
export { createWasmKernel } from './kernel/wasm-kernel.ts';
export { createTrainer, type ExamplesOf, isDenseModel } from './models/create-trainer.ts';
export { MCMAHAN_2NN, MCMAHAN_CNN, type ModelSpec } from './models/model-spec.ts';
export { parseModelSpec } from './models/parse-model-spec.ts';
export type {
  Evaluation,
  FitOptions,
  FitResult,
  LocalTraining,
  ParameterLayout,
  ParameterTensor,
  Trainer,
} from './training/trainer.ts';
