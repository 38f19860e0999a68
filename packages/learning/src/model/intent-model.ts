import { bytesToHex, canonicalJson } from '@ddai/core';
import { type FeaturiserSpec, parseFeaturiserSpec } from '../features/featuriser-spec.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import { parameterCount, type SoftmaxShape } from '../training/softmax-trainer.ts';
import { modelMalformed, parseMetadata } from './model-malformed.ts';
import { type OutOfScopeRule, outOfScopeToJson, parseOutOfScope } from './out-of-scope-rule.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

/** A softmax classifier of support intents: complete with labels and featuriser. */
export interface IntentModel {
  readonly featuriser: FeaturiserSpec;
  /** In the order of the classes. */
  readonly labels: readonly string[];
  /** `weights[feature * labels.length + label]`; the last row holds the biases. */
  readonly weights: Float32Array;
  /** Scores are divided by it before the softmax; 1 when the model was not calibrated. */
  readonly temperature: number;
  /** When a text belongs to none of the labels; absent when the model was not calibrated. */
  readonly outOfScope?: OutOfScopeRule;
}

const FORMAT = 'ddai-intent-model-v1';
const MAX_LABELS = 10_000;
const MAX_LABEL_LENGTH = 200;

export function shapeOf(model: Pick<IntentModel, 'featuriser' | 'labels'>): SoftmaxShape {
  return { dimension: model.featuriser.dimension, labels: model.labels.length };
}

/** The model that every job starts from: all weights zero. */
export function createZeroModel(
  featuriser: FeaturiserSpec,
  labels: readonly string[],
): IntentModel {
  const weights = new Float32Array(
    parameterCount({ dimension: featuriser.dimension, labels: labels.length }),
  );
  return { featuriser, labels, weights, temperature: 1 };
}

/** The model as a safetensors file: equal models give equal bytes. */
export function serialiseIntentModel(model: IntentModel): Uint8Array {
  return writeSafetensors({
    metadata: {
      format: FORMAT,
      featuriser: canonicalJson(model.featuriser),
      labels: canonicalJson(model.labels),
      temperature: String(model.temperature),
      // Absent and not empty: a model without it has the bytes, and so the hash, that it always had.
      ...(model.outOfScope === undefined
        ? {}
        : { out_of_scope: outOfScopeToJson(model.outOfScope) }),
    },
    tensors: {
      weights: {
        shape: [model.featuriser.dimension + 1, model.labels.length],
        values: model.weights,
      },
    },
  });
}

/**
 * Reads {@link serialiseIntentModel}'s bytes from an untrusted source.
 * @throws {DdaiError} `SAFETENSORS_MALFORMED` or `MODEL_MALFORMED`, also when a weight is not finite.
 */
export function parseIntentModel(bytes: Uint8Array, maxBytes?: number): IntentModel {
  const { metadata, tensors } = readSafetensors(bytes, maxBytes);
  if (metadata.format !== FORMAT) throw modelMalformed(`format is not ${FORMAT}`);
  const featuriser = parseFeaturiserSpec(parseMetadata(metadata.featuriser, 'featuriser'));
  const labels = parseLabels(parseMetadata(metadata.labels, 'labels'));
  const temperature = Number(metadata.temperature);
  if (!(temperature > 0 && temperature < 1e6)) throw modelMalformed('temperature is out of range');
  const outOfScope =
    metadata.out_of_scope === undefined
      ? {}
      : { outOfScope: parseOutOfScope(parseMetadata(metadata.out_of_scope, 'out_of_scope')) };
  const weights = tensors.weights?.values;
  const shape = tensors.weights?.shape ?? [];
  if (weights === undefined || Object.keys(tensors).length !== 1)
    throw modelMalformed('it must hold the one tensor "weights"');
  if (shape.length !== 2 || shape[0] !== featuriser.dimension + 1 || shape[1] !== labels.length)
    throw modelMalformed(`weights have shape ${shape.join('x')}`);
  for (let i = 0; i < weights.length; i++) {
    if (!Number.isFinite(weights[i])) throw modelMalformed(`weight ${i} is not finite`);
  }
  return { featuriser, labels, weights, temperature, ...outOfScope };
}

/** SHA-256 of the serialised model in 64 hexadecimal digits: its name everywhere. */
export function hashModelBytes(suite: CryptoSuite, bytes: Uint8Array): string {
  return bytesToHex(suite.sha256(bytes));
}

/**
 * Checks a label set: 2 to 10,000 different, non-empty names in sorted order.
 * @throws {DdaiError} `MODEL_MALFORMED`.
 */
export function parseLabels(input: unknown): string[] {
  if (!Array.isArray(input) || input.length < 2 || input.length > MAX_LABELS)
    throw modelMalformed(`labels must be a list of 2 to ${MAX_LABELS} names`);
  const labels = input as unknown[];
  labels.forEach((label, i) => {
    if (typeof label !== 'string' || label === '' || label.length > MAX_LABEL_LENGTH)
      throw modelMalformed(`label ${i} must be a name of 1 to ${MAX_LABEL_LENGTH} characters`);
    if (i > 0 && (labels[i - 1] as string) >= label)
      throw modelMalformed(`labels must be sorted and different; "${label}" is not`);
  });
  return labels as string[];
}
