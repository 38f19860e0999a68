import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DdaiError } from '@ddai/core';

export interface WriteFileOptions {
  /** Default 0600: most of what we keep concerns only its owner. */
  readonly mode?: number;
}

/**
 * Replaces the file at `path`: after a crash at any moment there is the old one or the new one,
 * whole. Folders are made. When it returns, the bytes and the name are on the disk. What is large can be
 * handed over in pieces.
 * @throws {DdaiError} `DISK_FULL`, `FILE_NOT_WRITABLE`; the old file is still there then.
 */
export function writeFileDurably(
  path: string,
  content: string | Uint8Array | Iterable<Uint8Array>,
  { mode = 0o600 }: WriteFileOptions = {},
): void {
  const staged = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const descriptor = openSync(staged, 'wx', mode);
    try {
      for (const piece of piecesOf(content))
        for (let offset = 0; offset < piece.length; )
          offset += writeSync(descriptor, piece, offset);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(staged, path);
    syncDirectory(dirname(path));
  } catch (cause) {
    rmSync(staged, { force: true });
    throw fileWriteError(path, cause);
  }
}

function piecesOf(content: string | Uint8Array | Iterable<Uint8Array>): Iterable<Uint8Array> {
  if (typeof content === 'string') return [Buffer.from(content)];
  return content instanceof Uint8Array ? [content] : content;
}

/** The rename itself is durable only when its folder is. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A failed write in words: `DISK_FULL` (retryable) or `FILE_NOT_WRITABLE`. */
export function fileWriteError(path: string, cause: unknown): DdaiError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new DdaiError({
      code: 'DISK_FULL',
      message: `no room on the disk to write ${path}`,
      remedy: 'Free some space and try again; what was there before is unchanged.',
      retryable: true,
      cause,
    });
  }
  return new DdaiError({
    code: 'FILE_NOT_WRITABLE',
    message: `cannot write ${path} (${code ?? String(cause)})`,
    remedy: 'Check that this user may write there, or choose another folder.',
    cause,
  });
}
