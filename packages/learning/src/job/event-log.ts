import { bytesToHex, canonicalJson, utf8ToBytes } from '@ddai/core';
import { learningError } from '../errors.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import type { JobEvent } from './job-events.ts';

/** One link of the chain. */
export interface RecordedEvent {
  /** 0 for the first. */
  readonly index: number;
  /** Hash of the link before; 64 zeros for the first. */
  readonly previousHash: string;
  /** Milliseconds since 1970 by the coordinator's clock. */
  readonly at: number;
  readonly event: JobEvent;
  /** SHA-256 over the canonical JSON of the four fields above, in hexadecimal. */
  readonly hash: string;
}

/**
 * Where a coordinator records a job. `append` must have stored the event durably when it resolves,
 * and must refuse (reject) an index that is already there: two coordinators of one job must not
 * both go on.
 */
export interface EventLog {
  append(recorded: RecordedEvent): Promise<void>;
}

/** Where large payloads lie, by SHA-256 in hexadecimal. */
export interface BlobStore {
  /** Resolves when `bytes` are stored durably; storing the same again changes nothing. */
  put(hash: string, bytes: Uint8Array): Promise<void>;
  get(hash: string): Promise<Uint8Array | undefined>;
}

const GENESIS_HASH = '0'.repeat(64);

/** Links `event` to the chain after `previous` (undefined for the first). */
export function recordEvent(options: {
  readonly suite: CryptoSuite;
  readonly previous: RecordedEvent | undefined;
  readonly at: number;
  readonly event: JobEvent;
}): RecordedEvent {
  const { suite, previous, at, event } = options;
  const index = previous === undefined ? 0 : previous.index + 1;
  const previousHash = previous?.hash ?? GENESIS_HASH;
  const hash = hashEvent(suite, { index, previousHash, at, event });
  return { index, previousHash, at, event, hash };
}

export function hashEvent(suite: CryptoSuite, link: Omit<RecordedEvent, 'hash'>): string {
  const { index, previousHash, at, event } = link;
  return bytesToHex(suite.sha256(utf8ToBytes(canonicalJson({ index, previousHash, at, event }))));
}

/**
 * Checks that `recorded` follows `previous`.
 * @throws {DdaiError} `EVENT_LOG_BROKEN` with the index and what does not hold.
 */
export function assertLinked(
  suite: CryptoSuite,
  previous: RecordedEvent | undefined,
  recorded: RecordedEvent,
): void {
  const index = previous === undefined ? 0 : previous.index + 1;
  const broken =
    recorded.index !== index
      ? `its index is ${recorded.index}`
      : recorded.previousHash !== (previous?.hash ?? GENESIS_HASH)
        ? 'it does not name the hash of the event before it'
        : recorded.hash !== hashEvent(suite, recorded)
          ? 'its hash is not that of its content'
          : undefined;
  if (broken === undefined) return;
  throw learningError({
    code: 'EVENT_LOG_BROKEN',
    message: `event ${index}: ${broken}`,
    remedy: 'The record was altered or lost a part: restore it from a copy.',
    fields: { index },
  });
}

/** A log and blobs in memory: for simulations and tests. */
export function createMemoryJobRecord(): EventLog & {
  readonly events: RecordedEvent[];
  readonly blobs: BlobStore;
} {
  const events: RecordedEvent[] = [];
  const stored = new Map<string, Uint8Array>();
  return {
    events,
    append: (recorded) => {
      if (recorded.index !== events.length) {
        const message = `event ${recorded.index} was appended twice or out of turn`;
        return Promise.reject(learningError({ code: 'EVENT_LOG_BROKEN', message }));
      }
      events.push(recorded);
      return Promise.resolve();
    },
    blobs: {
      put: (hash, bytes) => {
        stored.set(hash, bytes);
        return Promise.resolve();
      },
      get: (hash) => Promise.resolve(stored.get(hash)),
    },
  };
}
