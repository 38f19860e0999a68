import {
  complexQueryResultBytes,
  type LoadedShard,
  loadShard,
  parseComplexQueryInput,
  runComplexQuery,
} from '@ddai/assistant';
import { bytesToUtf8, type Clock, DdaiError, type Logger, unixSeconds } from '@ddai/core';
import {
  type Attestation,
  attestationTypedData,
  deriveRequestId,
  FRAME_KINDS,
  type Frame,
  type FrameInput,
  forgetContentSchema,
  hashRequest,
  parseMessage,
  type QueryResult,
  queryRequestSchema,
  type SigningScope,
  WORK_CLASSES,
} from '@ddai/protocol';
import type { FileStore } from '@ddai/storage';
import { type Address, type Hex, isAddressEqual, keccak256, type PrivateKeyAccount } from 'viem';
import type { VoucherWallet } from '../earnings/voucher-wallet.ts';
import type { GatewayLink } from '../gateway/dial-gateway.ts';
import { fetchContent } from '../gateway/fetch-content.ts';

export interface QueryWorkerDependencies {
  readonly operator: Address;
  readonly signer: PrivateKeyAccount;
  /** Of the `NodeRegistry`. */
  readonly scope: SigningScope;
  readonly wallet: VoucherWallet;
  /** Answers by request id: what was signed once is never signed differently. */
  readonly answers: FileStore;
  /** Wei below which this node does not work. */
  readonly minimumPrice: bigint;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface QueryWorker {
  answer(link: GatewayLink, frame: Frame): Promise<FrameInput>;
  /** Drops shards that the gateway no longer has, and answers whose requests have expired. */
  forget(frame: Frame): FrameInput;
}

/** What is kept of an answer until its request has expired. */
interface StoredAnswer {
  readonly expires: string;
  readonly requestHash: Hex;
  /** The result's text, and its hash, stored before the attestation is signed. */
  readonly result: string;
  readonly resultHash: Hex;
}

const MAX_SHARD_BYTES = 64 * 1024 * 1024;
/** Indexed shards kept in memory, the least recently used going first. */
const KEPT_SHARDS = 4;

/** Works complex queries over the knowledge shard that the gateway names. */
export function createQueryWorker(dependencies: QueryWorkerDependencies): QueryWorker {
  const { operator, signer, scope, wallet, answers, minimumPrice, clock, logger } = dependencies;
  const shards = new Map<string, Promise<LoadedShard>>();

  const findShard = (link: GatewayLink, sha256: string): Promise<LoadedShard> => {
    const known = shards.get(sha256);
    const shard =
      known ??
      fetchContent(link, { sha256, maxBytes: MAX_SHARD_BYTES }).then((bytes) =>
        loadShard(bytes, sha256),
      );
    shards.delete(sha256);
    shards.set(sha256, shard);
    if (known === undefined) shard.catch(() => shards.delete(sha256));
    for (const oldest of [...shards.keys()].slice(0, Math.max(0, shards.size - KEPT_SHARDS)))
      shards.delete(oldest);
    return shard;
  };

  const sign = async (attestation: Attestation, result: string): Promise<FrameInput> => {
    const { requestId, requestHash, resultHash } = attestation;
    const signature = await signer.signTypedData(attestationTypedData(scope, attestation));
    const body: QueryResult = { requestId, requestHash, resultHash, signature };
    return { kind: FRAME_KINDS.queryResult, body, payload: new TextEncoder().encode(result) };
  };

  const work = async (link: GatewayLink, shard: string, input: Uint8Array): Promise<string> => {
    const query = parseComplexQueryInput(JSON.parse(bytesToUtf8(input)));
    if (query.shardHash !== shard)
      throw new DdaiError({
        code: 'MESSAGE_INVALID',
        message: 'the query and its request name two shards',
      });
    return bytesToUtf8(
      complexQueryResultBytes(runComplexQuery(await findShard(link, shard), query)),
    );
  };

  return {
    async answer(link, frame) {
      const { requestId, payer, gatewaySigner, nonce, expires, price, shard } = parseMessage(
        'queryRequest',
        queryRequestSchema,
        frame.body,
      );
      if (
        !isAddressEqual(gatewaySigner, link.gateway) ||
        deriveRequestId({ payer, gatewaySigner, nonce }) !== requestId
      ) {
        throw new DdaiError({
          code: 'REQUEST_ID_WRONG',
          message: 'the request id is not that of this payer, gateway and nonce',
        });
      }
      if (expires <= BigInt(unixSeconds(clock)))
        throw new DdaiError({ code: 'REQUEST_EXPIRED', message: 'this request has expired' });
      if (price < minimumPrice)
        throw new DdaiError({
          code: 'PRICE_LOW',
          message: `this node works for ${minimumPrice} wei a query or more`,
        });
      const requestHash = hashRequest({ requestId, expires, input: frame.payload });
      const attestation = {
        requestId,
        payer,
        node: operator,
        workClass: WORK_CLASSES.query,
        requestHash,
        deterministic: true,
        expires,
      };

      const stored = readAnswer(answers, requestId);
      if (stored !== undefined) {
        if (stored.requestHash !== requestHash) {
          throw new DdaiError({
            code: 'REQUEST_ID_REUSED',
            message: 'this request id came with another input before',
          });
        }
        return sign({ ...attestation, resultHash: stored.resultHash }, stored.result);
      }

      await wallet.assertCredit({ payer, gatewaySigner, workClass: WORK_CLASSES.query, price });
      const result = await work(link, shard, frame.payload);
      const resultHash = keccak256(new TextEncoder().encode(result));
      const answer: StoredAnswer = { expires: expires.toString(), requestHash, result, resultHash };
      answers.put(`${requestId}.json`, JSON.stringify(answer));
      wallet.recordDelivered({ payer, gatewaySigner, workClass: WORK_CLASSES.query, price });
      logger.info({ requestId, bytes: result.length }, 'answered a query');
      return sign({ ...attestation, resultHash }, result);
    },
    forget(frame) {
      const { shards: forgotten } = parseMessage('forgetContent', forgetContentSchema, frame.body);
      for (const sha256 of forgotten) shards.delete(sha256);
      pruneAnswers(answers, clock);
      return { kind: FRAME_KINDS.contentForgotten, body: { shards: forgotten } };
    },
  };
}

function readAnswer(answers: FileStore, requestId: Hex): StoredAnswer | undefined {
  const bytes = answers.get(`${requestId}.json`);
  return bytes === undefined ? undefined : (JSON.parse(bytesToUtf8(bytes)) as StoredAnswer);
}

/** Forgets answers whose requests have expired: nobody may ask for them again. */
export function pruneAnswers(answers: FileStore, clock: Clock): number {
  let pruned = 0;
  for (const key of answers.keys()) {
    const bytes = answers.get(key);
    if (bytes === undefined) continue;
    const { expires } = JSON.parse(bytesToUtf8(bytes)) as StoredAnswer;
    if (BigInt(expires) > BigInt(unixSeconds(clock))) continue;
    answers.delete(key);
    pruned += 1;
  }
  return pruned;
}
