import { type Address, getAddress, type Hex, isAddress, parseEther } from 'viem';
import { z } from 'zod';

/** Any case; given back with its checksum. */
export const addressText = z
  .string()
  .refine((text) => isAddress(text), { error: 'expected an address, 0x and 40 hexadecimal digits' })
  .transform((text): Address => getAddress(text));

export const hashText = z
  .string()
  .refine((text) => /^0x[0-9a-fA-F]{64}$/.test(text), {
    error: 'expected 32 bytes, 0x and 64 hexadecimal digits',
  })
  .transform((text) => text.toLowerCase() as Hex);

export const signatureText = z
  .string()
  .refine((text) => /^0x[0-9a-fA-F]{130}$/.test(text), {
    error: 'expected a signature, 0x and 130 hexadecimal digits',
  })
  .transform((text) => text.toLowerCase() as Hex);

/** A whole number, as a number or in decimal digits. */
export const wholeText = z
  .union([z.number().int().nonnegative(), z.string().regex(/^\d{1,78}$/)])
  .transform(BigInt);

/** `12.5`, in DDAI; given back in wei. */
export const tokensText = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,18})?$/, { error: 'expected an amount of DDAI as text, such as "12.5"' })
  .transform((text) => parseEther(text));
