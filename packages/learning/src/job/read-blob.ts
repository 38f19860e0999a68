import { bytesToHex } from '@ddai/core';
import { learningError } from '../errors.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import type { BlobStore } from './event-log.ts';

/**
 * @param options.what names it in the error: model, upload, residual.
 * @throws {DdaiError} `BLOB_MISSING` when it is gone or has another hash.
 */
export async function readBlob(options: {
  readonly suite: Pick<CryptoSuite, 'sha256'>;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly hash: string;
  readonly what: string;
}): Promise<Uint8Array> {
  const { suite, blobs, hash, what } = options;
  const bytes = await blobs.get(hash);
  if (bytes !== undefined && bytesToHex(suite.sha256(bytes)) === hash) return bytes;
  throw learningError({
    code: 'BLOB_MISSING',
    message: `the ${what} ${hash.slice(0, 16)}… is not in the blob store`,
    remedy: 'Restore the store from a copy.',
    fields: { hash },
  });
}
