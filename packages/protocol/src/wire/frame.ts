import { DdaiError } from '@ddai/core';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { isKnownKind, KIND_LIMITS, MAX_FRAME_BYTES } from './kinds.ts';

/** Length, stream, kind, flags, body length: u32, u32, u16, u16, u32, big-endian. */
export const HEADER_BYTES = 16;

/** Flag bits of a frame; a reader ignores bits it does not know. */
export const FRAME_FLAGS = { reply: 1 } as const;

export interface Frame {
  /** Ties a reply to its request; 0 where there is none. The dialling side uses odd numbers. */
  readonly stream: number;
  readonly kind: number;
  readonly flags: number;
  readonly body: unknown;
  readonly payload: Uint8Array;
}

export type FrameErrorCode = 'FRAME_MALFORMED' | 'FRAME_TOO_LARGE' | 'FRAME_KIND_UNKNOWN';

const EMPTY = new Uint8Array(0);

export interface FrameInput {
  readonly stream?: number;
  readonly kind: number;
  readonly flags?: number;
  readonly body?: unknown;
  readonly payload?: Uint8Array;
}

/**
 * One binary WebSocket message.
 * @throws {DdaiError} `FRAME_TOO_LARGE` when it breaks its kind's limit.
 */
export function encodeFrame({
  stream = 0,
  kind,
  flags = 0,
  body = {},
  payload = EMPTY,
}: FrameInput): Uint8Array {
  const encoded = encodeCbor(body);
  assertLimits(kind, encoded.length, payload.length);
  const bytes = new Uint8Array(HEADER_BYTES + encoded.length + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, stream);
  view.setUint16(8, kind);
  view.setUint16(10, flags);
  view.setUint32(12, encoded.length);
  bytes.set(encoded, HEADER_BYTES);
  bytes.set(payload, HEADER_BYTES + encoded.length);
  return bytes;
}

/**
 * Checks sizes against the header before anything is decoded.
 * The payload is a view of `bytes`.
 * @throws {DdaiError} a {@link FrameErrorCode} or `CBOR_INVALID`; `FRAME_KIND_UNKNOWN` carries
 *   `stream`, so that the caller can answer it and go on.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length > MAX_FRAME_BYTES) throw frameError('FRAME_TOO_LARGE', `${bytes.length} bytes`);
  if (bytes.length < HEADER_BYTES)
    throw frameError('FRAME_MALFORMED', `${bytes.length} bytes hold no header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0);
  const bodyLength = view.getUint32(12);
  if (length !== bytes.length || bodyLength > length - HEADER_BYTES) {
    throw frameError(
      'FRAME_MALFORMED',
      `header says ${length} and ${bodyLength} bytes, got ${bytes.length}`,
    );
  }
  const stream = view.getUint32(4);
  const kind = view.getUint16(8);
  if (!isKnownKind(kind)) {
    throw new DdaiError({
      code: 'FRAME_KIND_UNKNOWN',
      message: `this version knows no frame kind ${kind}`,
      fields: { kind, stream },
    });
  }
  const payload = bytes.subarray(HEADER_BYTES + bodyLength);
  assertLimits(kind, bodyLength, payload.length);
  const body = decodeCbor(bytes.subarray(HEADER_BYTES, HEADER_BYTES + bodyLength));
  return { stream, kind, flags: view.getUint16(10), body, payload };
}

function assertLimits(kind: number, body: number, payload: number): void {
  if (!isKnownKind(kind)) return;
  const limit = KIND_LIMITS[kind];
  if (body > limit.body || payload > limit.payload) {
    throw frameError(
      'FRAME_TOO_LARGE',
      `kind ${kind} allows ${limit.body} + ${limit.payload} bytes, got ${body} + ${payload}`,
    );
  }
}

function frameError(code: FrameErrorCode, message: string): DdaiError<FrameErrorCode> {
  return new DdaiError({ code, message: `frame: ${message}` });
}
