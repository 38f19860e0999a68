import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readStartTime } from './process-state.ts';

/**
 * Remembers a child across our own death. The start time tells a process from a later one that
 * got the same number; only Linux gives it, elsewhere a leftover child is never touched.
 */
interface PidRecord {
  readonly pid: number;
  readonly startTime: string;
}

export function writePidFile(path: string, pid: number): void {
  writeFileSync(path, JSON.stringify({ pid, startTime: readStartTime(pid) ?? '' }), {
    mode: 0o600,
  });
}

/** The pid in the file if that very process still runs. */
export function readLivePid(path: string): number | undefined {
  try {
    const { pid, startTime } = JSON.parse(readFileSync(path, 'utf8')) as PidRecord;
    return startTime !== '' && readStartTime(pid) === startTime ? pid : undefined;
  } catch {
    return undefined; // No file, or one cut short: nothing that we can be sure is ours.
  }
}

export function removePidFile(path: string): void {
  rmSync(path, { force: true });
}
