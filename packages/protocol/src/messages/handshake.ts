import { z } from 'zod';
import { addressField, bytes32Field, signatureField, uint64Field, uint128Field } from './fields.ts';

/** The protocol versions this software speaks. */
export const PROTOCOL_RANGE = { min: 1, max: 1 } as const;

/** The WebSocket subprotocol (RFC 6455 §1.9). */
export const SUBPROTOCOL = 'ddai.v1';

/** First frame of the dialling node. */
export const helloSchema = z.object({
  protocol: z.object({ min: z.number().int().positive(), max: z.number().int().positive() }),
  software: z.string().max(100),
  chainId: z.number().int().positive(),
});
export type Hello = z.infer<typeof helloSchema>;

/** The gateway's answer to `hello`: who it is, and what the node must sign. */
export const challengeSchema = z.object({
  version: z.number().int().positive(),
  software: z.string().max(100),
  chainId: z.number().int().positive(),
  gateway: addressField,
  nonce: bytes32Field,
  issuedAt: uint64Field,
});
export type Challenge = z.infer<typeof challengeSchema>;

/** What a node offers on this connection. Says nothing about what its data holds. */
export const capabilitiesSchema = z.object({
  /** Serves complex queries. */
  query: z.boolean(),
  /** Names of the data sets it may train on. */
  datasets: z.array(z.string().min(1).max(64)).max(64),
  /** Wei below which it works on no query; absent where it does not say. */
  minimumPrice: uint128Field.optional(),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

export const proofSchema = z.object({
  operator: addressField,
  signature: signatureField,
  capabilities: capabilitiesSchema,
});
export type Proof = z.infer<typeof proofSchema>;

export const welcomeSchema = z.object({
  /** Bearer token for bulk transfers over HTTP while this connection lives. */
  session: z.string().min(32).max(128),
  heartbeatSeconds: z.number().int().positive().max(300),
});
export type Welcome = z.infer<typeof welcomeSchema>;
