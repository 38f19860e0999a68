import type { Targets } from '../examples/examples.ts';
import type { Block, Kernel } from '../kernel/kernel.ts';
import type { Batch, BoundInput, InputStage } from './input-stage.ts';
import type { BoundLayer, Layer } from './layer.ts';
import { computeLoss, type Loss, loadTargets, targetsPerRow } from './loss.ts';
import { layOut } from './parameter-layout.ts';

/** A network with all the memory of one `fit` or `evaluate`. */
export interface BoundNetwork<Data> {
  readonly weights: Block;
  /** Laid out as the weights are; empty unless it is for training. */
  readonly gradient: Block;
  readonly scores: Block;
  readonly targets: Block;
  readonly learningInput: BoundInput<Data>['learning'];
  /** @returns the sum of the batch's losses; leaves its error for `backward`. */
  forward(batch: Batch<Data>): number;
  /** Writes the gradient of the batch's mean loss. */
  backward(batch: Batch<Data>): void;
}

/** Reserves weights, gradient, what every layer puts out, and two blocks for errors in turn. */
export function bindNetwork<Data extends { readonly targets: Targets }>(
  options: {
    readonly input: InputStage<Data>;
    readonly layers: readonly Layer[];
    readonly loss: Loss;
  },
  space: { readonly kernel: Kernel; readonly maxRows: number; readonly isTraining: boolean },
): BoundNetwork<Data> {
  const { input, layers, loss } = options;
  const { kernel, maxRows, isTraining } = space;
  const layout = layOut([...input.tensors, ...layers.flatMap((layer) => layer.tensors)]);
  const parameters = layout.reduce((sum, { length }) => sum + length, 0);
  const weights = kernel.reserve(parameters);
  const gradient = kernel.reserve(isTraining ? parameters : 0);

  let next = 0;
  const spaceFor = (tensors: number): Parameters<Layer['bind']>[0] => {
    const own = layout.slice(next, next + tensors);
    next += tensors;
    return {
      kernel,
      maxRows,
      weights: own.map(({ offset }) => weights + offset),
      gradients: isTraining ? own.map(({ offset }) => gradient + offset) : [],
    };
  };
  const boundInput = input.bind(spaceFor(input.tensors.length));
  const bound: readonly BoundLayer[] = layers.map((layer) =>
    layer.bind(spaceFor(layer.tensors.length)),
  );

  // values[i] enters layer i; the last are the scores.
  const widths = [input.outputs, ...layers.map((layer) => layer.outputs)];
  const values = widths.map((width) => kernel.reserve(maxRows * width));
  const errorWidth = isTraining ? Math.max(...widths) : (widths.at(-1) ?? 0);
  const errors = [kernel.reserve(maxRows * errorWidth), kernel.reserve(maxRows * errorWidth)];
  const outputs = widths.at(-1) ?? 0;
  const scores = values.at(-1) ?? 0;
  const targetWidth = targetsPerRow(loss, outputs);
  const targets = kernel.reserve(maxRows * targetWidth);
  const valuesOf = (i: number): Block => values[i] as Block;
  const errorOf = (i: number): Block => errors[i % 2] as Block;

  return {
    weights,
    gradient,
    scores,
    targets,
    learningInput: boundInput.learning,
    forward: (batch) => {
      const { data, order, from, rows } = batch;
      boundInput.forward(batch, valuesOf(0));
      for (const [i, layer] of bound.entries())
        layer.forward(rows, valuesOf(i), valuesOf(i + 1), isTraining);
      const { memory } = kernel;
      loadTargets({
        memory,
        targets: data.targets,
        width: targetWidth,
        order,
        from,
        rows,
        to: targets,
      });
      const at = errorOf(bound.length);
      return computeLoss({ loss, kernel, rows, outputs, scores, targets, errors: at });
    },
    backward: (batch) => {
      const learning = boundInput.learning;
      for (let i = bound.length - 1; i >= 0; i--) {
        const isWanted = i > 0 || learning !== undefined;
        const dx = isWanted ? errorOf(i) : undefined;
        bound[i]?.backward(batch.rows, valuesOf(i), valuesOf(i + 1), errorOf(i + 1), dx);
      }
      learning?.backward(batch, errorOf(0));
    },
  };
}
