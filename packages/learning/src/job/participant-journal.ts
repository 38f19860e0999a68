import { learningError } from '../errors.ts';
import {
  decodeRecord,
  encodeRecord,
  type JobRecord,
  type ParticipantStore,
  type RoundRecord,
} from './participant-store.ts';

/** A participant's memory of one job across restarts, with the limits that follow from it. */
export interface ParticipantJournal {
  highestRound(): Promise<number>;
  /** Erases the round before and remembers this one, so that neither begins again. */
  beginRound(round: RoundRecord): Promise<void>;
  /** @throws {DdaiError} `SECAGG_REPLAYED` when this is not the round in progress. */
  loadRound(roundId: string): Promise<RoundRecord>;
  saveRound(round: RoundRecord): Promise<void>;
  loadUpload(): Promise<Uint8Array | undefined>;
  saveUpload(payload: Uint8Array): Promise<void>;
  eraseRound(): Promise<void>;
  /**
   * Two sums over one model by different survivors differ by one update, so they are counted.
   * @throws {DdaiError} `SECAGG_RERUN_REFUSED` when the terms allow no further one.
   */
  assertMayUnmask(roundId: string, modelHash: string): Promise<void>;
  /** Counts a sum over this model: on disk before any share is sent, and never taken back. */
  countReveal(modelHash: string): Promise<void>;
}

export function createParticipantJournal(options: {
  readonly store: ParticipantStore;
  readonly jobId: string;
  readonly maxReruns: number;
}): ParticipantJournal {
  const { store, jobId, maxReruns } = options;
  const jobKey = `${jobId}/job`;
  const roundKey = `${jobId}/round`;
  const uploadKey = `${jobId}/upload`;

  async function loadJob(): Promise<JobRecord> {
    const bytes = await store.get(jobKey);
    return bytes === undefined ? { highestRound: -1, reveals: {} } : decodeRecord<JobRecord>(bytes);
  }

  const saveRound = (round: RoundRecord): Promise<void> => store.put(roundKey, encodeRecord(round));

  async function eraseRound(): Promise<void> {
    await store.delete(uploadKey);
    await store.delete(roundKey);
  }

  return {
    highestRound: async () => (await loadJob()).highestRound,
    beginRound: async (round) => {
      await eraseRound();
      const job = await loadJob();
      await store.put(jobKey, encodeRecord({ ...job, highestRound: round.number }));
      await saveRound(round);
    },
    loadRound: async (roundId) => {
      const bytes = await store.get(roundKey);
      const round = bytes === undefined ? undefined : decodeRecord<RoundRecord>(bytes);
      if (round?.roundId === roundId) return round;
      throw replayed(roundId);
    },
    saveRound,
    loadUpload: () => store.get(uploadKey),
    saveUpload: (payload) => store.put(uploadKey, payload),
    eraseRound,
    assertMayUnmask: async (roundId, modelHash) => {
      const reveals = (await loadJob()).reveals[modelHash] ?? 0;
      if (reveals <= maxReruns) return;
      throw learningError({
        code: 'SECAGG_RERUN_REFUSED',
        message: `${roundId}: a sum over this model was unmasked ${reveals} times already`,
        fields: { roundId, reveals, maxReruns },
      });
    },
    countReveal: async (modelHash) => {
      const job = await loadJob();
      const reveals = { ...job.reveals, [modelHash]: (job.reveals[modelHash] ?? 0) + 1 };
      await store.put(jobKey, encodeRecord({ ...job, reveals }));
    },
  };
}

/** The message belongs to no step that this participant could take now. */
export function replayed(roundId: string): Error {
  return learningError({
    code: 'SECAGG_REPLAYED',
    message: `${roundId.slice(0, 120)}: not a step of the round in progress`,
  });
}
