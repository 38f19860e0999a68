import { statfsSync } from 'node:fs';
import { DdaiError } from '@ddai/core';

/** Below this a database, a chain or a log no longer works. */
const LEAST_FREE_BYTES = 1024 * 1024;

/**
 * What failed on a disk without room failed for want of it, whatever else it looks like: the part
 * that ran out of it could not even write its log.
 */
export function blameFullDisk(
  error: unknown,
  path: string,
  readFreeBytes: (path: string) => number = freeBytes,
): unknown {
  if (readFreeBytes(path) >= LEAST_FREE_BYTES) return error;
  return new DdaiError({
    code: 'DISK_FULL',
    message: `the disk that holds ${path} is full: ${error instanceof Error ? error.message : String(error)}`,
    remedy: 'Free some space and start again; it goes on from what was stored.',
    cause: error,
  });
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
