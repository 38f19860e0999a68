import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { DdaiError } from '@ddai/core';

/**
 * Reads a user's file after looking at its size.
 * @throws {DdaiError} `FILE_MISSING`, `FILE_UNREADABLE`, `FILE_TOO_LARGE`
 */
export function readFileLimited(path: string, maxBytes: number): Uint8Array {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (cause) {
    throw fileReadError(path, cause);
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) {
      throw new DdaiError({
        code: 'FILE_UNREADABLE',
        message: `${path} is not a file`,
        remedy: 'Name a file.',
      });
    }
    if (status.size > maxBytes) {
      throw new DdaiError({
        code: 'FILE_TOO_LARGE',
        message: `${path} has ${status.size} bytes; at most ${maxBytes} are read`,
        remedy: 'Give a part of it.',
        fields: { path, bytes: status.size, limit: maxBytes },
      });
    }
    return readFileSync(descriptor);
  } catch (cause) {
    throw cause instanceof DdaiError ? cause : fileReadError(path, cause);
  } finally {
    closeSync(descriptor);
  }
}

/** `FILE_MISSING` or `FILE_UNREADABLE` for what the system said when `path` was read. */
export function fileReadError(path: string, cause: unknown): DdaiError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    return new DdaiError({
      code: 'FILE_MISSING',
      message: `there is no file ${path}`,
      remedy: 'Check the path.',
      cause,
    });
  }
  return new DdaiError({
    code: 'FILE_UNREADABLE',
    message: `cannot read ${path} (${code ?? String(cause)})`,
    remedy: 'Check that this user may read it.',
    cause,
  });
}
