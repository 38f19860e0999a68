import { learningError } from '../errors.ts';
import { EMPTY_STATE, type NamedState } from './named-state.ts';
import { readOptions, SERVER_RATE } from './read-options.ts';
import type { ClientUpdate, SingleUpdateStrategy } from './strategy.ts';
import { addStep, meanOf, sortUpdates } from './weighted-sum.ts';

/**
 * FedBuff (Nguyen et al. 2022, algorithm 1): participants train at their own pace on whatever model
 * is current, and the server changes the model as soon as K updates lie in its buffer:
 * w ← w + η Σ s(τᵢ) nᵢ Δᵢ / Σ nᵢ, with τᵢ how often the model changed while i was training and
 * s(τ) = 1 / √(1 + τ). Weights by examples make a full buffer of fresh updates a round of FedAvg;
 * with equal counts it is the paper's.
 *
 * `aggregate` takes as few as one update; the buffer is part of the state, each update by itself, so
 * that the sum does not depend on the order in which the K came. Of more updates than fit, the first
 * K in the order given make the next step.
 *
 * @param options.bufferSize K, 1 to 1,000.
 * @param options.population participants of the job: a larger buffer would never fill.
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createFedBuff(options: {
  readonly bufferSize: number;
  readonly population: number;
  readonly serverRate?: number;
}): SingleUpdateStrategy {
  const { bufferSize, population, serverRate } = readOptions(
    'fedbuff',
    {
      bufferSize: { low: 1, high: 1000, isWhole: true },
      population: { low: 1, high: 1e9, isWhole: true },
      serverRate: SERVER_RATE,
    },
    options,
  );
  if (bufferSize > population) {
    throw learningError({
      code: 'STRATEGY_INVALID',
      message: `fedbuff: a buffer of ${bufferSize} never fills with ${population} participants`,
      remedy: 'Lower bufferSize.',
      fields: { setting: 'bufferSize' },
    });
  }

  function flush(
    weights: Float32Array,
    buffer: readonly ClientUpdate[],
    version: number,
  ): Float32Array {
    const sum = new Float64Array(weights.length);
    let weight = 0;
    for (const { delta, examples, baseVersion } of sortUpdates(buffer)) {
      const scale = examples / Math.sqrt(1 + version - baseVersion);
      weight += examples;
      for (let i = 0; i < sum.length; i++)
        sum[i] = (sum[i] as number) + scale * (delta[i] as number);
    }
    return addStep(weights, meanOf(sum, weight), serverRate);
  }

  return {
    name: 'fedbuff',
    sees: 'single-updates',
    fewestUpdates: 1,
    hasControls: false,
    createState: () => EMPTY_STATE,
    instruct: () => ({}),
    aggregate: (input) => {
      const buffer = [...readBuffer(input.state), ...input.updates];
      let { weights } = input;
      let changes = 0;
      for (; buffer.length >= bufferSize; changes++)
        weights = flush(weights, buffer.splice(0, bufferSize), input.version + changes);
      return { weights, state: writeBuffer(buffer), changes };
    },
  };
}

const SEPARATOR = '/';

/** Each update is one vector, named after its place, version, examples and participant. */
function writeBuffer(buffer: readonly ClientUpdate[]): NamedState {
  const vectors = buffer.map(({ participantId, baseVersion, examples, steps, delta }, place) => {
    const position = String(place).padStart(4, '0');
    return [[position, baseVersion, examples, steps, participantId].join(SEPARATOR), delta];
  });
  return { vectors: Object.fromEntries(vectors), numbers: {} };
}

function readBuffer(state: NamedState): ClientUpdate[] {
  return Object.entries(state.vectors)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, delta]) => {
      const [, baseVersion, examples, steps, ...participant] = name.split(SEPARATOR);
      return {
        participantId: participant.join(SEPARATOR),
        baseVersion: Number(baseVersion),
        examples: Number(examples),
        steps: Number(steps),
        delta,
      };
    });
}
