import { DdaiError } from '@ddai/core';
import { DEFAULT_FEATURISER, type ModelSpec, parseModelSpec } from '@ddai/learning';
import { z } from 'zod';
import { readJsonFile } from '../input/read-json-file.ts';
import type { Federation } from './read-federation.ts';

const WIDTHS = /^\d{1,6}(,\d{1,6})*$/;
const DEFAULT_BAG_WIDTH = 64;

/**
 * Reads `linear`, `mlp:W,W` (widths of the hidden layers), `cnn` (that of McMahan et al. 2017),
 * `sparse-softmax`, `embedding-bag`, or the name of a JSON file that ends in `.json`.
 * @throws {DdaiError} `SIMULATION_INVALID`, `MODEL_SPEC_INVALID`
 */
export function parseModel(text: string | undefined, federation: Federation): ModelSpec {
  const { train, classes, task, image } = federation;
  const isText = 'rows' in train;
  const name = text ?? (isText ? 'sparse-softmax' : 'linear');
  if (name.endsWith('.json')) {
    return parseModelSpec(readJsonFile(name, z.unknown(), 'a model spec as JSON'));
  }
  const head =
    task === 'class'
      ? { outputs: classes, loss: 'softmax-cross-entropy' }
      : { outputs: 1, loss: task === 'binary' ? 'binary-cross-entropy' : 'squared-error' };
  const [kind, widths = ''] = name.split(':', 2) as [string, string?];
  const hidden = WIDTHS.test(widths) ? widths.split(',').map(Number) : [];
  if (isText) {
    const { dimension } = DEFAULT_FEATURISER;
    if (name === 'sparse-softmax') return { kind: name, dimension, outputs: classes };
    if (name === 'embedding-bag') {
      const bag = { kind: name, dimension, width: DEFAULT_BAG_WIDTH, pooling: 'sum', hidden: [] };
      return parseModelSpec({ ...bag, activation: 'relu', ...head });
    }
    throw unknown(name, 'sparse-softmax, embedding-bag or FILE.json for tickets');
  }
  const { width: inputs } = train;
  if (name === 'linear') return parseModelSpec({ kind: name, inputs, ...head });
  if (kind === 'mlp' && hidden.length > 0) {
    const body = { hidden, activation: 'relu', normalisation: 'none' };
    return parseModelSpec({ kind, inputs, ...body, ...head });
  }
  if (name === 'cnn') {
    const side = Math.sqrt(inputs);
    const shape = image ?? { height: side, width: side, channels: 1 };
    const convolutions = [32, 64].map((channels) => ({ channels, size: 5, pool: 2 }));
    const body = { convolutions, hidden: [512], activation: 'relu' };
    return parseModelSpec({ kind: name, ...shape, ...body, ...head });
  }
  throw unknown(name, 'linear, mlp:200,200, cnn or FILE.json');
}

function unknown(name: string, expected: string): DdaiError {
  return new DdaiError({
    code: 'SIMULATION_INVALID',
    message: `--model: there is no model "${name.slice(0, 40)}" for this data`,
    remedy: `Choose ${expected}.`,
    fields: { setting: 'model' },
  });
}
