// The WebAssembly kernel, in AssemblyScript: `Kernel` of src/kernel/kernel.ts tells what each export
// does, in which order it adds and where it rounds. Places in memory come in as indices of 32-bit
// words. Build it with `npm run build:kernel -w @ddai/learning`.

export { relu, reluGradient, tanh, tanhGradient } from './activations';
export { spreadBags, sumBags } from './bags';
export { multiply } from './gemm';
export { binaryCrossEntropy, softmaxCrossEntropy, squaredError } from './losses';
export { adamStep, momentumStep, sgdStep } from './optimiser-steps';
export { imageToPatches, patchesToImage } from './patches';
export { maxPool, maxPoolGradient } from './pools';
export { addScaled, addScaledDifference, addToRows, sumRows } from './vectors';

/** The first word that is not the module's own, at the start of a cache line. */
export function roomStart(): i32 {
  return (<i32>((__heap_base + 63) >> 6)) << 4;
}
