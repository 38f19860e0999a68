import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DdaiError } from '@ddai/core';
import { parseTickets, type Ticket } from '@ddai/learning';

/** A page of the documentation corpus. */
export interface CorpusPage {
  readonly id: string;
  readonly guide: string;
  readonly title: string;
  readonly text: string;
}

export interface CorpusQuestion {
  readonly id: string;
  readonly q: string;
  readonly doc: string;
  /** The answer in words. */
  readonly a: string;
}

/** @throws {DdaiError} `BENCH_DATA_ABSENT` naming the file and the flag. */
export function findData(directory: string, file: string): string {
  const path = join(directory, file);
  if (existsSync(path)) return path;
  throw new DdaiError({
    code: 'BENCH_DATA_ABSENT',
    message: `this benchmark measures on public data that is not at ${path}`,
    remedy: 'Name the folder that holds banking77/ and aws-docs-qa/ with --data DIR.',
  });
}

export function readBanking77(directory: string, part: 'train' | 'test'): Ticket[] {
  const path = findData(directory, `banking77/${part}.csv`);
  return parseTickets({ file: path, content: readFileSync(path) });
}

export function readCorpus(directory: string): {
  pages: CorpusPage[];
  questions: CorpusQuestion[];
} {
  const lines = <T>(bytes: Buffer): T[] =>
    bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as T);
  return {
    pages: lines<CorpusPage>(
      gunzipSync(readFileSync(findData(directory, 'aws-docs-qa/kb14.jsonl.gz'))),
    ),
    questions: lines<CorpusQuestion>(
      readFileSync(findData(directory, 'aws-docs-qa/questions.jsonl')),
    ),
  };
}
