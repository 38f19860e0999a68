import { createSeededRandom } from '@ddai/core';
import {
  aggregateRound,
  type ClientUpdate,
  type LocalTraining,
  type NamedState,
  type Strategy,
  type Trainer,
  trainClient,
} from '../../src/index.ts';
import type { Measurements } from './least-squares.ts';

/** A job of a strategy, between two rounds; plain values only. */
export interface Federation {
  readonly weights: Float32Array;
  readonly state: NamedState;
  readonly version: number;
  /** By participant. */
  readonly memories: Readonly<Record<string, NamedState>>;
}

export const LOCAL: LocalTraining = {
  epochs: 2,
  batchSize: 4,
  learningRate: 0.1,
  optimiser: 'sgd',
};

/** Names in an order that is not that of the parts. */
export const nameOf = (part: number): string => `site-${String((part * 7) % 100).padStart(2, '0')}`;

export function startFederation(strategy: Strategy, trainer: Trainer<Measurements>): Federation {
  const state = strategy.createState(trainer.parameters);
  return { weights: trainer.initialise('start'), state, version: 0, memories: {} };
}

export interface RoundOptions {
  readonly strategy: Strategy;
  readonly trainer: Trainer<Measurements>;
  readonly parts: readonly Measurements[];
  readonly training?: LocalTraining;
  /** Replaces updates on their way, or their order. */
  readonly tamper?: (updates: readonly ClientUpdate[]) => readonly ClientUpdate[];
}

/** Every participant trains, then the server takes its step. */
export function runRound(federation: Federation, options: RoundOptions): Federation {
  const { strategy, trainer, parts, training = LOCAL, tamper = (updates) => updates } = options;
  const { weights, state, version } = federation;
  const results = parts.map((data, part) => {
    const participantId = nameOf(part);
    const memory = federation.memories[participantId];
    return trainClient({
      trainer,
      participantId,
      weights,
      version,
      data,
      training,
      seed: `${version}/${participantId}`,
      instructions: strategy.instruct(state),
      ...(memory === undefined ? {} : { memory }),
    });
  });
  const updates = tamper(results.map(({ update }) => update));
  const next = aggregateRound({ strategy, weights, state, version, updates });
  const memories = results.map(({ update, memory }) => [update.participantId, memory] as const);
  return {
    weights: next.weights,
    state: next.state,
    version: version + next.changes,
    memories: Object.fromEntries(memories),
  };
}

export function runRounds(
  federation: Federation,
  options: RoundOptions & { readonly rounds: number },
): Federation {
  let current = federation;
  for (let round = 0; round < options.rounds; round++) current = runRound(current, options);
  return current;
}

/** Parts that measure one truth, with a little noise and different numbers of examples. */
export function similarParts(count: number, parameters: number): Measurements[] {
  const random = createSeededRandom('similar');
  const truth = Array.from({ length: parameters }, () => 4 * random.next() - 2);
  return Array.from({ length: count }, (_, part) =>
    Array.from({ length: parameters * (3 + (part % 3)) }, (_measurement, i) => {
      const scale = 0.8 + 0.4 * random.next();
      const coordinate = i % parameters;
      const target = scale * (truth[coordinate] as number) + 0.02 * (random.next() - 0.5);
      return { coordinate, scale, target };
    }),
  );
}
