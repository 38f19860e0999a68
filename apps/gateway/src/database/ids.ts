import { DdaiError } from '@ddai/core';
import { v7 } from 'uuid';

/** Which prefix an id of each kind of thing carries in the API. */
export const ID_PREFIXES = {
  tenant: 'ten',
  apiKey: 'key',
  assistant: 'asst',
  source: 'src',
  syncRun: 'sync',
  document: 'doc',
  completion: 'chatcmpl',
  conversation: 'conv',
  feedback: 'fb',
  job: 'job',
  model: 'mod',
  monitor: 'mon',
  alert: 'alr',
  charge: 'chg',
  audit: 'aud',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** A new UUID, version 7: sorts by time (RFC 9562 §5.7). */
export function createUuid(): string {
  return v7();
}

/** `job_` and the 32 hexadecimal digits of the UUID. */
export function uuidToId(kind: IdKind, uuid: string): string {
  return `${ID_PREFIXES[kind]}_${uuid.replaceAll('-', '')}`;
}

/** @throws {DdaiError} `ID_INVALID` for another kind's id or none. */
export function idToUuid(kind: IdKind, id: string): string {
  const digits = new RegExp(`^${ID_PREFIXES[kind]}_([0-9a-f]{32})$`).exec(id)?.[1];
  if (digits === undefined) {
    throw new DdaiError({
      code: 'ID_INVALID',
      message: `not an id of this kind: ${id.slice(0, 80)}; expected ${ID_PREFIXES[kind]}_ and 32 hexadecimal digits`,
    });
  }
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
