import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { DdaiError } from '@ddai/core';
import { fileWriteError } from '@ddai/storage';

/**
 * Runs `work` while nobody else of this kind works on `path`: a file beside it names the process. One
 * that a killed process left behind is taken over.
 * @throws {DdaiError} `DATASET_BUSY`, `FILE_NOT_WRITABLE`
 */
export function withFileLocked<T>(path: string, work: () => T): T {
  const lock = `${path}.lock`;
  if (!take(lock)) {
    const holder = Number(readFileSync(lock, 'utf8'));
    if (isAlive(holder)) throw busy(path, holder);
    rmSync(lock, { force: true });
    if (!take(lock)) throw busy(path, holder);
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): boolean {
  try {
    const descriptor = openSync(lock, 'wx', 0o600);
    try {
      writeSync(descriptor, String(process.pid));
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fileWriteError(lock, cause);
  }
}

/** Signal 0 only asks; EPERM means that it lives and is somebody else's. */
function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function busy(path: string, holder: number): DdaiError {
  return new DdaiError({
    code: 'DATASET_BUSY',
    message: `${path}: process ${holder} is adding to it`,
    remedy: 'Try again when it has ended.',
    retryable: true,
  });
}
