import type { Layer } from './layer.ts';

/**
 * y = x·W + b with W as inputs × outputs. Weights begin uniform within ±`bound`, biases at 0.
 */
export function createDenseLayer(options: {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly bound: number;
}): Layer {
  const { name, inputs, outputs, bound } = options;
  return {
    outputs,
    tensors: [
      {
        name: `${name}.weight`,
        shape: [inputs, outputs],
        role: 'weight',
        initial: bound === 0 ? 0 : { bound },
      },
      { name: `${name}.bias`, shape: [outputs], role: 'weight', initial: 0 },
    ],
    forward: ({ kernel, rows, input, output, tensors: [weight = 0, bias = 0] }) => {
      kernel.multiply({
        rows,
        columns: outputs,
        depth: inputs,
        left: input,
        right: weight,
        out: output,
      });
      kernel.addToRows({ rows, columns: outputs, values: output, vector: bias });
    },
    backward: (pass) => {
      const { kernel, rows, input, outputGradient, inputGradient } = pass;
      const [weight = 0] = pass.tensors;
      const [weightGradient = 0, biasGradient = 0] = pass.gradients;
      kernel.multiply({
        rows: inputs,
        columns: outputs,
        depth: rows,
        left: input,
        right: outputGradient,
        out: weightGradient,
        transposeLeft: true,
      });
      kernel.sumRows({ rows, columns: outputs, values: outputGradient, vector: biasGradient });
      if (inputGradient === undefined) return;
      kernel.multiply({
        rows,
        columns: inputs,
        depth: outputs,
        left: outputGradient,
        right: weight,
        out: inputGradient,
        transposeRight: true,
      });
    },
  };
}
