import type { ConvolutionSpec, LossName, ModelSpec } from './model-spec.ts';
import { buildNetwork } from './network/build-network.ts';
import { createSpecReader, isWhole, refuseSpec, type SpecReader } from './spec-reader.ts';

/** More would not fit a browser's WebAssembly memory together with gradients and Adam's state. */
const MAX_PARAMETERS = 2 ** 26;
const MAX_WIDTH = 2 ** 20;
const MAX_DIMENSION = 2 ** 22;
/** A class is written into 16 bits in `LabelledRows`. */
const MAX_OUTPUTS = 2 ** 16 - 1;
const MAX_LAYERS = 16;
const MAX_SIDE = 1024;

const LOSSES = ['softmax-cross-entropy', 'binary-cross-entropy', 'squared-error'] as const;
const ACTIVATIONS = ['relu', 'tanh'] as const;

/**
 * Checks a model spec that came from a file or a peer: known keys only, each within its limit, and
 * at most 2^26 parameters together.
 * @throws {DdaiError} `MODEL_SPEC_INVALID` names the first field that is wrong.
 */
export function parseModelSpec(input: unknown): ModelSpec {
  const spec = readSpec(createSpecReader(input, 'model'));
  const { parameters } = buildNetwork(spec);
  if (parameters > MAX_PARAMETERS)
    refuseSpec('model', `of at most ${MAX_PARAMETERS} parameters, and has ${parameters}`);
  return spec;
}

function readSpec(reader: SpecReader): ModelSpec {
  const kinds = ['linear', 'sparse-softmax', 'mlp', 'cnn', 'embedding-bag'] as const;
  const kind = reader.choice('kind', kinds);
  switch (kind) {
    case 'linear':
      reader.only('kind', 'inputs', 'outputs', 'loss');
      return { kind, inputs: reader.whole('inputs', 1, MAX_WIDTH), ...readHead(reader) };
    case 'sparse-softmax':
      reader.only('kind', 'dimension', 'outputs');
      return {
        kind,
        dimension: reader.whole('dimension', 1, MAX_DIMENSION),
        outputs: reader.whole('outputs', 2, MAX_OUTPUTS),
      };
    case 'mlp':
      reader.only('kind', 'inputs', 'hidden', 'activation', 'normalisation', 'outputs', 'loss');
      return {
        kind,
        inputs: reader.whole('inputs', 1, MAX_WIDTH),
        hidden: readHidden(reader, 1),
        activation: reader.choice('activation', ACTIVATIONS),
        normalisation: reader.choice('normalisation', ['none', 'batch', 'layer']),
        ...readHead(reader),
      };
    case 'cnn':
      return readCnn(reader);
    case 'embedding-bag':
      reader.only(
        'kind',
        'dimension',
        'width',
        'pooling',
        'hidden',
        'activation',
        'outputs',
        'loss',
      );
      return {
        kind,
        dimension: reader.whole('dimension', 1, MAX_DIMENSION),
        width: reader.whole('width', 1, 4096),
        pooling: reader.choice('pooling', ['sum', 'mean']),
        hidden: readHidden(reader, 0),
        activation: reader.choice('activation', ACTIVATIONS),
        ...readHead(reader),
      };
    default:
      return kind satisfies never;
  }
}

function readCnn(reader: SpecReader): ModelSpec {
  reader.only(
    'kind',
    'height',
    'width',
    'channels',
    'convolutions',
    'hidden',
    'activation',
    'outputs',
    'loss',
  );
  const height = reader.whole('height', 1, MAX_SIDE);
  const width = reader.whole('width', 1, MAX_SIDE);
  const convolutions = reader
    .list('convolutions', 1, MAX_LAYERS)
    .map((item, i) => readConvolution(createSpecReader(item, `model.convolutions[${i}]`)));
  let side = Math.min(height, width);
  convolutions.forEach(({ pool }, i) => {
    side = Math.floor(side / pool);
    if (side === 0)
      refuseSpec(
        `model.convolutions[${i}].pool`,
        'no larger than the image that is left at this place',
      );
  });
  return {
    kind: 'cnn',
    height,
    width,
    channels: reader.whole('channels', 1, 64),
    convolutions,
    hidden: readHidden(reader, 0),
    activation: reader.choice('activation', ACTIVATIONS),
    ...readHead(reader),
  };
}

function readConvolution(reader: SpecReader): ConvolutionSpec {
  reader.only('channels', 'size', 'pool');
  const size = reader.whole('size', 1, 15);
  if (size % 2 === 0) refuseSpec(`${reader.path}.size`, 'odd');
  return { channels: reader.whole('channels', 1, 1024), size, pool: reader.whole('pool', 1, 16) };
}

function readHidden(reader: SpecReader, fewest: number): number[] {
  return reader.list('hidden', fewest, MAX_LAYERS).map((width, i) => {
    if (!isWhole(width, 1, MAX_WIDTH))
      refuseSpec(`${reader.path}.hidden[${i}]`, `a whole number from 1 to ${MAX_WIDTH}`);
    return width;
  });
}

function readHead(reader: SpecReader): { outputs: number; loss: LossName } {
  const loss = reader.choice('loss', LOSSES);
  const [fewest, most] = loss === 'softmax-cross-entropy' ? [2, MAX_OUTPUTS] : [1, 1];
  return { outputs: reader.whole('outputs', fewest, most), loss };
}
