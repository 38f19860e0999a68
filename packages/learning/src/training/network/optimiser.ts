import type { Kernel } from '../../kernel/kernel.ts';
import type { LocalTraining } from '../trainer.ts';

/** Kingma and Ba 2015, section 2: the defaults they recommend. */
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
const DEFAULT_MOMENTUM = 0.9;

/** Vectors of state that an optimiser keeps during one fit; each fit begins with zeros. */
export function optimiserVectors(optimiser: LocalTraining['optimiser']): number {
  return { sgd: 0, momentum: 1, adam: 2 }[optimiser];
}

/** One step over `count` weights; calls are numbered from 1 by the optimiser itself. */
export function createOptimiser(options: {
  readonly kernel: Kernel;
  readonly training: LocalTraining;
  readonly count: number;
  readonly weights: number;
  readonly gradients: number;
  /** As many as `optimiserVectors` says, cleared. */
  readonly vectors: readonly number[];
}): () => void {
  const { kernel, training, count, weights, gradients, vectors } = options;
  const { learningRate, optimiser, momentum = DEFAULT_MOMENTUM } = training;
  const [first = 0, second = 0] = vectors;
  const step = { count, weights, gradients, learningRate };
  if (optimiser === 'sgd') return () => kernel.sgdStep(step);
  if (optimiser === 'momentum')
    return () => kernel.momentumStep({ ...step, velocity: first, momentum });
  let power1 = 1;
  let power2 = 1;
  return () => {
    power1 *= BETA_1;
    power2 *= BETA_2;
    kernel.adamStep({
      ...step,
      mean: first,
      variance: second,
      beta1: BETA_1,
      beta2: BETA_2,
      epsilon: EPSILON,
      meanCorrection: 1 / (1 - power1),
      varianceCorrection: 1 / (1 - power2),
    });
  };
}
