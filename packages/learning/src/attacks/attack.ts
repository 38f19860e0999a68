import type { SeededRandom } from '@ddai/core';

/** What a faulty participant knows when it makes its update, and what it would send if honest. */
export interface AttackInput {
  /** Its own honest update; left as it is. */
  readonly own: Float32Array;
  /** Updates that the attackers know, at least one: all honest ones for the strongest attacker. */
  readonly known: readonly Float32Array[];
  /** All participants of the round, n. */
  readonly participants: number;
  /** Attackers among them, f. */
  readonly faulty: number;
  readonly random: SeededRandom;
}

/** Makes the update that a faulty participant sends; for simulations. */
export type Attack = (input: AttackInput) => Float32Array;
