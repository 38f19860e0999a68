import { readFileSync } from 'node:fs';
import { hexToBytes } from '@ddai/core';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from '../src/wire/frame.ts';
import { FRAME_KINDS } from '../src/wire/kinds.ts';

interface Vectors {
  readonly vectors: readonly {
    readonly name: string;
    readonly kind: number;
    readonly stream: number;
    readonly flags: number;
    readonly body: object;
    readonly payload: string;
    readonly hex: string;
  }[];
  readonly refused: readonly {
    readonly name: string;
    readonly hex: string;
    readonly code: string;
  }[];
}

/** JSON has no whole numbers of 128 bits: the file writes them as `{"$bigint": "…"}`. */
const reviveBigint = (_key: string, value: unknown): unknown => {
  const digits = (value as { $bigint?: string } | null)?.$bigint;
  return typeof digits === 'string' ? BigInt(digits) : value;
};
const file = new URL('../../../docs/reference/wire-vectors.json', import.meta.url);
const { vectors, refused } = JSON.parse(readFileSync(file, 'utf8'), reviveBigint) as Vectors;

describe('the wire vectors in docs/reference', () => {
  it.each(vectors)('$name is written and read as committed', ({ hex, payload, ...frame }) => {
    const bytes = encodeFrame({ ...frame, payload: hexToBytes(payload) });

    expect(Buffer.from(bytes).toString('hex')).toBe(hex);
    // Whole numbers are the same in CBOR whether JavaScript holds them as number or bigint.
    expect(encodeFrame(decodeFrame(hexToBytes(hex)))).toEqual(bytes);
  });

  it.each(refused)('$name is refused with $code', ({ hex, code }) => {
    expect(() => decodeFrame(hexToBytes(hex))).toThrow(expect.objectContaining({ code }));
  });

  it('cover every frame kind', () => {
    const covered = new Set(vectors.map(({ kind }) => kind));

    expect(Object.values(FRAME_KINDS).filter((kind) => !covered.has(kind))).toEqual([]);
  });
});
