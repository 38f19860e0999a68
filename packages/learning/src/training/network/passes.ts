import type { Kernel } from '../../kernel/kernel.ts';
import type { Network } from './build-network.ts';
import type { LayerPass } from './layer.ts';
import type { Workspace } from './workspace.ts';

interface PassOptions {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly workspace: Workspace;
  /** Examples in this batch. */
  readonly rows: number;
  readonly training: boolean;
}

/** Works out the scores of the batch that lies in the workspace; they are the last output. */
export function runForward(options: PassOptions): void {
  options.network.layers.forEach((layer, i) => {
    layer.forward(passOf(options, i));
  });
}

/**
 * Works out all gradients from the gradient by the scores, which has to lie at the last of
 * `outputGradients`.
 */
export function runBackward(options: PassOptions): void {
  const { network, workspace } = options;
  for (let i = network.layers.length - 1; i >= 0; i--) {
    const outputGradient = workspace.outputGradients[i] as number;
    network.layers[i]?.backward({
      ...passOf(options, i),
      outputGradient,
      ...(i === 0 ? {} : { inputGradient: workspace.outputGradients[i - 1] as number }),
      gradients: addressesOf(network, i, workspace.gradients),
    });
  }
}

function passOf({ kernel, network, workspace, rows, training }: PassOptions, i: number): LayerPass {
  return {
    kernel,
    rows,
    training,
    input: i === 0 ? workspace.input : (workspace.outputs[i - 1] as number),
    output: workspace.outputs[i] as number,
    tensors: addressesOf(network, i, workspace.weights),
    scratch: workspace.scratch[i] as number,
  };
}

function addressesOf(network: Network, layer: number, start: number): number[] {
  return (network.offsets[layer] ?? []).map((offset) => start + offset);
}
