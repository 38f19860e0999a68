import { learningError } from '../errors.ts';
import type { FitOptions, LocalTraining, ParameterLayout, Trainer } from '../training/trainer.ts';
import { EMPTY_STATE, type NamedState } from './named-state.ts';
import type { ClientInstructions, ClientUpdate } from './strategy.ts';

/** What a participant's part of a round comes to. */
export interface ClientResult {
  readonly update: ClientUpdate;
  /**
   * What it keeps for its next round: SCAFFOLD's control, FedBN's own tensors. It replaces the
   * memory before only once the update is known to be in the aggregate.
   */
  readonly memory: NamedState;
  readonly trainLoss: number;
}

/** Names of what a participant keeps: its control, and its own tensors by their name after this. */
export const CONTROL = 'control';
export const OWN = 'own/';

/**
 * A participant's part of a round under any strategy.
 *
 * - FedProx: μ goes to the trainer.
 * - SCAFFOLD (Karimireddy et al. 2020, algorithm 1, option II): gradients get c − cᵢ, and
 *   cᵢ⁺ = cᵢ − c + (w₀ − w) / (K η) after K steps. It is derived for plain SGD.
 * - FedBN: its normalisation tensors begin where they ended last, and stay out of the update.
 *
 * @param options.memory as the last round left it; none in a participant's first round.
 * @throws {DdaiError} `TRAINING_DIVERGED`; `STRATEGY_INVALID` for controls with another optimiser;
 * `STRATEGY_STATE_MALFORMED` when the memory is of another model.
 */
export function trainClient<Data>(options: {
  readonly trainer: Trainer<Data>;
  readonly participantId: string;
  readonly weights: Float32Array;
  /** Version of the model in `weights`. */
  readonly version: number;
  readonly data: Data;
  readonly training: LocalTraining;
  readonly seed: string;
  readonly instructions: ClientInstructions;
  readonly memory?: NamedState;
}): ClientResult {
  const { trainer, participantId, weights, version, data, training, seed, instructions } = options;
  const memory = options.memory ?? EMPTY_STATE;
  const { layout } = trainer;
  const { proximal, control, keepsNormalisation } = instructions;
  if (control !== undefined && training.optimiser !== 'sgd') throw needsSgd(training.optimiser);
  const start = keepsNormalisation === true ? withOwn(weights, layout, memory) : weights;
  const ownControl = memory.vectors[CONTROL] ?? new Float32Array(weights.length);
  const fit: FitOptions<Data> = {
    weights: start,
    data,
    training,
    seed,
    ...(proximal === undefined ? {} : { proximal }),
    ...(control === undefined ? {} : { gradientCorrection: subtract(control, ownControl) }),
  };
  const { weights: trained, examples, steps, trainLoss } = trainer.fit(fit);
  const delta = subtract(trained, start);
  const update = { participantId, baseVersion: version, examples, steps, delta };
  if (keepsNormalisation === true) {
    for (const { offset, length } of localTensors(layout)) delta.fill(0, offset, offset + length);
    return { update, memory: { vectors: ownTensors(trained, layout), numbers: {} }, trainLoss };
  }
  if (control === undefined) return { update, memory: EMPTY_STATE, trainLoss };
  const controlDelta = new Float32Array(weights.length);
  const scale = 1 / (steps * training.learningRate);
  for (let i = 0; i < controlDelta.length; i++)
    controlDelta[i] = -(control[i] as number) - (delta[i] as number) * scale;
  const nextControl = ownControl.map((value, i) => value + (controlDelta[i] as number));
  return {
    update: { ...update, controlDelta },
    memory: { vectors: { [CONTROL]: nextControl }, numbers: {} },
    trainLoss,
  };
}

/**
 * The model as this participant uses it: under FedBN the server's with its own normalisation
 * tensors, otherwise the server's.
 */
export function withOwn(
  weights: Float32Array,
  layout: ParameterLayout,
  memory: NamedState,
): Float32Array {
  const mixed = weights.slice();
  for (const { name, offset, length } of localTensors(layout)) {
    const own = memory.vectors[OWN + name];
    if (own === undefined) continue;
    if (own.length !== length) {
      throw learningError({
        code: 'STRATEGY_STATE_MALFORMED',
        message: `the kept tensor ${name} has ${own.length} entries, the model's ${length}`,
      });
    }
    mixed.set(own, offset);
  }
  return mixed;
}

function ownTensors(weights: Float32Array, layout: ParameterLayout): Record<string, Float32Array> {
  const own = localTensors(layout).map(
    ({ name, offset, length }) => [OWN + name, weights.slice(offset, offset + length)] as const,
  );
  return Object.fromEntries(own);
}

function localTensors(layout: ParameterLayout): ParameterLayout {
  return layout.filter(({ isNormalisation }) => isNormalisation);
}

function subtract(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - (b[i] as number));
}

function needsSgd(optimiser: string): Error {
  return learningError({
    code: 'STRATEGY_INVALID',
    message: `scaffold: the participants' optimiser must be sgd, found ${optimiser}`,
    remedy: 'Choose sgd, or another strategy.',
    fields: { setting: 'optimiser' },
  });
}
