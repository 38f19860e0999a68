// The WebAssembly kernel, in AssemblyScript. Every export takes places in memory as indices of
// float32 elements, as `Kernel` in src/kernel/kernel.ts describes them, and turns them into byte
// addresses. Build it with `npm run build:kernel -w @ddai/learning`.

export { batchNorm, batchNormBackward, columnMoments } from './batch-norm';
export { col2im, im2col, maxPool, maxPoolBackward } from './convolution';
export { gemmNN, gemmNT, gemmTN } from './gemm';
export { layerNorm, layerNormBackward } from './layer-norm';
export { binaryCrossEntropy, softmaxCrossEntropy, squaredError } from './losses';
export { adamStep, addPenalty, momentumStep } from './optimisers';
export {
  addRow,
  axpy,
  fill,
  relu,
  reluBackward,
  sumRows,
  tanh,
  tanhBackward,
} from './vectors';

/** The first element that is not the module's own. */
export function arenaStart(): i32 {
  return (<i32>((__heap_base + 63) >> 6)) << 4;
}
