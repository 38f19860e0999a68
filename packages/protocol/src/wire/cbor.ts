import { DdaiError } from '@ddai/core';
import { decode, encode } from 'cborg';
import { bigIntDecoder, bigIntEncoder } from 'cborg/taglib';

/** Tag 2 (RFC 8949 §3.4.3): wei amounts above 2^64 are everyday sizes. */
const POSITIVE_BIGNUM = 2;

/** Deterministic CBOR (RFC 8949 §4.2.1): sorted keys, shortest forms. Bigints beyond 2^53 keep their value. */
export function encodeCbor(value: unknown): Uint8Array {
  return encode(value, {
    ignoreUndefinedProperties: true,
    typeEncoders: { bigint: bigIntEncoder },
  });
}

/**
 * Decodes one CBOR item that fills `bytes` exactly; tags other than bigints, indefinite
 * lengths, duplicate keys, NaN and infinities are refused. Check the size first.
 * @throws {DdaiError} `CBOR_INVALID`
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, {
      allowIndefinite: false,
      allowInfinity: false,
      allowNaN: false,
      allowUndefined: false,
      rejectDuplicateMapKeys: true,
      strict: true,
      tags: { [POSITIVE_BIGNUM]: bigIntDecoder },
    });
  } catch (cause) {
    throw new DdaiError({
      code: 'CBOR_INVALID',
      message: `not CBOR as agreed (${bytes.length} bytes)`,
      cause,
    });
  }
}
