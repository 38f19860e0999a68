import { writeReceipt } from '@ddai/learning';
import type { ContentStore } from '../content/content-store.ts';
import type { Database } from '../database/database.ts';
import { createContentBlobStore, readJobEvents } from './job-record.ts';
import type { JobRow } from './training-service.ts';

export interface ExportReceiptOptions {
  readonly database: Database;
  readonly content: ContentStore;
  readonly row: Pick<JobRow, 'tenantId' | 'id'>;
}

/** A job's record as JSON lines, written while it is read: masked uploads can be large. */
export function exportReceipt({
  database,
  content,
  row,
}: ExportReceiptOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const lines = async function* (): AsyncGenerator<Uint8Array> {
    const events = await readJobEvents(database, { tenantId: row.tenantId, jobId: row.id });
    for await (const line of writeReceipt({ events, blobs: createContentBlobStore(content) }))
      yield encoder.encode(`${line}\n`);
  };
  return ReadableStream.from(lines());
}
