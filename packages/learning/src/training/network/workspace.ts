import type { Address } from '../../kernel/kernel.ts';
import type { Network } from './build-network.ts';

/** Where everything of one fit or evaluation lies, counted from the start of the reserved room. */
export interface Workspace {
  readonly words: number;
  /** The whole flat vector. */
  readonly weights: Address;
  readonly input: Address;
  readonly targets: Address;
  /** For each layer its output, and its own scratch. */
  readonly outputs: readonly Address[];
  readonly scratch: readonly Address[];
  /** For each layer the gradient by its output; empty without training. */
  readonly outputGradients: readonly Address[];
  /** Gradients of the trainable parameters. */
  readonly gradients: Address;
  /** Further vectors of the trainable parameters' length. */
  readonly vectors: readonly Address[];
}

/** Whole cache lines, so that vectors begin where SIMD loads like it. */
const ALIGNMENT = 16;

/** Lays a network out for batches of up to `rows` examples of `inputWords` words together. */
export function planWorkspace(options: {
  readonly network: Network;
  readonly rows: number;
  readonly inputWords: number;
  readonly training: boolean;
  /** How many vectors beside weights and gradients the optimiser asks for. */
  readonly vectors: number;
}): Workspace {
  const { network, rows, inputWords, training } = options;
  let words = 0;
  const take = (count: number): Address => {
    const address = words;
    words += Math.ceil(count / ALIGNMENT) * ALIGNMENT;
    return address;
  };
  const perLayer = (inPlace: readonly boolean[], first: Address): Address[] => {
    let last = first;
    return network.layers.map(({ outputs }, i) => {
      if (inPlace[i] !== true) last = take(rows * outputs);
      return last;
    });
  };
  const weights = take(network.parameters);
  const input = take(inputWords);
  const targets = take(rows);
  const inPlace = network.layers.map((layer) => layer.inPlace === true);
  const outputs = perLayer(inPlace, input);
  const scratch = network.layers.map((layer) => take(layer.scratchWords?.(rows) ?? 0));
  const outputGradients = training ? perLayer(inPlace, input) : [];
  const gradients = take(training ? network.trainable : 0);
  const vectors = Array.from({ length: options.vectors }, () => take(network.trainable));
  return {
    words,
    weights,
    input,
    targets,
    outputs,
    scratch,
    outputGradients,
    gradients,
    vectors,
  };
}

/** The same with every address moved by `start`. */
export function moveWorkspace(plan: Workspace, start: Address): Workspace {
  if (start === 0) return plan;
  const move = (address: Address): Address => address + start;
  return {
    words: plan.words,
    weights: move(plan.weights),
    input: move(plan.input),
    targets: move(plan.targets),
    outputs: plan.outputs.map(move),
    scratch: plan.scratch.map(move),
    outputGradients: plan.outputGradients.map(move),
    gradients: move(plan.gradients),
    vectors: plan.vectors.map(move),
  };
}
