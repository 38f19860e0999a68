import type { Block, Kernel } from '../kernel/kernel.ts';
import type { FitOptions } from '../training/trainer.ts';
import type { VisitRun } from './input-stage.ts';

/** Adam's decay rates; Kingma and Ba 2015 suggest them, and the kernel computes with them. */
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const DEFAULT_MOMENTUM = 0.9;

export interface Optimiser {
  /** Whether a gradient of zero leaves its weight as it is. */
  readonly isLocal: boolean;
  /** Begins the next step: Adam's bias correction depends on their number. */
  begin(): void;
  /** Moves the run of weights from `offset` by its gradient, penalties and correction included. */
  readonly step: VisitRun;
}

/**
 * SGD, momentum v ← m v + g (Sutskever et al. 2013 without its look-ahead), or Adam. The gradient g
 * is first joined by weight decay, FedProx's μ (w − w₀) (Li et al. 2020, equation 2) and SCAFFOLD's
 * c − cᵢ (Karimireddy et al. 2020, equation 4).
 */
export function createOptimiser(options: {
  readonly kernel: Kernel;
  readonly fit: Omit<FitOptions<unknown>, 'data'>;
  readonly weights: Block;
  readonly gradient: Block;
}): Optimiser {
  const { kernel, fit, weights, gradient } = options;
  const { optimiser, learningRate, weightDecay = 0, momentum = DEFAULT_MOMENTUM } = fit.training;
  const { proximal = 0, gradientCorrection } = fit;
  const size = fit.weights.length;
  const reserveWith = (values: Float32Array | undefined): Block => {
    const block = kernel.reserve(size);
    if (values === undefined) kernel.fill(size, 0, block);
    else kernel.memory.set(values, block);
    return block;
  };
  const anchor = proximal === 0 ? weights : reserveWith(fit.weights);
  const correction = gradientCorrection === undefined ? undefined : reserveWith(gradientCorrection);
  const first = optimiser === 'sgd' ? 0 : reserveWith(undefined);
  const second = optimiser === 'adam' ? reserveWith(undefined) : 0;
  const hasPenalty = weightDecay !== 0 || proximal !== 0;
  let [power1, power2] = [1, 1];

  return {
    isLocal: optimiser === 'sgd' && !hasPenalty && correction === undefined,
    begin: () => {
      power1 *= BETA_1;
      power2 *= BETA_2;
    },
    step: (offset, length) => {
      const [w, g] = [weights + offset, gradient + offset];
      if (hasPenalty) kernel.addPenalty(length, weightDecay, proximal, w, anchor + offset, g);
      if (correction !== undefined) kernel.axpy(length, 1, correction + offset, g);
      switch (optimiser) {
        case 'sgd':
          kernel.axpy(length, -learningRate, g, w);
          break;
        case 'momentum':
          kernel.momentumStep(length, learningRate, momentum, g, first + offset, w);
          break;
        case 'adam': {
          const [m, v] = [first + offset, second + offset];
          kernel.adamStep(length, learningRate, 1 - power1, 1 - power2, g, m, v, w);
          break;
        }
      }
    },
  };
}
