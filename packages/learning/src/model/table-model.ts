import { canonicalJson } from '@ddai/core';
import { parseTableSchema } from '../data/table/parse-table-schema.ts';
import { featureWidth, type TableSchema, targetOf } from '../data/table/table-schema.ts';
import { learningError } from '../errors.ts';
import { createReferenceKernel } from '../kernel/reference-kernel.ts';
import { createTrainer, isDenseModel } from '../models/create-trainer.ts';
import type { DenseModelSpec } from '../models/model-spec.ts';
import { parseModelSpec } from '../models/parse-model-spec.ts';
import type { ParameterLayout } from '../training/trainer.ts';
import { modelMalformed, parseMetadata } from './model-malformed.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

/** A network over tables, complete with the schema that says what its inputs are. */
export interface TableModel {
  readonly schema: TableSchema;
  readonly network: DenseModelSpec;
  /** In the order of the network's layout. */
  readonly weights: Float32Array;
}

const FORMAT = 'ddai-table-model-v1';

/** Where a network's tensors lie in its weights. */
export function layoutOf(network: DenseModelSpec): ParameterLayout {
  return createTrainer(network, createReferenceKernel()).layout;
}

/** The model that every job of this seed starts from. */
export function createInitialTableModel(
  schema: TableSchema,
  network: DenseModelSpec,
  seed: string,
): TableModel {
  const weights = createTrainer(network, createReferenceKernel()).initialise(seed);
  return { schema, network, weights };
}

/**
 * Checks a network from an untrusted source: a dense one whose inputs are the schema's features, and
 * whose loss and outputs suit its target.
 * @throws {DdaiError} `MODEL_SPEC_INVALID`
 */
export function parseTableNetwork(input: unknown, schema: TableSchema): DenseModelSpec {
  const network = parseModelSpec(input);
  if (!isDenseModel(network)) throw unfit('network.kind', 'one that reads dense examples');
  const inputs =
    network.kind === 'convolutional'
      ? network.height * network.width * network.channels
      : network.inputs;
  const width = featureWidth(schema);
  if (inputs !== width) throw unfit('network inputs', `the schema's ${width} features`);
  const target = targetOf(schema);
  const [loss, outputs] =
    target.task === 'class'
      ? (['softmax-cross-entropy', target.values.length] as const)
      : ([target.task === 'binary' ? 'binary-cross-entropy' : 'squared-error', 1] as const);
  if (network.loss !== loss) throw unfit('network.loss', `${loss}, as the target asks`);
  if (network.outputs !== outputs) throw unfit('network.outputs', `${outputs}, as the target asks`);
  return network;
}

/** The model as a safetensors file, a tensor for each part of the network: equal models, equal bytes. */
export function serialiseTableModel({ schema, network, weights }: TableModel): Uint8Array {
  const tensors = layoutOf(network).map(({ name, shape, offset, length }) => [
    name,
    { shape, values: weights.subarray(offset, offset + length) },
  ]);
  return writeSafetensors({
    metadata: {
      format: FORMAT,
      schema: canonicalJson(schema),
      network: canonicalJson(network),
    },
    tensors: Object.fromEntries(tensors),
  });
}

/**
 * Reads {@link serialiseTableModel}'s bytes from an untrusted source.
 * @throws {DdaiError} `SAFETENSORS_MALFORMED`, `TABLE_SCHEMA_INVALID`, `MODEL_SPEC_INVALID` or
 * `MODEL_MALFORMED`, also when a weight is not finite.
 */
export function parseTableModel(bytes: Uint8Array, maxBytes?: number): TableModel {
  const { metadata, tensors } = readSafetensors(bytes, maxBytes);
  if (metadata.format !== FORMAT) throw modelMalformed(`format is not ${FORMAT}`);
  const schema = parseTableSchema(parseMetadata(metadata.schema, 'schema'));
  const network = parseTableNetwork(parseMetadata(metadata.network, 'network'), schema);
  const layout = layoutOf(network);
  if (Object.keys(tensors).length !== layout.length)
    throw modelMalformed(`it must hold ${layout.length} tensors`);
  const weights = new Float32Array(layout.reduce((sum, { length }) => sum + length, 0));
  for (const { name, shape, offset } of layout) {
    const tensor = tensors[name];
    if (tensor?.shape.join() !== shape.join()) throw modelMalformed(`the shape of "${name}"`);
    if (!tensor.values.every(Number.isFinite)) throw modelMalformed(`"${name}" is not finite`);
    weights.set(tensor.values, offset);
  }
  return { schema, network, weights };
}

function unfit(field: string, expected: string): Error {
  return learningError({
    code: 'MODEL_SPEC_INVALID',
    message: `${field} must be ${expected}`,
    remedy: 'Let network and schema agree.',
    fields: { field },
  });
}
