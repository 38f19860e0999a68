import type { BagRows } from '../../kernel/kernel.ts';
import type { Layer, LayerPass } from './layer.ts';

/**
 * The first layer over sparse rows: y = Σ value · table[index] (+ b). Its input holds rows + 1
 * offsets, then all indices, then all values, as `SparseBatches` writes them. The gradient of the
 * table is added to, so whoever steps clears the rows that a batch touched.
 */
export function createBagLayer(options: {
  readonly name: string;
  readonly dimension: number;
  readonly width: number;
  readonly bound: number;
  /** Whether a bias follows: for scores without a further layer. */
  readonly bias: boolean;
}): Layer {
  const { name, dimension, width, bound, bias } = options;
  const shape = [dimension, width];
  const bags = ({ kernel, rows, input }: LayerPass, table: number, out: number): BagRows => {
    const indices = input + rows + 1;
    const entries = kernel.words[input + rows] as number;
    return { rows, width, table, offsets: input, indices, values: indices + entries, out };
  };
  return {
    outputs: width,
    tensors: [
      { name: `${name}.weight`, shape, role: 'weight', initial: bound === 0 ? 0 : { bound } },
      ...(bias
        ? [{ name: `${name}.bias`, shape: [width], role: 'weight', initial: 0 } as const]
        : []),
    ],
    forward: (pass) => {
      const { kernel, rows, output } = pass;
      const [table = 0, vector = 0] = pass.tensors;
      kernel.sumBags(bags(pass, table, output));
      if (bias) kernel.addToRows({ rows, columns: width, values: output, vector });
    },
    backward: (pass) => {
      const { kernel, rows, outputGradient } = pass;
      const [table = 0, vector = 0] = pass.gradients;
      kernel.spreadBags(bags(pass, table, outputGradient));
      if (bias) kernel.sumRows({ rows, columns: width, values: outputGradient, vector });
    },
  };
}
