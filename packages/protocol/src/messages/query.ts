import { z } from 'zod';
import { addressField, bytes32Field, signatureField, uint64Field, uint128Field } from './fields.ts';

/** Body of a query request; the input's bytes are the frame's payload. */
export const queryRequestSchema = z.object({
  requestId: bytes32Field,
  payer: addressField,
  gatewaySigner: addressField,
  nonce: bytes32Field,
  /** Unix seconds. */
  expires: uint64Field,
  /** Wei offered for a correct answer in time. */
  price: uint128Field,
  /** SHA-256 of the knowledge shard, fetched by HTTP when the node does not hold it. */
  shard: z.string().regex(/^[0-9a-f]{64}$/),
});
export type QueryRequest = z.infer<typeof queryRequestSchema>;

/** Body of a query result; the result's bytes are the frame's payload. */
export const queryResultSchema = z.object({
  requestId: bytes32Field,
  requestHash: bytes32Field,
  resultHash: bytes32Field,
  signature: signatureField,
});
export type QueryResult = z.infer<typeof queryResultSchema>;

/** Shards told in one frame. */
export const MOST_FORGOTTEN = 100;

/** Body of `forgetContent`, and of the reply `contentForgotten`: shards by their SHA-256. */
export const forgetContentSchema = z.object({
  shards: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .min(1)
    .max(MOST_FORGOTTEN),
});
export type ForgetContent = z.infer<typeof forgetContentSchema>;

/** Body of a voucher frame. */
export const voucherSchema = z.object({
  payer: addressField,
  signer: addressField,
  node: addressField,
  workClass: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  cumulative: uint128Field,
  signature: signatureField,
});

/** The node holds this voucher durably. */
export const voucherAcceptedSchema = z.object({ cumulative: uint128Field });
