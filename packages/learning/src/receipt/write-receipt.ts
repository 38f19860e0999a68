import { canonicalJson } from '@ddai/core';
import { learningError } from '../errors.ts';
import type { BlobStore, RecordedEvent } from '../job/event-log.ts';
import { bytesToBase64 } from './base64.ts';

/** In the first line of every receipt. */
export const RECEIPT_FORMAT = 'ddai-receipt-v1';

/**
 * A job's record as a file of JSON lines, each in canonical JSON and without its line break:
 *
 * 1. `{"format":"ddai-receipt-v1"}`
 * 2. `{"event":{…}}` for every event in order, and before each `updateUploaded` its payload as
 *    `{"blob":{"base64":"…","sha256":"…"}}`.
 *
 * @throws {DdaiError} `BLOB_MISSING` when an upload is no longer in the store.
 */
export async function* writeReceipt(options: {
  readonly events: Iterable<RecordedEvent> | AsyncIterable<RecordedEvent>;
  readonly blobs: Pick<BlobStore, 'get'>;
}): AsyncGenerator<string, void, undefined> {
  yield canonicalJson({ format: RECEIPT_FORMAT });
  for await (const recorded of options.events) {
    if (recorded.event.type === 'updateUploaded') {
      const sha256 = recorded.event.payloadHash;
      const bytes = await options.blobs.get(sha256);
      if (bytes === undefined) {
        throw learningError({
          code: 'BLOB_MISSING',
          message: `event ${recorded.index}: the upload ${sha256.slice(0, 16)}… is not in the store`,
          remedy: 'Uploads are kept until the dispute window closes; restore them from a copy.',
          fields: { index: recorded.index, hash: sha256 },
        });
      }
      yield canonicalJson({ blob: { base64: bytesToBase64(bytes), sha256 } });
    }
    yield canonicalJson({ event: recorded });
  }
}
