export {
  type AddressBook,
  addressBookSchema,
  type ContractName,
  parseAddressBook,
} from './address-book.ts';
export { CONTRACT_ABIS, type ContractAbi, protocolErrorsAbi } from './contract-abis.ts';
export {
  airdropAbi,
  checkpointFaultsAbi,
  checkpointManagerAbi,
  ddaiGovernorAbi,
  ddaiTimelockAbi,
  ddaiTokenAbi,
  disputeManagerAbi,
  emissionsControllerAbi,
  featureTiersAbi,
  monthlyVestingAbi,
  nodeRegistryAbi,
  partnerRegistryAbi,
  paymentsEscrowAbi,
  protocolRegistryAbi,
  slashGuardianAbi,
  stakingAbi,
  storageProofsAbi,
  trainingRegistryAbi,
  treasuryAbi,
} from './contracts/abis.ts';
export {
  type Attestation,
  attestationTypedData,
  deriveRequestId,
  hashAttestation,
  hashRequest,
  type RequestHashInput,
  type RequestIdInput,
  type SignedAttestation,
} from './eip712/attestation.ts';
export {
  type CheckpointStatement,
  checkpointTypedData,
  executionDigest,
  hashCheckpoint,
} from './eip712/checkpoint.ts';
export {
  checkpointDomain,
  escrowDomain,
  networkDomain,
  type SigningScope,
} from './eip712/domains.ts';
export { type GatewayChallenge, gatewayChallengeTypedData } from './eip712/gateway-challenge.ts';
export {
  hashVoucher,
  type SignedVoucher,
  type Voucher,
  voucherTypedData,
} from './eip712/voucher.ts';
export { type ErrorBody, errorBodySchema } from './messages/error-body.ts';
export {
  addressField,
  bytes32Field,
  signatureField,
  uint64Field,
  uint128Field,
} from './messages/fields.ts';
export {
  type Capabilities,
  type Challenge,
  capabilitiesSchema,
  challengeSchema,
  type Hello,
  helloSchema,
  PROTOCOL_RANGE,
  type Proof,
  proofSchema,
  SUBPROTOCOL,
  type Welcome,
  welcomeSchema,
} from './messages/handshake.ts';
export { parseMessage } from './messages/parse.ts';
export {
  type ForgetContent,
  forgetContentSchema,
  MOST_FORGOTTEN,
  type QueryRequest,
  type QueryResult,
  queryRequestSchema,
  queryResultSchema,
  voucherAcceptedSchema,
  voucherSchema,
} from './messages/query.ts';
export {
  INLINE_TRAINING_BYTES,
  trainingMessageSchema,
  trainingOfferSchema,
  trainingReferenceSchema,
} from './messages/training.ts';
export { decodeCbor, encodeCbor } from './wire/cbor.ts';
export {
  type Channel,
  type ChannelErrorCode,
  type ChannelOptions,
  type ChannelSocket,
  createChannel,
  FLOW_WINDOW_BYTES,
} from './wire/channel.ts';
export {
  decodeFrame,
  encodeFrame,
  FRAME_FLAGS,
  type Frame,
  type FrameErrorCode,
  type FrameInput,
  HEADER_BYTES,
} from './wire/frame.ts';
export {
  FRAME_KINDS,
  type FrameKind,
  type FrameKindName,
  KIND_LIMITS,
  MAX_FRAME_BYTES,
} from './wire/kinds.ts';
export { WORK_CLASSES, type WorkClass, type WorkClassName, workClassName } from './work-class.ts';
