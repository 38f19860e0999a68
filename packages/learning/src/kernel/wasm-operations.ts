import type { BagRows, ImageWindows, Kernel } from './kernel.ts';
import type { BagArguments, WasmExports, WindowArguments } from './wasm-exports.ts';

/** The operations of a kernel by the module's exports, which take arguments in a fixed order. */
export function createWasmOperations(
  module: WasmExports,
): Omit<Kernel, 'name' | 'reserve' | 'floats' | 'words'> {
  return {
    multiply: (product) => {
      const { rows, columns, depth, left, right, out } = product;
      const { transposeLeft, transposeRight, accumulate } = product;
      module.multiply(
        rows,
        columns,
        depth,
        left,
        transposeLeft === true ? 1 : 0,
        right,
        transposeRight === true ? 1 : 0,
        out,
        accumulate === true ? 1 : 0,
      );
    },
    addToRows: ({ rows, columns, values, vector }) =>
      module.addToRows(rows, columns, values, vector),
    sumRows: ({ rows, columns, values, vector }) => module.sumRows(rows, columns, values, vector),
    addScaled: ({ count, factor, from, to }) => module.addScaled(count, factor, from, to),
    addScaledDifference: ({ count, factor, from, origin, to }) =>
      module.addScaledDifference(count, factor, from, origin, to),
    relu: (values, count) => module.relu(values, count),
    reluGradient: ({ count, outputs, gradients }) => module.reluGradient(count, outputs, gradients),
    tanh: (values, count) => module.tanh(values, count),
    tanhGradient: ({ count, outputs, gradients }) => module.tanhGradient(count, outputs, gradients),
    softmaxCrossEntropy: ({ rows, columns, scores, targets, scale }) =>
      module.softmaxCrossEntropy(rows, columns, scores, targets, scale),
    binaryCrossEntropy: ({ rows, scores, targets, scale }) =>
      module.binaryCrossEntropy(rows, scores, targets, scale),
    squaredError: ({ rows, scores, targets, scale }) =>
      module.squaredError(rows, scores, targets, scale),
    imageToPatches: (windows) => module.imageToPatches(...windowArguments(windows)),
    patchesToImage: (windows) => module.patchesToImage(...windowArguments(windows)),
    maxPool: (windows) => module.maxPool(...windowArguments(windows)),
    maxPoolGradient: (windows) =>
      module.maxPoolGradient(...windowArguments(windows), windows.gradient),
    sumBags: (bags) => module.sumBags(...bagArguments(bags)),
    spreadBags: (bags) => module.spreadBags(...bagArguments(bags)),
    sgdStep: ({ count, weights, gradients, learningRate }) =>
      module.sgdStep(count, weights, gradients, learningRate),
    momentumStep: ({ count, weights, gradients, velocity, learningRate, momentum }) =>
      module.momentumStep(count, weights, gradients, velocity, learningRate, momentum),
    adamStep: (step) =>
      module.adamStep(
        step.count,
        step.weights,
        step.gradients,
        step.mean,
        step.variance,
        step.learningRate,
        step.beta1,
        1 - step.beta1,
        step.meanCorrection,
        step.beta2,
        1 - step.beta2,
        step.varianceCorrection,
        step.epsilon,
      ),
  };
}

function windowArguments(windows: ImageWindows): WindowArguments {
  const { height, width, channels, size, image, other } = windows;
  return [height, width, channels, size, image, other];
}

function bagArguments(bags: BagRows): BagArguments {
  const { rows, width, table, offsets, indices, values, out } = bags;
  return [rows, width, table, offsets, indices, values, out];
}
