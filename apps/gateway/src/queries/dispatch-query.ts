import { randomBytes } from 'node:crypto';
import { type Clock, createSeededRandom, DdaiError, type Logger, unixSeconds } from '@ddai/core';
import {
  type Attestation,
  attestationTypedData,
  deriveRequestId,
  FRAME_KINDS,
  hashRequest,
  parseMessage,
  queryResultSchema,
  type SignedAttestation,
  type SigningScope,
  WORK_CLASSES,
} from '@ddai/protocol';
import { eq } from 'drizzle-orm';
import { type Address, type Hex, isAddressEqual, keccak256, recoverTypedDataAddress } from 'viem';
import type { Database, Transaction } from '../database/database.ts';
import { createUuid } from '../database/ids.ts';
import { workRequests } from '../database/schema/work.ts';
import type { KnowledgeShards } from '../knowledge/knowledge-shards.ts';
import type { NodeDirectory } from '../nodes/node-directory.ts';
import type { NodeSession } from '../nodes/node-session.ts';
import type { PayerCredit } from '../payments/payer-credit.ts';
import type { VoucherBook } from '../payments/voucher-book.ts';
import type { QueryAuditor } from './query-auditor.ts';

export interface QueryJob {
  readonly tenantId: string;
  readonly payer: Address;
  /** Which completion it answers: paid once, whoever answers it. */
  readonly completionId: string;
  /** Canonical bytes of everything the answer depends on. */
  readonly input: Uint8Array;
  /** SHA-256 of the knowledge shard in the content store. */
  readonly shard: string;
  /** Reads the result's bytes; throws when they are no answer to this input. */
  readonly checkResult: (bytes: Uint8Array) => void;
  /** Stores the answer in the transaction that pays for it: one never happens without the other. */
  readonly store: (transaction: Transaction, answer: QueryAnswer) => Promise<unknown>;
}

export interface QueryAnswer {
  readonly result: Uint8Array;
  readonly attestation: SignedAttestation;
  readonly price: bigint;
  readonly milliseconds: number;
  /** Nodes that were tried before and failed, with the codes. */
  readonly failures: readonly { readonly node: Address; readonly code: string }[];
}

export interface QueryDispatcherDependencies {
  readonly database: Database;
  readonly directory: NodeDirectory;
  /** Knows nodes that get no work, whoever is connected. */
  readonly auditor: Pick<QueryAuditor, 'isExcluded'>;
  /** Told before a node is let fetch a shard: it must forget it when the pages change. */
  readonly shards: Pick<KnowledgeShards, 'noteHolder'>;
  readonly voucherBook: VoucherBook;
  readonly payerCredit: PayerCredit;
  readonly gateway: Address;
  /** Of the `NodeRegistry`: attestations count for the node's identity. */
  readonly scope: SigningScope;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Wei for one complex query. */
  readonly price: bigint;
  /** Milliseconds that a node has to answer. */
  readonly timeout: number;
}

export type QueryDispatcher = (job: QueryJob) => Promise<QueryAnswer>;

const MAX_TRIES = 3;
/** An attestation outlives the answer's deadline by this, so that clocks may differ a little. */
const EXPIRY_MARGIN_SECONDS = 60;

/**
 * Sends a complex query to a staked node, checks its attestation, and promises the pay in the
 * same transaction that records the answer. A node that fails or is late is never paid.
 */
export function createQueryDispatcher(dependencies: QueryDispatcherDependencies): QueryDispatcher {
  const { database, directory, voucherBook, payerCredit, clock, logger, price } = dependencies;
  const random = createSeededRandom(randomBytes(8).toString('hex'));

  /** Only a node's own failure comes back; whatever is not its fault is thrown. */
  const tryNode = async (
    session: NodeSession,
    job: QueryJob,
  ): Promise<NodeReply | { readonly failure: string }> => {
    const workId = createUuid();
    const { tenantId, payer, completionId } = job;
    const request = createRequest(dependencies, session, job);
    const { requestId, expires } = request.attestation;
    await payerCredit.reserve({ tenantId, payer, amount: price }, (tx) =>
      tx.insert(workRequests).values({
        id: workId,
        tenantId,
        completionId,
        requestId,
        node: session.operator,
        state: 'sent',
        price: price.toString(),
        expiresAt: new Date(Number(expires) * 1000),
      }),
    );
    await dependencies.shards.noteHolder(tenantId, job.shard, session.operator);
    session.grants.add(job.shard);
    const outcome = directory.begin(session.operator);
    const sentAt = clock.now();
    try {
      const { result, signed } = await askNode(session, job, request, dependencies);
      const milliseconds = clock.now() - sentAt;
      outcome.answered(milliseconds);
      return { workId, result, attestation: signed, milliseconds };
    } catch (error) {
      outcome.failed();
      const failure = error instanceof DdaiError ? error.code : 'INTERNAL';
      logger.warn(
        { node: session.operator, code: failure, error: String(error) },
        'a node failed a query',
      );
      await database.asTenant(tenantId, (tx) =>
        tx
          .update(workRequests)
          .set({ state: 'failed', failure })
          .where(eq(workRequests.id, workId)),
      );
      return { failure };
    } finally {
      session.grants.remove(job.shard);
    }
  };

  const payAndStore = async (
    job: QueryJob,
    { workId, ...answer }: QueryAnswer & { readonly workId: string },
  ): Promise<QueryAnswer> => {
    const { tenantId, payer, completionId } = job;
    const { node, expires } = answer.attestation;
    await database.asTenant(tenantId, async (tx) => {
      await tx
        .update(workRequests)
        .set({
          state: 'answered',
          attestation: { ...answer.attestation, expires: expires.toString() },
          milliseconds: answer.milliseconds,
        })
        .where(eq(workRequests.id, workId));
      await voucherBook.promise(tx, {
        tenantId,
        reason: `query:${completionId}`,
        payer,
        node,
        workClass: WORK_CLASSES.query,
        amount: price,
      });
      await job.store(tx, answer);
    });
    void voucherBook.deliver(node);
    return answer;
  };

  return async (job) => {
    const failures: { node: Address; code: string }[] = [];
    const ranked = directory
      .rankForQuery(random)
      .filter(
        ({ operator, capabilities }) =>
          (capabilities.minimumPrice ?? 0n) <= price && !dependencies.auditor.isExcluded(operator),
      );
    for (const session of ranked.slice(0, MAX_TRIES)) {
      const reply = await tryNode(session, job);
      if (!('failure' in reply)) return payAndStore(job, { ...reply, price, failures });
      failures.push({ node: session.operator, code: reply.failure });
    }
    throw new DdaiError({
      code: 'NODES_UNAVAILABLE',
      message:
        failures.length === 0
          ? 'no node that serves queries is connected'
          : `${failures.length} nodes failed this query`,
      remedy: 'Try again shortly; `/v1/nodes` lists who is connected.',
      retryable: true,
    });
  };
}

interface NodeReply extends Omit<QueryAnswer, 'failures' | 'price'> {
  readonly workId: string;
}

interface PreparedRequest {
  readonly nonce: Hex;
  readonly attestation: Omit<Attestation, 'resultHash'>;
}

function createRequest(
  { gateway, clock, timeout }: QueryDispatcherDependencies,
  session: NodeSession,
  job: QueryJob,
): PreparedRequest {
  const nonce: Hex = `0x${randomBytes(32).toString('hex')}`;
  const requestId = deriveRequestId({ payer: job.payer, gatewaySigner: gateway, nonce });
  const expires = BigInt(unixSeconds(clock) + Math.ceil(timeout / 1000) + EXPIRY_MARGIN_SECONDS);
  return {
    nonce,
    attestation: {
      requestId,
      payer: job.payer,
      node: session.operator,
      workClass: WORK_CLASSES.query,
      requestHash: hashRequest({ requestId, expires, input: job.input }),
      deterministic: true,
      expires,
    },
  };
}

async function askNode(
  session: NodeSession,
  job: QueryJob,
  { nonce, attestation }: PreparedRequest,
  { gateway, scope, timeout, price }: QueryDispatcherDependencies,
): Promise<{ result: Uint8Array; signed: SignedAttestation }> {
  const { requestId, payer, expires, requestHash } = attestation;
  const body = {
    requestId,
    payer,
    gatewaySigner: gateway,
    nonce,
    expires,
    price,
    shard: job.shard,
  };
  const reply = await session.channel.request(
    { kind: FRAME_KINDS.queryRequest, body, payload: job.input },
    timeout,
  );
  const answer = parseMessage('queryResult', queryResultSchema, reply.body);
  const result = new Uint8Array(reply.payload);
  const resultHash = keccak256(result);
  if (
    answer.requestId !== requestId ||
    answer.requestHash !== requestHash ||
    answer.resultHash !== resultHash
  ) {
    throw new DdaiError({
      code: 'ATTESTATION_MISMATCH',
      message: 'the attestation is for another request or result',
    });
  }
  const signed: SignedAttestation = { ...attestation, resultHash, signature: answer.signature };
  const recovered = await recoverTypedDataAddress({
    ...attestationTypedData(scope, signed),
    signature: answer.signature,
  }).catch(() => undefined);
  if (recovered === undefined || !isAddressEqual(recovered, session.signer)) {
    throw new DdaiError({
      code: 'ATTESTATION_SIGNATURE_WRONG',
      message: 'the attestation is not signed by the node’s signer',
    });
  }
  job.checkResult(result);
  return { result, signed };
}
