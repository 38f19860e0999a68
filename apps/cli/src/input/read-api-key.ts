import { bytesToUtf8, DdaiError } from '@ddai/core';
import { readFileLimited } from '@ddai/storage';
import { callerPath } from './caller-path.ts';

const MAX_KEY_BYTES = 4096;

/**
 * The API key from a file, else from `DDAI_API_KEY`. It never stands in the arguments, which every
 * user of the machine can read.
 * @throws {DdaiError} `API_KEY_MISSING`
 */
export function readApiKey(file: string | undefined): string {
  const key =
    file === undefined
      ? process.env.DDAI_API_KEY
      : bytesToUtf8(readFileLimited(callerPath(file), MAX_KEY_BYTES));
  if (key === undefined || key.trim() === '')
    throw new DdaiError({
      code: 'API_KEY_MISSING',
      message: 'no API key',
      remedy: 'Set DDAI_API_KEY, or name a file that holds the key with --api-key-file.',
    });
  return key.trim();
}
