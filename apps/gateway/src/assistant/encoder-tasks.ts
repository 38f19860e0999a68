/** What the encoder's thread does: a module of plain functions that tinypool calls by name. */
import type { Encoding } from '@ddai/assistant';
import { createBundledEncoder } from '@ddai/encoders';

const encoder = createBundledEncoder((name) => import(name));

export function encode(texts: readonly string[]): Promise<Encoding> {
  return encoder.encode(texts);
}
