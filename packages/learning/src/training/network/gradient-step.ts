import type { Kernel } from '../../kernel/kernel.ts';
import type { FitOptions } from '../trainer.ts';
import type { Network } from './build-network.ts';
import { createOptimiser, optimiserVectors } from './optimiser.ts';
import type { Workspace } from './workspace.ts';

type StepOptions = Pick<FitOptions<unknown>, 'training' | 'proximal' | 'gradientCorrection'>;

/** Vectors beside weights and gradients that the steps of a fit need. */
export function stepVectors({ training, proximal, gradientCorrection }: StepOptions): number {
  return (
    optimiserVectors(training.optimiser) +
    (isSet(proximal) ? 1 : 0) +
    (gradientCorrection === undefined ? 0 : 1)
  );
}

/**
 * What follows a backward pass: g += λ w + μ (w − w₀) + c, then the optimiser. Plain gradient
 * descent on a table moves only the rows that a batch touched, which gives the same bits as moving
 * all of them, since the other gradients are 0.
 */
export function createGradientStep(options: {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly workspace: Workspace;
  readonly fitOptions: StepOptions & Pick<FitOptions<unknown>, 'weights'>;
}): (touched: Uint32Array | undefined) => void {
  const { kernel, network, workspace, fitOptions } = options;
  const { training, proximal = 0, gradientCorrection, weights: start } = fitOptions;
  const { weightDecay = 0, optimiser, learningRate } = training;
  const { weights, gradients } = workspace;
  const count = network.trainable;
  const vectors = [...workspace.vectors];
  const state = vectors.splice(0, optimiserVectors(optimiser));
  const anchor = isSet(proximal) ? (vectors.shift() as number) : 0;
  const correction = gradientCorrection === undefined ? 0 : (vectors.shift() as number);
  for (const vector of state) kernel.floats.fill(0, vector, vector + count);
  kernel.floats.fill(0, gradients, gradients + count);
  if (isSet(proximal)) kernel.floats.set(start.subarray(0, count), anchor);
  if (gradientCorrection !== undefined)
    kernel.floats.set(gradientCorrection.subarray(0, count), correction);

  const step = createOptimiser({ kernel, training, count, weights, gradients, vectors: state });
  const table = network.layout[0];
  const tableLength = table?.length ?? 0;
  const tableWidth = table?.shape.at(-1) ?? 0;
  const isPlain =
    optimiser === 'sgd' &&
    weightDecay === 0 &&
    !isSet(proximal) &&
    gradientCorrection === undefined;

  return (touched) => {
    if (touched !== undefined && isPlain) {
      for (const index of touched) {
        const row = index * tableWidth;
        kernel.sgdStep({
          count: tableWidth,
          weights: weights + row,
          gradients: gradients + row,
          learningRate,
        });
        // An index that comes twice steps by a gradient of 0 the second time.
        kernel.floats.fill(0, gradients + row, gradients + row + tableWidth);
      }
      kernel.sgdStep({
        count: count - tableLength,
        weights: weights + tableLength,
        gradients: gradients + tableLength,
        learningRate,
      });
      return;
    }
    if (weightDecay !== 0)
      kernel.addScaled({ count, factor: weightDecay, from: weights, to: gradients });
    if (isSet(proximal))
      kernel.addScaledDifference({
        count,
        factor: proximal,
        from: weights,
        origin: anchor,
        to: gradients,
      });
    if (gradientCorrection !== undefined)
      kernel.addScaled({ count, factor: 1, from: correction, to: gradients });
    step();
    if (touched !== undefined) kernel.floats.fill(0, gradients, gradients + tableLength);
  };
}

function isSet(proximal: number | undefined): proximal is number {
  return proximal !== undefined && proximal !== 0;
}
