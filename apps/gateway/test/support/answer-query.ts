import {
  type ComplexQueryResult,
  complexQueryResultBytes,
  loadShard,
  parseComplexQueryInput,
  runComplexQuery,
} from '@ddai/assistant';
import { bytesToUtf8 } from '@ddai/core';
import {
  type Attestation,
  attestationTypedData,
  FRAME_KINDS,
  type Frame,
  type FrameInput,
  hashRequest,
  parseMessage,
  queryRequestSchema,
  type SigningScope,
  WORK_CLASSES,
} from '@ddai/protocol';
import { type Address, keccak256, type PrivateKeyAccount } from 'viem';

export interface Signing {
  readonly operator: Address;
  readonly signer: PrivateKeyAccount;
}

/** How a node departs from the honest one of apps/node. */
export interface Bends {
  readonly result?: (result: ComplexQueryResult) => ComplexQueryResult;
  readonly attestation?: (attestation: Attestation) => Attestation;
}

/** Does the work as apps/node does, and then what `bends` makes of it. */
export async function answerQuery(
  frame: Frame,
  { url, scope, session }: { url: string; scope: SigningScope; session: string },
  { operator, signer }: Signing,
  bends: Bends = {},
): Promise<FrameInput> {
  const { result: bendResult = (result) => result, attestation: bend = (given) => given } = bends;
  const request = parseMessage('queryRequest', queryRequestSchema, frame.body);
  const response = await fetch(`${url}/node/v1/content/${request.shard}`, {
    headers: { authorization: `Bearer ${session}` },
  });
  const shard = loadShard(new Uint8Array(await response.arrayBuffer()), request.shard);
  const query = parseComplexQueryInput(JSON.parse(bytesToUtf8(frame.payload)));
  const result = complexQueryResultBytes(bendResult(runComplexQuery(shard, query)));
  const { requestId, expires, payer } = request;
  const attestation = bend({
    requestId,
    payer,
    node: operator,
    workClass: WORK_CLASSES.query,
    requestHash: hashRequest({ requestId, expires, input: frame.payload }),
    resultHash: keccak256(result),
    deterministic: true,
    expires,
  });
  const signature = await signer.signTypedData(attestationTypedData(scope, attestation));
  const { requestHash, resultHash } = attestation;
  return {
    kind: FRAME_KINDS.queryResult,
    body: { requestId, requestHash, resultHash, signature },
    payload: result,
  };
}
