import { DdaiError } from '@ddai/core';
import {
  DEFAULT_FEATURISER,
  isDenseModel,
  type Loss,
  MCMAHAN_CNN,
  type ModelSpec,
  parseModelSpec,
} from '@ddai/learning';
import { z } from 'zod';
import { readJsonFile } from '../input/read-json-file.ts';
import type { Federation } from './read-federation.ts';

const WIDTHS = /^\d{1,6}(,\d{1,6})*$/;
const DEFAULT_EMBEDDING = 64;

/** What a task's targets are measured by. */
const LOSS_OF: Readonly<Record<Federation['task'], Loss>> = {
  class: 'softmax-cross-entropy',
  binary: 'binary-cross-entropy',
  number: 'squared-error',
};

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
    const spec = parseModelSpec(readJsonFile(name, z.unknown(), 'a model spec as JSON'));
    assertFits(name, spec, federation);
    return spec;
  }
  const head = { outputs: task === 'class' ? classes : 1, loss: LOSS_OF[task] };
  const [kind, widths = ''] = name.split(':', 2) as [string, string?];
  const hidden = WIDTHS.test(widths) ? widths.split(',').map(Number) : [];
  if (isText) {
    const { dimension } = DEFAULT_FEATURISER;
    if (name === 'sparse-softmax') return { kind: name, dimension, outputs: classes };
    if (name === 'embedding-bag') {
      return parseModelSpec({ kind: name, dimension, embedding: DEFAULT_EMBEDDING, ...head });
    }
    throw unknown(name, 'sparse-softmax, embedding-bag or FILE.json for tickets');
  }
  const { width: inputs } = train;
  if (name === 'linear') return parseModelSpec({ kind: name, inputs, ...head });
  if (kind === 'mlp' && hidden.length > 0) {
    const body = { hidden, activation: 'relu', normalisation: 'none' };
    return parseModelSpec({ kind: 'multi-layer-perceptron', inputs, ...body, ...head });
  }
  if (name === 'cnn') {
    const side = Math.sqrt(inputs);
    const shape = image ?? { height: side, width: side, channels: 1 };
    return parseModelSpec({ ...MCMAHAN_CNN, ...shape, ...head });
  }
  throw unknown(name, 'linear, mlp:200,200, cnn or FILE.json');
}

/** Refuses a spec from a file that reads other examples, or predicts something else. */
function assertFits(name: string, spec: ModelSpec, { train, classes, task }: Federation): void {
  if (isDenseModel(spec) === 'rows' in train) {
    throw unfit(name, `the kind ${spec.kind}`, 'rows' in train ? 'a sparse kind' : 'a dense kind');
  }
  const loss = 'loss' in spec ? spec.loss : LOSS_OF.class;
  if (loss !== LOSS_OF[task]) throw unfit(name, `the loss ${loss}`, LOSS_OF[task]);
  const outputs = task === 'class' ? classes : 1;
  if (spec.outputs !== outputs) throw unfit(name, `${spec.outputs} outputs`, `${outputs}`);
}

function unfit(name: string, found: string, expected: string): DdaiError {
  return new DdaiError({
    code: 'SIMULATION_INVALID',
    message: `--model: ${name} has ${found}; this data needs ${expected}`,
    remedy: 'Correct the model spec.',
    fields: { setting: 'model' },
  });
}

function unknown(name: string, expected: string): DdaiError {
  return new DdaiError({
    code: 'SIMULATION_INVALID',
    message: `--model: there is no model "${name.slice(0, 40)}" for this data`,
    remedy: `Choose ${expected}.`,
    fields: { setting: 'model' },
  });
}
