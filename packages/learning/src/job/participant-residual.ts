import { parseNamedState, serialiseNamedState } from '../strategies/named-state.ts';
import type { ParticipantStore } from './participant-store.ts';

/**
 * What a participant's quantised updates have left out so far, across restarts. A round's residual
 * is proposed before its update leaves and takes effect once the update is known to be in the sum;
 * if it missed the sum, the residual before still holds, and nothing is lost or counted twice.
 */
export interface ParticipantResidual {
  /** Zeros before the first. */
  load(): Promise<Float32Array>;
  propose(roundId: string, residual: Float32Array): Promise<void>;
  /** The update of this round is in the sum; of no effect for another round. */
  keep(roundId: string): Promise<void>;
  /** Whatever was proposed missed its sum. */
  restore(): Promise<void>;
}

export function createParticipantResidual(options: {
  readonly store: ParticipantStore;
  readonly jobId: string;
  readonly parameters: number;
}): ParticipantResidual {
  const { store, jobId, parameters } = options;
  const keptKey = `${jobId}/residual`;
  const proposedKey = `${jobId}/residual-next`;

  /** The round's id is the vector's name: one write makes both durable. */
  async function read(key: string): Promise<readonly [string, Float32Array] | undefined> {
    const bytes = await store.get(key);
    return bytes === undefined ? undefined : Object.entries(parseNamedState(bytes).vectors)[0];
  }

  async function write(key: string, name: string, residual: Float32Array): Promise<void> {
    await store.put(key, serialiseNamedState({ vectors: { [name]: residual }, numbers: {} }));
  }

  return {
    load: async () => {
      const [, residual] = (await read(keptKey)) ?? [];
      return residual ?? new Float32Array(parameters);
    },
    propose: (roundId, residual) => write(proposedKey, roundId, residual),
    keep: async (roundId) => {
      const [proposedBy, residual] = (await read(proposedKey)) ?? [];
      if (proposedBy !== roundId || residual === undefined) return;
      await write(keptKey, roundId, residual);
      await store.delete(proposedKey);
    },
    restore: () => store.delete(proposedKey),
  };
}
