import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, HEADER_BYTES } from '../src/wire/frame.ts';
import { FRAME_KINDS, KIND_LIMITS, MAX_FRAME_BYTES } from '../src/wire/kinds.ts';

const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i & 0xff);

describe('frames', () => {
  it('come back as they were sent', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.integer({ min: 0, max: 0xffff }),
        fc.dictionary(
          fc.stringMatching(/^[a-z]{1,8}$/),
          fc.oneof(fc.string({ maxLength: 20 }), fc.bigInt({ min: 0n, max: 1n << 128n })),
        ),
        fc.uint8Array({ maxLength: 500 }),
        (stream, flags, fields, payload) => {
          const body = Object.fromEntries(
            Object.entries(fields).map(([key, value]) => [
              key,
              typeof value === 'bigint' && value < 2n ** 53n ? Number(value) : value,
            ]),
          );
          const frame = decodeFrame(
            encodeFrame({ stream, kind: FRAME_KINDS.queryRequest, flags, body, payload }),
          );
          expect({ ...frame, body: { ...(frame.body as object) } }).toEqual({
            stream,
            kind: FRAME_KINDS.queryRequest,
            flags,
            body,
            payload,
          });
        },
      ),
    );
  });

  it('have the bytes of the committed vector', () => {
    const bytes = encodeFrame({
      stream: 7,
      kind: FRAME_KINDS.voucherAccepted,
      flags: 1,
      body: { cumulative: 5 },
    });

    expect(Buffer.from(bytes).toString('hex')).toBe(
      `0000001d${'00000007'}${'0013'}${'0001'}${'0000000d'}a16a63756d756c617469766505`,
    );
  });

  it('are refused when cut short at any byte', () => {
    const bytes = encodeFrame({ stream: 1, kind: FRAME_KINDS.hello, body: { software: 'x' } });

    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeFrame(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'FRAME_MALFORMED' }),
      );
    }
  });

  it('never throw anything but a code, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decodeFrame(bytes);
        } catch (error) {
          expect([
            'FRAME_MALFORMED',
            'FRAME_TOO_LARGE',
            'FRAME_KIND_UNKNOWN',
            'CBOR_INVALID',
          ]).toContain((error as { code: string }).code);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('are refused above the limit of their kind, when sent and when received', () => {
    const payload = bytesOf(KIND_LIMITS[FRAME_KINDS.queryRequest].payload + 1);
    expect(() => encodeFrame({ kind: FRAME_KINDS.queryRequest, payload })).toThrow(
      expect.objectContaining({ code: 'FRAME_TOO_LARGE' }),
    );

    const forged = encodeFrame({ kind: FRAME_KINDS.queryRequest, payload: bytesOf(300) });
    new DataView(forged.buffer).setUint16(8, FRAME_KINDS.hello);
    expect(() => decodeFrame(forged)).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }));
  });

  it('above the largest size are refused before the header is believed', () => {
    const bytes = bytesOf(MAX_FRAME_BYTES + 1);

    expect(() => decodeFrame(bytes)).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }));
  });

  it('of an unknown kind are named with their stream, so that they can be answered', () => {
    const bytes = encodeFrame({ stream: 9, kind: FRAME_KINDS.hello });
    new DataView(bytes.buffer).setUint16(8, 999);

    expect(() => decodeFrame(bytes)).toThrow(
      expect.objectContaining({ code: 'FRAME_KIND_UNKNOWN', fields: { kind: 999, stream: 9 } }),
    );
  });

  it('with trailing bytes after the CBOR item are refused', () => {
    const good = encodeFrame({ kind: FRAME_KINDS.hello, body: {} });
    const bytes = new Uint8Array(good.length + 1);
    bytes.set(good);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, bytes.length);
    view.setUint32(12, bytes.length - HEADER_BYTES);

    expect(() => decodeFrame(bytes)).toThrow(expect.objectContaining({ code: 'CBOR_INVALID' }));
  });
});
