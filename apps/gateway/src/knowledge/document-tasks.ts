/** What a reading process does: a module of plain functions that tinypool calls by name. */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { DdaiError } from '@ddai/core';
import { type ReadDocument, readDocument } from '@ddai/documents';
import type { Outcome } from './knowledge-tasks.ts';

// What an engine says when its memory is full, or a parser prints about a stranger's file, is nothing for the
// gateway's log or its standard output: the two numbers are taken by a file that cannot be written.
const STANDARD_OUTPUTS = [1, 2];
for (const descriptor of STANDARD_OUTPUTS) {
  closeSync(descriptor);
  openSync(devNull, 'r');
}

/** Between processes only what JSON knows travels. */
export interface EncodedFile {
  readonly id: string;
  readonly base64: string;
}

export async function read({ id, base64 }: EncodedFile): Promise<Outcome<ReadDocument>> {
  try {
    return { value: await readDocument({ id, bytes: Buffer.from(base64, 'base64') }) };
  } catch (error) {
    if (!(error instanceof DdaiError)) throw error;
    const { code, message, remedy } = error;
    return { failure: { code, message, ...(remedy === undefined ? {} : { remedy }) } };
  }
}
