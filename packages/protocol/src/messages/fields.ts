import { z } from 'zod';

/** 20 bytes as `0x` and 40 hexadecimal digits, any case. */
export const addressField = z
  .templateLiteral(['0x', z.string()])
  .refine((text) => /^0x[0-9a-fA-F]{40}$/.test(text), {
    error: 'expected an address: 0x and 40 hexadecimal digits',
  });

/** 32 bytes as `0x` and 64 lower-case hexadecimal digits. */
export const bytes32Field = z
  .templateLiteral(['0x', z.string()])
  .refine((text) => /^0x[0-9a-f]{64}$/.test(text), {
    error: 'expected 32 bytes: 0x and 64 hexadecimal digits',
  });

/** A 65-byte secp256k1 signature. */
export const signatureField = z
  .templateLiteral(['0x', z.string()])
  .refine((text) => /^0x[0-9a-f]{130}$/.test(text), {
    error: 'expected a 65-byte signature',
  });

const unsigned = (bits: bigint) =>
  z
    .union([z.bigint(), z.number().int().nonnegative()])
    .transform(BigInt)
    .refine((value) => value >= 0n && value < 1n << bits, {
      error: `expected 0 <= value < 2^${bits}`,
    });

/** Wei in a voucher: below 2^128. CBOR gives a number where it fits, a bigint where not. */
export const uint128Field = unsigned(128n);
/** Unix seconds on the wire. */
export const uint64Field = unsigned(64n);
