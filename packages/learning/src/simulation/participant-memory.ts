import { EMPTY_STATE, type NamedState } from '../strategies/named-state.ts';
import { CONTROL, OWN } from '../strategies/train-client.ts';
import type { ParameterLayout } from '../training/trainer.ts';
import { type SimulationBuffers, vectorAt } from './simulation-buffers.ts';

/**
 * What participants keep between rounds, in one row of the shared memory each: SCAFFOLD's control
 * fills it, FedBN's own tensors lie where they lie in the model.
 */
export interface ParticipantMemory {
  read(participant: number): NamedState;
  write(participant: number, memory: NamedState): void;
}

export function createParticipantMemory(
  buffers: SimulationBuffers,
  layout: ParameterLayout,
  kind: 'control' | 'normalisation' | 'none',
): ParticipantMemory {
  if (kind === 'none') return { read: () => EMPTY_STATE, write: () => undefined };
  const { parameters, memory, hasMemory } = buffers;
  const places =
    kind === 'control'
      ? [{ name: CONTROL, offset: 0, length: parameters }]
      : layout
          .filter(({ isNormalisation }) => isNormalisation)
          .map(({ name, offset, length }) => ({ name: OWN + name, offset, length }));
  return {
    read: (participant) => {
      if (hasMemory[participant] === 0) return EMPTY_STATE;
      const row = vectorAt(memory, parameters, participant);
      const vectors = places.map(
        ({ name, offset, length }) => [name, row.subarray(offset, offset + length)] as const,
      );
      return { vectors: Object.fromEntries(vectors), numbers: {} };
    },
    write: (participant, kept) => {
      const row = vectorAt(memory, parameters, participant);
      for (const { name, offset } of places) {
        const vector = kept.vectors[name];
        if (vector !== undefined) row.set(vector, offset);
      }
      hasMemory[participant] = 1;
    },
  };
}
