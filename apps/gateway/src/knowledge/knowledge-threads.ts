import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KnowledgeSource } from '@ddai/assistant';
import { DdaiError } from '@ddai/core';
import { Tinypool } from 'tinypool';
import type { BuildRequest, Outcome, ParsedPages } from './knowledge-tasks.ts';

/** Reads and indexes pages beside the thread that answers requests: thousands of pages take seconds. */
export interface KnowledgeThreads {
  /** @throws {DdaiError} `KNOWLEDGE_TOO_MANY_DOCUMENTS`, `KNOWLEDGE_DUPLICATE_ID` */
  parse(pages: readonly KnowledgeSource[]): Promise<ParsedPages>;
  /** Writes a tenant's index, and its shard, to their files. @throws {DdaiError} `DISK_FULL`, … */
  build(request: BuildRequest): Promise<void>;
  close(): Promise<void>;
}

/** Source and built files lie beside each other in the same way. */
const TASKS = new URL(`./knowledge-tasks${extname(import.meta.url)}`, import.meta.url);
const FROM_SOURCE = extname(import.meta.url) === '.ts';
const THREADS = 2;
const BUILDERS = 2;
/** A thread that nobody needed for so long gives its memory back. */
const IDLE_MILLISECONDS = 60_000;

export function createKnowledgeThreads(): KnowledgeThreads {
  const filename = fileURLToPath(TASKS);
  const execArgv = FROM_SOURCE ? ['--conditions=@ddai/source'] : [];
  const idle = { minThreads: 0, idleTimeout: IDLE_MILLISECONDS };
  const readers = new Tinypool({ filename, execArgv, ...idle, maxThreads: THREADS });
  // Each in a thread of its own that ends with it: then its memory is free at once. Two, so that a small
  // company need not wait for a large one.
  const builder = new Tinypool({
    filename,
    execArgv,
    ...idle,
    maxThreads: BUILDERS,
    isolateWorkers: true,
  });
  const run = async <T>(pool: Tinypool, name: string, task: unknown): Promise<T> => {
    const outcome = (await pool.run(task, { name })) as Outcome<T>;
    if ('failure' in outcome) throw new DdaiError(outcome.failure);
    return outcome.value;
  };
  return {
    parse: (pages) => run(readers, 'parsePages', pages),
    build: async (request) => {
      await run(builder, 'buildKnowledge', request);
    },
    close: async () => {
      await Promise.all([readers.destroy(), builder.destroy()]);
    },
  };
}
