import type { Kernel } from '../kernel.ts';

const { fround, sqrt } = Math;

/**
 * Optimiser steps in plain TypeScript. The square root is correctly rounded by IEEE 754, and a
 * double-precision root of a single rounds to the same single as a root in single precision.
 */
export function createOptimiserSteps(
  memory: Pick<Kernel, 'floats'>,
): Pick<Kernel, 'sgdStep' | 'momentumStep' | 'adamStep'> {
  return {
    sgdStep: ({ count, weights, gradients, learningRate }) => {
      const { floats } = memory;
      const rate = fround(learningRate);
      for (let i = 0; i < count; i++) {
        floats[weights + i] = fround(
          (floats[weights + i] as number) - fround(rate * (floats[gradients + i] as number)),
        );
      }
    },
    momentumStep: ({ count, weights, gradients, velocity, learningRate, momentum }) => {
      const { floats } = memory;
      const rate = fround(learningRate);
      const stay = fround(momentum);
      for (let i = 0; i < count; i++) {
        const next = fround(
          fround(stay * (floats[velocity + i] as number)) + (floats[gradients + i] as number),
        );
        floats[velocity + i] = next;
        floats[weights + i] = fround((floats[weights + i] as number) - fround(rate * next));
      }
    },
    adamStep: (step) => {
      const { floats } = memory;
      const { count, weights, gradients, mean, variance } = step;
      const rate = fround(step.learningRate);
      const [beta1, beta2] = [fround(step.beta1), fround(step.beta2)];
      const [rest1, rest2] = [fround(1 - step.beta1), fround(1 - step.beta2)];
      const correct1 = fround(step.meanCorrection);
      const correct2 = fround(step.varianceCorrection);
      const epsilon = fround(step.epsilon);
      for (let i = 0; i < count; i++) {
        const g = floats[gradients + i] as number;
        const m = fround(fround(beta1 * (floats[mean + i] as number)) + fround(rest1 * g));
        const v = fround(
          fround(beta2 * (floats[variance + i] as number)) + fround(rest2 * fround(g * g)),
        );
        floats[mean + i] = m;
        floats[variance + i] = v;
        const root = fround(sqrt(fround(v * correct2)));
        const move = fround(fround(rate * fround(m * correct1)) / fround(root + epsilon));
        floats[weights + i] = fround((floats[weights + i] as number) - move);
      }
    },
  };
}
