import type { Loss } from '../network/loss.ts';
import type { ConvolutionalSpec, ModelSpec } from './model-spec.ts';
import { createSpecReader, invalid, type SpecReader } from './spec-reader.ts';

const KINDS = [
  'linear',
  'multi-layer-perceptron',
  'convolutional',
  'embedding-bag',
  'sparse-linear',
  'sparse-softmax',
] as const;
const LOSSES: readonly Loss[] = ['softmax-cross-entropy', 'binary-cross-entropy', 'squared-error'];

const MAX_WIDTH = 65_536;
/** Class indices are 16 bits wide. */
const MAX_OUTPUTS = 65_535;
const MAX_DIMENSION = 2 ** 22;
const MAX_SIDE = 1024;
const MAX_WINDOW = 15;
/** 256 MiB of float32; an optimiser holds up to five times as much. */
const MAX_PARAMETERS = 2 ** 26;
/** Numbers that one example may become in any layer: 16 MiB. */
const MAX_ACTIVATIONS = 2 ** 22;

/**
 * Checks a spec that came from a file or a peer.
 * @throws {DdaiError} `MODEL_SPEC_INVALID` names the first field that is unknown or out of range.
 */
export function parseModelSpec(input: unknown): ModelSpec {
  const read = createSpecReader(input);
  const spec = readSpec(read);
  read.end();
  if (countParameters(spec) > MAX_PARAMETERS)
    throw invalid('model', `a model of at most ${MAX_PARAMETERS} parameters`);
  return spec;
}

function readSpec(read: SpecReader): ModelSpec {
  const kind = read.choice('kind', KINDS);
  const outputs = read.whole('outputs', 1, MAX_OUTPUTS);
  const dimension = (): number => read.whole('dimension', 1, MAX_DIMENSION);
  const loss = (): Loss => {
    const found = read.choice('loss', LOSSES);
    if (found === 'softmax-cross-entropy' && outputs < 2)
      throw invalid('model.outputs', 'at least 2 for softmax-cross-entropy');
    return found;
  };
  switch (kind) {
    case 'linear':
      return { kind, inputs: read.whole('inputs', 1, MAX_WIDTH), outputs, loss: loss() };
    case 'multi-layer-perceptron':
      return {
        kind,
        inputs: read.whole('inputs', 1, MAX_WIDTH),
        hidden: read.wholes('hidden', [1, 16], MAX_WIDTH),
        activation: read.choice('activation', ['relu', 'tanh']),
        normalisation: read.choice('normalisation', ['none', 'batch', 'layer']),
        outputs,
        loss: loss(),
      };
    case 'convolutional':
      return checkImages({
        kind,
        height: read.whole('height', 1, MAX_SIDE),
        width: read.whole('width', 1, MAX_SIDE),
        channels: read.whole('channels', 1, MAX_SIDE),
        convolutions: read.list('convolutions', [1, 8], (item) => ({
          filters: item.whole('filters', 1, MAX_SIDE),
          window: item.whole('window', 1, MAX_WINDOW),
          pool: item.whole('pool', 1, MAX_WINDOW),
        })),
        hidden: read.wholes('hidden', [0, 8], MAX_WIDTH),
        outputs,
        loss: loss(),
      });
    case 'embedding-bag': {
      const embedding = read.whole('embedding', 1, MAX_WIDTH);
      return { kind, dimension: dimension(), embedding, outputs, loss: loss() };
    }
    case 'sparse-linear':
      return { kind, dimension: dimension(), outputs, loss: loss() };
    case 'sparse-softmax':
      if (outputs < 2) throw invalid('model.outputs', 'at least 2');
      return { kind, dimension: dimension(), outputs };
  }
}

function checkImages(spec: ConvolutionalSpec): ConvolutionalSpec {
  let { height, width, channels } = spec;
  for (const [i, { filters, window, pool }] of spec.convolutions.entries()) {
    const path = `model.convolutions[${i}]`;
    if (window % 2 === 0) throw invalid(`${path}.window`, 'odd');
    const columns = height * width * window * window * channels;
    if (height * width * filters > MAX_ACTIVATIONS || columns > 4 * MAX_ACTIVATIONS)
      throw invalid(path, `of at most ${MAX_ACTIVATIONS} numbers an example`);
    [height, width, channels] = [Math.floor(height / pool), Math.floor(width / pool), filters];
    if (height < 1 || width < 1)
      throw invalid(`${path}.pool`, 'no larger than the image at that place');
  }
  return spec;
}

function countParameters(spec: ModelSpec): number {
  const dense = (widths: readonly number[]): number =>
    widths.slice(1).reduce((sum, width, i) => sum + width * ((widths[i] as number) + 1), 0);
  switch (spec.kind) {
    case 'linear':
      return dense([spec.inputs, spec.outputs]);
    case 'multi-layer-perceptron':
      return dense([spec.inputs, ...spec.hidden, spec.outputs]);
    case 'convolutional': {
      let { height, width, channels } = spec;
      let sum = 0;
      for (const { filters, window, pool } of spec.convolutions) {
        sum += filters * (window * window * channels + 1);
        [height, width, channels] = [Math.floor(height / pool), Math.floor(width / pool), filters];
      }
      return sum + dense([height * width * channels, ...spec.hidden, spec.outputs]);
    }
    case 'embedding-bag':
      return spec.dimension * spec.embedding + dense([spec.embedding, spec.outputs]);
    case 'sparse-linear':
    case 'sparse-softmax':
      return dense([spec.dimension, spec.outputs]);
  }
}
