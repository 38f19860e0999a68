/** What a frame is about. Numbers are for ever: a retired one is never used again. */
export const FRAME_KINDS = {
  hello: 1,
  challenge: 2,
  proof: 3,
  welcome: 4,
  error: 5,
  credit: 6,
  queryRequest: 16,
  queryResult: 17,
  voucher: 18,
  voucherAccepted: 19,
  forgetContent: 20,
  contentForgotten: 21,
  trainingMessage: 32,
  trainingReference: 33,
  trainingOffer: 34,
  trainingOfferTaken: 35,
} as const;

export type FrameKindName = keyof typeof FRAME_KINDS;
export type FrameKind = (typeof FRAME_KINDS)[FrameKindName];

const KIB = 1024;

interface KindLimit {
  /** Most bytes of the CBOR body. */
  readonly body: number;
  /** Most bytes of the raw payload. */
  readonly payload: number;
}

/** A frame above its kind's limit closes the connection before anything is decoded. */
export const KIND_LIMITS: Readonly<Record<FrameKind, KindLimit>> = {
  [FRAME_KINDS.hello]: { body: KIB, payload: 0 },
  [FRAME_KINDS.challenge]: { body: KIB, payload: 0 },
  [FRAME_KINDS.proof]: { body: 16 * KIB, payload: 0 },
  [FRAME_KINDS.welcome]: { body: KIB, payload: 0 },
  [FRAME_KINDS.error]: { body: 4 * KIB, payload: 0 },
  [FRAME_KINDS.credit]: { body: 64, payload: 0 },
  [FRAME_KINDS.queryRequest]: { body: 2 * KIB, payload: 256 * KIB },
  [FRAME_KINDS.queryResult]: { body: 2 * KIB, payload: 512 * KIB },
  [FRAME_KINDS.voucher]: { body: KIB, payload: 0 },
  [FRAME_KINDS.voucherAccepted]: { body: KIB, payload: 0 },
  [FRAME_KINDS.forgetContent]: { body: 16 * KIB, payload: 0 },
  [FRAME_KINDS.contentForgotten]: { body: 16 * KIB, payload: 0 },
  [FRAME_KINDS.trainingMessage]: { body: 512, payload: 256 * KIB },
  [FRAME_KINDS.trainingReference]: { body: 512, payload: 0 },
  [FRAME_KINDS.trainingOffer]: { body: KIB, payload: 256 * KIB },
  [FRAME_KINDS.trainingOfferTaken]: { body: KIB, payload: 0 },
};

/** No frame of any kind is larger than this, header included. */
export const MAX_FRAME_BYTES = 1024 * KIB;

export function isKnownKind(kind: number): kind is FrameKind {
  return kind in KIND_LIMITS;
}
