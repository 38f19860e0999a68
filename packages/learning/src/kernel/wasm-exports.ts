import type { Address } from './kernel.ts';

/** Memory of a WebAssembly instance, which neither ECMAScript's nor Node's types describe. */
export interface ModuleMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A boolean argument. */
type Flag = 0 | 1;

/** What `kernel/index.ts` exports. */
export interface WasmExports {
  readonly memory: ModuleMemory;
  roomStart(): Address;
  multiply(
    rows: number,
    columns: number,
    depth: number,
    left: Address,
    transposeLeft: Flag,
    right: Address,
    transposeRight: Flag,
    out: Address,
    accumulate: Flag,
  ): void;
  addToRows(rows: number, columns: number, values: Address, vector: Address): void;
  sumRows(rows: number, columns: number, values: Address, vector: Address): void;
  addScaled(count: number, factor: number, from: Address, to: Address): void;
  addScaledDifference(
    count: number,
    factor: number,
    from: Address,
    origin: Address,
    to: Address,
  ): void;
  relu(values: Address, count: number): void;
  reluGradient(count: number, outputs: Address, gradients: Address): void;
  tanh(values: Address, count: number): void;
  tanhGradient(count: number, outputs: Address, gradients: Address): void;
  softmaxCrossEntropy(
    rows: number,
    columns: number,
    scores: Address,
    targets: Address,
    scale: number,
  ): number;
  binaryCrossEntropy(rows: number, scores: Address, targets: Address, scale: number): number;
  squaredError(rows: number, scores: Address, targets: Address, scale: number): number;
  imageToPatches(...windows: WindowArguments): void;
  patchesToImage(...windows: WindowArguments): void;
  maxPool(...windows: WindowArguments): void;
  maxPoolGradient(...windowsAndGradient: [...WindowArguments, gradient: Address]): void;
  sumBags(...bags: BagArguments): void;
  spreadBags(...bags: BagArguments): void;
  sgdStep(count: number, weights: Address, gradients: Address, learningRate: number): void;
  momentumStep(
    count: number,
    weights: Address,
    gradients: Address,
    velocity: Address,
    learningRate: number,
    momentum: number,
  ): void;
  adamStep(
    count: number,
    weights: Address,
    gradients: Address,
    mean: Address,
    variance: Address,
    learningRate: number,
    beta1: number,
    rest1: number,
    meanCorrection: number,
    beta2: number,
    rest2: number,
    varianceCorrection: number,
    epsilon: number,
  ): void;
}

export type WindowArguments = [
  height: number,
  width: number,
  channels: number,
  size: number,
  image: Address,
  other: Address,
];

export type BagArguments = [
  rows: number,
  width: number,
  table: Address,
  offsets: Address,
  indices: Address,
  values: Address,
  out: Address,
];
