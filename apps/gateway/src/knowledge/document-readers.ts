import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DdaiError } from '@ddai/core';
import type { DocumentFile, ReadDocument } from '@ddai/documents';
import { Tinypool } from 'tinypool';
import type { EncodedFile } from './document-tasks.ts';
import type { Outcome } from './knowledge-tasks.ts';

/**
 * Reads documents of strangers in processes that can be ended: a parser may loop, and a thread whose
 * memory is full takes its process along.
 */
export interface DocumentReaders {
  /** @throws {DdaiError} as `readDocument`, and `DOCUMENT_TOO_COSTLY` */
  read(file: DocumentFile): Promise<ReadDocument>;
  close(): Promise<void>;
}

export interface DocumentReadersOptions {
  /** For one document. Default 60,000. */
  readonly timeoutMilliseconds?: number;
  /** Of one process's JavaScript heap. Default 1024. */
  readonly megabytes?: number;
}

/** Source and built files lie beside each other in the same way. */
const TASKS = new URL(`./document-tasks${extname(import.meta.url)}`, import.meta.url);
const FROM_SOURCE = extname(import.meta.url) === '.ts';
const PROCESSES = 2;
const IDLE_MILLISECONDS = 60_000;

export function createDocumentReaders({
  timeoutMilliseconds = 60_000,
  megabytes = 1024,
}: DocumentReadersOptions = {}): DocumentReaders {
  const pool = new Tinypool({
    filename: fileURLToPath(TASKS),
    minThreads: 0,
    maxThreads: PROCESSES,
    idleTimeout: IDLE_MILLISECONDS,
    runtime: 'child_process',
    // It gets no secret, and can neither write nor start anything.
    env: {},
    execArgv: [
      '--permission',
      '--allow-fs-read=*',
      `--max-old-space-size=${megabytes}`,
      ...(FROM_SOURCE ? ['--conditions=@ddai/source'] : []),
    ],
  });

  const tooCostly = (id: string, what: string, cause: unknown): DdaiError =>
    new DdaiError({
      code: 'DOCUMENT_TOO_COSTLY',
      message: `${id}: reading it took more than ${what}`,
      remedy: 'Save it anew, or split it; leave it out where it came from a stranger.',
      fields: { id },
      cause,
    });

  return {
    read: async ({ id, bytes }) => {
      const file: EncodedFile = { id, base64: Buffer.from(bytes).toString('base64') };
      // An aborted task's process is ended, whatever it does.
      const signal = AbortSignal.timeout(timeoutMilliseconds);
      let outcome: Outcome<ReadDocument>;
      try {
        outcome = (await pool.run(file, { name: 'read', signal })) as Outcome<ReadDocument>;
      } catch (error) {
        if (signal.aborted) throw tooCostly(id, `${timeoutMilliseconds / 1000} s`, error);
        if (error instanceof Error && /exited unexpectedly/.test(error.message))
          throw tooCostly(id, `${megabytes} MB of memory`, error);
        throw error;
      }
      if ('failure' in outcome) throw new DdaiError(outcome.failure);
      return outcome.value;
    },
    close: () => pool.destroy(),
  };
}
