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
/** A thread that nobody needed for so long gives its memory back. */
const IDLE_MILLISECONDS = 60_000;

export function createKnowledgeThreads(): KnowledgeThreads {
  const pool = new Tinypool({
    filename: fileURLToPath(TASKS),
    minThreads: 0,
    maxThreads: THREADS,
    idleTimeout: IDLE_MILLISECONDS,
    execArgv: FROM_SOURCE ? ['--conditions=@ddai/source'] : [],
  });
  const run = async <T>(name: string, task: unknown): Promise<T> => {
    const outcome = (await pool.run(task, { name })) as Outcome<T>;
    if ('failure' in outcome) throw new DdaiError(outcome.failure);
    return outcome.value;
  };
  return {
    parse: (pages) => run('parsePages', pages),
    build: async (request) => {
      await run('buildKnowledge', request);
    },
    close: () => pool.destroy(),
  };
}
