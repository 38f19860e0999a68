import { canonicalJson } from '@ddai/core';
import { parseTableSchema } from '../data/table/parse-table-schema.ts';
import type { TableSchema } from '../data/table/table-schema.ts';
import { type FeaturiserSpec, parseFeaturiserSpec } from '../features/featuriser-spec.ts';
import {
  createZeroModel,
  type IntentModel,
  parseIntentModel,
  parseLabels,
  serialiseIntentModel,
  shapeOf,
} from '../model/intent-model.ts';
import {
  createInitialTableModel,
  layoutOf,
  parseTableModel,
  parseTableNetwork,
  serialiseTableModel,
  type TableModel,
} from '../model/table-model.ts';
import type { DenseModelSpec } from '../models/model-spec.ts';
import { parameterCount } from '../training/softmax-trainer.ts';

/** An intent classifier over texts. */
export interface IntentModelTerms {
  readonly kind: 'sparse-softmax';
  readonly featuriser: FeaturiserSpec;
  readonly labels: readonly string[];
}

/** A network over tables of one schema. */
export interface TableModelTerms {
  readonly kind: 'table';
  readonly schema: TableSchema;
  readonly network: DenseModelSpec;
}

/** What a job trains. */
export type ModelTerms = IntentModelTerms | TableModelTerms;
export type JobModel = IntentModel | TableModel;

/** Room for the header of a model beside what its terms name: shapes, escapes. */
const HEADER_ROOM = 2 ** 16;
/** A character of the terms takes at most 6 bytes in JSON, and is quoted once more in the header. */
const BYTES_PER_UNIT = 12;
const FLOAT_BYTES = 4;

/** @throws {DdaiError} of the part that is wrong; undefined for a kind that does not exist. */
export function parseModelTerms(input: Record<string, unknown>): ModelTerms | undefined {
  if (input.kind === 'sparse-softmax')
    return {
      kind: 'sparse-softmax',
      featuriser: parseFeaturiserSpec(input.featuriser),
      labels: parseLabels(input.labels),
    };
  if (input.kind !== 'table') return undefined;
  const schema = parseTableSchema(input.schema);
  return { kind: 'table', schema, network: parseTableNetwork(input.network, schema) };
}

/** The model with which every job begins, so that nobody needs to be sent it. */
export function initialModelOf(terms: {
  readonly model: ModelTerms;
  readonly training: { readonly seed: string };
}): JobModel {
  const { model, training } = terms;
  return model.kind === 'table'
    ? createInitialTableModel(model.schema, model.network, training.seed)
    : createZeroModel(model.featuriser, model.labels);
}

/** How many weights a model of these terms has. */
export function parametersOf(model: ModelTerms): number {
  return model.kind === 'table'
    ? layoutOf(model.network).reduce((sum, { length }) => sum + length, 0)
    : parameterCount(shapeOf(model));
}

/** The model as safetensors: equal models give equal bytes. */
export function serialiseModel(model: JobModel): Uint8Array {
  return 'network' in model ? serialiseTableModel(model) : serialiseIntentModel(model);
}

/**
 * Reads a model of these terms from an untrusted source; undefined when it is one of other terms.
 * @throws {DdaiError} as the parsers of both kinds.
 */
export function parseModel(
  bytes: Uint8Array,
  terms: ModelTerms,
  maxBytes?: number,
): JobModel | undefined {
  const { kind: _kind, ...agreed } = terms;
  if (terms.kind === 'table') {
    const model = parseTableModel(bytes, maxBytes);
    const { schema, network } = model;
    return canonicalJson({ schema, network }) === canonicalJson(agreed) ? model : undefined;
  }
  const model = parseIntentModel(bytes, maxBytes);
  const { featuriser, labels } = model;
  return canonicalJson({ featuriser, labels }) === canonicalJson(agreed) ? model : undefined;
}

/** Most bytes of a model of these terms as safetensors. */
export function longestModel(terms: ModelTerms): number {
  const units = canonicalJson(terms).length;
  return FLOAT_BYTES * parametersOf(terms) + HEADER_ROOM + BYTES_PER_UNIT * units;
}
