import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DdaiError } from '@ddai/core';
import { readLivePid, removePidFile, writePidFile } from './pid-file.ts';

/** A live process that said what it works on. */
export interface RecordedRun {
  readonly name: string;
  readonly pid: number;
}

const SUFFIX = '.pid';

/** @throws {DdaiError} `HOME_IN_USE` naming the process that is `name` of this state folder. */
export function assertRunFree(directory: string, name: string): void {
  const path = pidFileOf(directory, name);
  const holder = readLivePid(path);
  if (holder === undefined || holder === process.pid) return;
  throw new DdaiError({
    code: 'HOME_IN_USE',
    message: `${name} already runs on this state folder (pid ${holder}; ${path})`,
    remedy: '`ddai stop` ends what runs there; or set DDAI_HOME to another folder.',
    fields: { pid: holder },
  });
}

/**
 * Records in `directory` that this process is the one `name` of the state folder, until it exits.
 * Two would share keys, journals and a database.
 * @throws {DdaiError} `HOME_IN_USE`
 */
export function claimRun(directory: string, name: string): void {
  assertRunFree(directory, name);
  const forget = recordRun(directory, name, process.pid);
  process.once('exit', forget);
}

/** Records another process, such as a child; give the result to the child's exit. */
export function recordRun(directory: string, name: string, pid: number): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = pidFileOf(directory, name);
  writePidFile(path, pid);
  return () => {
    const live = readLivePid(path);
    if (live === undefined || live === pid) removePidFile(path); // A successor keeps its own.
  };
}

/** Who of those recorded in `directory` still runs, by name. */
export function listRuns(directory: string): RecordedRun[] {
  let files: string[];
  try {
    files = readdirSync(directory);
  } catch {
    return []; // Nothing was ever started there.
  }
  return files
    .filter((file) => file.endsWith(SUFFIX))
    .sort()
    .flatMap((file) => {
      const pid = readLivePid(join(directory, file));
      return pid === undefined ? [] : [{ name: basename(file, SUFFIX), pid }];
    });
}

function pidFileOf(directory: string, name: string): string {
  return join(directory, `${name}${SUFFIX}`);
}
