import type { TrainingJob } from '@ddai/sdk';
import type { NodePart } from './launch-parts.ts';

/** Which site was killed, in which round (0: in none), and with how many survivors that round closed. */
export interface KilledSite {
  readonly site: string;
  readonly round: number;
  readonly survivors: number;
}

type Progress = NonNullable<TrainingJob['progress']>;

export interface PowerCut {
  /** Kills or restarts the site when the job is so far. */
  follow(progress: Progress): Promise<void>;
  /** The site works again when this resolves. */
  end(): Promise<void>;
  killed(): KilledSite;
}

/** The first round runs undisturbed. */
const UNDISTURBED_ROUNDS = 1;

/**
 * Takes a site's power in the middle of a round, after it agreed on masks and before the sum, and
 * gives it back when the round has closed. Whose upload was already there has lost nothing: then
 * it happens once more, in a later round.
 */
export function createPowerCut(site: string, node: NodePart): PowerCut {
  let round = 0;
  let survivors = 0;
  let isOff = false;
  let isDone = false;

  const restore = async (): Promise<void> => {
    isOff = false;
    await node.restart();
  };
  return {
    follow: async ({ phase, closedRounds, present, participants, roundMetrics }) => {
      if (isOff && closedRounds >= round) {
        survivors = roundMetrics[round - 1]?.survivors ?? 0;
        isDone = survivors < participants;
        await restore();
        return;
      }
      const isComplete = present === participants && closedRounds >= UNDISTURBED_ROUNDS;
      if (isDone || isOff || phase !== 'upload' || !isComplete) return;
      round = closedRounds + 1;
      isOff = true;
      await node.part.kill();
    },
    end: async () => {
      if (isOff) await restore();
    },
    killed: () => ({ site, round, survivors }),
  };
}
