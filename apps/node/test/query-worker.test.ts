import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import {
  COMPLEX_PIPELINE,
  complexQueryInputBytes,
  DEFAULT_COMPLEX_LIMITS,
  encodeShard,
  ingestKnowledge,
} from '@ddai/assistant';
import { silentLogger, systemClock, toMillis } from '@ddai/core';
import {
  attestationTypedData,
  deriveRequestId,
  FRAME_KINDS,
  type Frame,
  hashRequest,
  parseMessage,
  queryResultSchema,
  type SigningScope,
  WORK_CLASSES,
} from '@ddai/protocol';
import { createFileStore } from '@ddai/storage';
import { createTemporaryDirectory, type TemporaryDirectory } from '@ddai/testkit';
import { type Hex, keccak256, recoverTypedDataAddress, toHex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VoucherWallet } from '../src/earnings/voucher-wallet.ts';
import type { GatewayLink } from '../src/gateway/dial-gateway.ts';
import { createQueryWorker, pruneAnswers, type QueryWorker } from '../src/queries/query-worker.ts';

let directory: TemporaryDirectory;
let link: GatewayLink;
let worker: QueryWorker;
const [operator, signer, gateway, payer] = Array.from({ length: 4 }, () =>
  privateKeyToAccount(generatePrivateKey()),
) as [
  ReturnType<typeof privateKeyToAccount>,
  ReturnType<typeof privateKeyToAccount>,
  ReturnType<typeof privateKeyToAccount>,
  ReturnType<typeof privateKeyToAccount>,
];
const scope: SigningScope = { chainId: 31_337, verifyingContract: operator.address };
const shardBytes = encodeShard(
  ingestKnowledge([
    {
      id: 'fees.md',
      content:
        '# Fees\n\n## Cards\n\nA replacement card costs 8 euros and arrives within 5 days.\n',
    },
  ]).documents,
);
const shard = createHash('sha256').update(shardBytes).digest('hex');
const delivered: bigint[] = [];

// What the wallet decides is tested against a real chain in earnings.test.ts; here it lets all pass.
const wallet: Pick<VoucherWallet, 'assertCredit' | 'recordDelivered'> = {
  assertCredit: async () => undefined,
  recordDelivered: ({ price }) => void delivered.push(price),
};
const server = createServer((_request, response) => response.end(Buffer.from(shardBytes)));

beforeAll(async () => {
  directory = createTemporaryDirectory();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  link = {
    gateway: gateway.address,
    httpUrl: `http://127.0.0.1:${port}`,
    session: 'session',
    channel: undefined as never,
    ended: new Promise(() => undefined),
    close: () => undefined,
  };
  worker = createQueryWorker({
    operator: operator.address,
    signer,
    scope,
    wallet: wallet as VoucherWallet,
    answers: createFileStore(join(directory.path, 'answers')),
    minimumPrice: 10n,
    clock: systemClock,
    logger: silentLogger,
  });
});
afterAll(() => {
  server.close();
  directory.remove();
});

const requestFrame = (
  change: {
    question?: string;
    nonce?: Hex;
    expires?: bigint;
    price?: bigint;
    requestId?: Hex;
  } = {},
): Frame => {
  const nonce = change.nonce ?? toHex(randomBytes(32));
  const payload = complexQueryInputBytes({
    pipeline: COMPLEX_PIPELINE,
    shardHash: shard,
    question: change.question ?? 'What does a replacement card cost?',
    history: [],
    seed: 0,
    limits: DEFAULT_COMPLEX_LIMITS,
  });
  const requestId =
    change.requestId ??
    deriveRequestId({ payer: payer.address, gatewaySigner: gateway.address, nonce });
  const expires = change.expires ?? BigInt(Math.floor(Date.now() / 1000) + 60);
  const body = {
    requestId,
    payer: payer.address,
    gatewaySigner: gateway.address,
    nonce,
    expires,
    price: change.price ?? 20n,
    shard,
  };
  return { stream: 2, kind: FRAME_KINDS.queryRequest, flags: 0, body, payload };
};

describe('a node’s query worker', () => {
  it('attests with its signer to exactly what it answered to what', async () => {
    const frame = requestFrame();

    const reply = await worker.answer(link, frame);

    const { requestId, requestHash, resultHash, signature } = parseMessage(
      'queryResult',
      queryResultSchema,
      reply.body,
    );
    const { expires } = frame.body as { expires: bigint };
    expect(requestHash).toBe(hashRequest({ requestId, expires, input: frame.payload }));
    expect(resultHash).toBe(keccak256(reply.payload ?? new Uint8Array()));
    const attestation = {
      requestId,
      payer: payer.address,
      node: operator.address,
      workClass: WORK_CLASSES.query,
      requestHash,
      resultHash,
      deterministic: true,
      expires,
    };
    expect(
      await recoverTypedDataAddress({ ...attestationTypedData(scope, attestation), signature }),
    ).toBe(signer.address);
    expect(Buffer.from(reply.payload ?? []).toString()).toContain('8 euros');
  });

  it('gives the stored answer to a repeat, counts it once, and refuses another input under that id', async () => {
    const frame = requestFrame();
    const before = delivered.length;

    const [first, second] = [await worker.answer(link, frame), await worker.answer(link, frame)];
    const { nonce } = frame.body as { nonce: Hex };
    const framed = worker.answer(
      link,
      requestFrame({ nonce, question: 'How long does delivery take?' }),
    );

    expect(second).toEqual(first);
    expect(delivered.length - before).toBe(1);
    await expect(framed).rejects.toMatchObject({ code: 'REQUEST_ID_REUSED' });
  });

  it('refuses what has expired, pays too little, or carries an id of another payer, gateway or nonce', async () => {
    await expect(worker.answer(link, requestFrame({ expires: 1n }))).rejects.toMatchObject({
      code: 'REQUEST_EXPIRED',
    });
    await expect(worker.answer(link, requestFrame({ price: 9n }))).rejects.toMatchObject({
      code: 'PRICE_LOW',
    });
    await expect(
      worker.answer(link, requestFrame({ requestId: toHex(randomBytes(32)) })),
    ).rejects.toMatchObject({ code: 'REQUEST_ID_WRONG' });
  });

  it('forgets answers only when their requests have expired', () => {
    const answers = createFileStore(join(directory.path, 'answers'));
    const kept = answers.keys().length;

    const now = pruneAnswers(answers, systemClock);
    const later = pruneAnswers(answers, { now: () => toMillis(Date.now() + 120_000) });

    expect([now, later]).toEqual([0, kept]);
    expect(answers.keys()).toEqual([]);
  });
});
