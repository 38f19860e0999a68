import { bytesToHex, bytesToUtf8, hexToBytes, utf8ToBytes } from '@ddai/core';
import type { RoundSecrets } from '../secure/round-keys.ts';
import type { HeldShares, SealedShares } from '../secure/secret-shares.ts';

/**
 * Where a participant keeps what must survive a restart. It holds secrets of the current round, so
 * it belongs on the participant's own disk, readable by its user alone. `put` is durable and
 * all-or-nothing when it resolves. Keys are made of letters, digits and any of `. _ : - /`.
 */
export interface ParticipantStore {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
}

/** A participant's own record of the round it is in. */
export interface RoundRecord {
  readonly roundId: string;
  readonly number: number;
  readonly secrets: RoundSecrets;
  /** Set once shares are sealed. */
  readonly sealing?: {
    /** Canonical JSON of the cohort: a second, different one is refused. */
    readonly cohort: string;
    readonly modelHash: string;
    readonly sealed: readonly SealedShares[];
    readonly ownShares: HeldShares;
  };
  /** Set once an upload is stored under its own key. */
  readonly upload?: {
    readonly sharers: readonly string[];
    readonly held: Readonly<Record<string, HeldShares>>;
    readonly signature: Uint8Array;
  };
  /** The one survivor set that this participant signed. */
  readonly signedSurvivors?: readonly string[];
  readonly hasRevealed?: boolean;
}

/** What outlives a round. */
export interface JobRecord {
  /** The highest round number seen: none at or below it is begun again. */
  readonly highestRound: number;
  /** How often this participant helped to unmask a sum over the same model, by model hash. */
  readonly reveals: Readonly<Record<string, number>>;
}

/** Bytes have no form in JSON: they are written as an object with this one key. */
const BYTES_KEY = '$hex';

export function encodeRecord(record: RoundRecord | JobRecord): Uint8Array {
  const text = JSON.stringify(record, (_key, value: unknown) =>
    value instanceof Uint8Array ? { [BYTES_KEY]: bytesToHex(value) } : value,
  );
  return utf8ToBytes(text);
}

/** Reads what {@link encodeRecord} of this same participant wrote. */
export function decodeRecord<Kind extends RoundRecord | JobRecord>(bytes: Uint8Array): Kind {
  return JSON.parse(bytesToUtf8(bytes), (_key, value: unknown) => {
    const hex = (value as { [BYTES_KEY]?: unknown } | null)?.[BYTES_KEY];
    return typeof hex === 'string' ? hexToBytes(hex) : value;
  }) as Kind;
}

/** A store in memory: for simulations and tests. */
export function createMemoryParticipantStore(): ParticipantStore {
  const values = new Map<string, Uint8Array>();
  return {
    get: (key) => Promise.resolve(values.get(key)),
    put: (key, bytes) => {
      values.set(key, bytes);
      return Promise.resolve();
    },
    delete: (key) => {
      values.delete(key);
      return Promise.resolve();
    },
  };
}
