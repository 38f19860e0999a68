import { tanh } from '../../training/elementary.ts';
import type { Kernel } from '../kernel.ts';

const { fround } = Math;

/** Activations and their gradients in plain TypeScript. */
export function createActivations(
  memory: Pick<Kernel, 'floats'>,
): Pick<Kernel, 'relu' | 'reluGradient' | 'tanh' | 'tanhGradient'> {
  return {
    relu: (values, count) => {
      const { floats } = memory;
      for (let i = values; i < values + count; i++) {
        // Written so that −0 and every negative number become +0.
        if (!((floats[i] as number) > 0)) floats[i] = 0;
      }
    },
    reluGradient: ({ count, outputs, gradients }) => {
      const { floats } = memory;
      for (let i = 0; i < count; i++) {
        if (!((floats[outputs + i] as number) > 0)) floats[gradients + i] = 0;
      }
    },
    tanh: (values, count) => {
      const { floats } = memory;
      for (let i = values; i < values + count; i++) floats[i] = tanh(floats[i] as number);
    },
    tanhGradient: ({ count, outputs, gradients }) => {
      const { floats } = memory;
      for (let i = 0; i < count; i++) {
        const output = floats[outputs + i] as number;
        const slope = fround(1 - fround(output * output));
        floats[gradients + i] = fround((floats[gradients + i] as number) * slope);
      }
    },
  };
}
