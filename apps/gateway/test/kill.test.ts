import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bytesToUtf8, systemRandomBytes } from '@ddai/core';
import { findFreePort } from '@ddai/engines';
import {
  createMemoryParticipantStore,
  createParticipant,
  nodeCryptoSuite,
  type Participant,
  parseJobTerms,
  type Ticket,
  type VerifySignature,
  verifyReceipt,
} from '@ddai/learning';
import {
  decodeCbor,
  encodeCbor,
  FRAME_KINDS,
  type Frame,
  type FrameInput,
  parseMessage,
  type SigningScope,
  trainingReferenceSchema,
  voucherSchema,
  WORK_CLASSES,
} from '@ddai/protocol';
import { createDdaiClient, type DdaiClient } from '@ddai/sdk';
import {
  createTemporaryDirectory,
  startTestChain,
  startTestDatabase,
  type TemporaryDirectory,
  type TestChain,
  type TestDatabase,
} from '@ddai/testkit';
import {
  type Address,
  hexToBytes,
  isAddressEqual,
  type PrivateKeyAccount,
  parseEther,
  recoverMessageAddress,
  toHex,
} from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialAsNode } from './support/scripted-node.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const REWARD = parseEther('0.1');
const ROUNDS = 4;

let chain: TestChain;
let database: TestDatabase;
let home: TemporaryDirectory;
let port: number;
let gateway: ChildProcess;
let stopping = false;
const members: { operator: Address; signer: PrivateKeyAccount; organisation: string }[] = [];

/** The real gateway as a process of its own, on a database of the user's (`DATABASE_URL`). */
const startGateway = async (): Promise<{ signer: Address }> => {
  gateway = spawn(
    process.execPath,
    ['--conditions=@ddai/source', MAIN, '--port', String(port), '--rpc', chain.client.rpcUrl],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, DDAI_HOME: home.path, DATABASE_URL: database.url },
    },
  );
  if (gateway.stdout === null) throw new Error('no output');
  const [line] = (await once(createInterface({ input: gateway.stdout }), 'line')) as [string];
  return JSON.parse(line) as { signer: Address };
};

beforeAll(async () => {
  [chain, database, port] = await Promise.all([
    startTestChain(),
    startTestDatabase(),
    findFreePort(),
  ]);
  home = createTemporaryDirectory();
  writeFileSync(join(home.path, 'addresses.json'), JSON.stringify(chain.client.addressBook));
  for (let i = 0; i < 6; i++) {
    const { operator, signer } = await chain.addNode([WORK_CLASSES.compute]);
    members.push({ operator, signer, organisation: ['bank', 'telecom', 'cloud'][i % 3] ?? '' });
  }
});
afterAll(async () => {
  stopping = true;
  gateway.kill('SIGKILL');
  await Promise.all([chain.stop(), database.stop()]);
  home.remove();
});

const ticketsOf = (site: number): Ticket[] =>
  Array.from({ length: 40 }, (_, i) => {
    const category = ['refund', 'delivery', 'password'][i % 3] ?? '';
    return {
      text: `${category} question number ${i} from site ${site}, please help with my ${category}`,
      category,
    };
  });

const verify: VerifySignature = async ({ participantId, statement, signature }) => {
  const member = members.find(({ operator }) => operator === participantId);
  const recovered = await recoverMessageAddress({
    message: { raw: statement },
    signature: toHex(signature),
  });
  return member !== undefined && isAddressEqual(member.signer.address, recovered);
};

/** A participant that dials, takes part, and dials again whenever the gateway is gone. */
const takePart = async (site: number): Promise<void> => {
  const member = members[site];
  if (member === undefined) throw new Error('no such site');
  const { operator, signer, organisation } = member;
  const scope: SigningScope = {
    chainId: chain.client.chainId,
    verifyingContract: chain.client.addressBook.contracts.NodeRegistry,
  };
  const url = `http://127.0.0.1:${port}`;
  let participant: Participant | undefined;
  let post: (frame: FrameInput) => Promise<void> = async () => undefined;
  const store = createMemoryParticipantStore();

  const onFrame = async (frame: Frame, session: string): Promise<FrameInput | undefined> => {
    if (frame.kind === FRAME_KINDS.voucher) {
      const { cumulative } = parseMessage('voucher', voucherSchema, frame.body);
      return { kind: FRAME_KINDS.voucherAccepted, body: { cumulative } };
    }
    if (frame.kind === FRAME_KINDS.trainingOffer) {
      const terms = parseJobTerms(JSON.parse(bytesToUtf8(frame.payload)));
      participant ??= createParticipant(
        { participantId: operator, operator: organisation, terms, train: ticketsOf(site) },
        {
          suite: nodeCryptoSuite,
          randomBytes: systemRandomBytes,
          store,
          sign: async (statement) =>
            hexToBytes(await signer.signMessage({ message: { raw: statement } })),
          verify,
          operatorOf: (id) => members.find((other) => other.operator === id)?.organisation,
          send: async (message) => {
            const bytes = encodeCbor(message);
            if (bytes.length < 60_000) {
              await post({
                kind: FRAME_KINDS.trainingMessage,
                body: { jobId: terms.jobId },
                payload: bytes,
              });
              return;
            }
            const sha256 = createHash('sha256').update(bytes).digest('hex');
            const headers = {
              authorization: `Bearer ${session}`,
              'upload-offset': '0',
              'upload-length': String(bytes.length),
            };
            await fetch(`${url}/node/v1/content/${sha256}`, {
              method: 'PATCH',
              headers,
              body: new Uint8Array(bytes),
            });
            await post({
              kind: FRAME_KINDS.trainingReference,
              body: { jobId: terms.jobId, sha256, size: bytes.length },
            });
          },
        },
      );
      await participant.join();
      return { kind: FRAME_KINDS.trainingOfferTaken };
    }
    let bytes: Uint8Array = frame.payload;
    if (frame.kind === FRAME_KINDS.trainingReference) {
      const { sha256 } = parseMessage('trainingReference', trainingReferenceSchema, frame.body);
      const response = await fetch(`${url}/node/v1/content/${sha256}`, {
        headers: { authorization: `Bearer ${session}` },
      });
      bytes = new Uint8Array(await response.arrayBuffer());
    }
    await participant?.receive(decodeCbor(bytes));
    return undefined;
  };

  while (!stopping) {
    try {
      const node = await dialAsNode({
        url,
        operator,
        signer,
        scope,
        datasets: ['tickets'],
        onFrame,
      });
      post = (frame) => node.channel.send(frame);
      await once(node.socket, 'close');
    } catch {
      await delay(50); // The gateway is away.
    }
  }
};

const waitForJob = async (
  client: DdaiClient,
  id: string,
  reached: (job: Awaited<ReturnType<DdaiClient['readTrainingJob']>>) => boolean,
) => {
  for (let tries = 0; tries < 600; tries++) {
    const job = await client.readTrainingJob(id).catch(() => undefined);
    if (job !== undefined && reached(job)) return job;
    if (job?.state === 'failed') throw new Error(`the job failed: ${job.failure}`);
    await delay(50);
  }
  throw new Error('the job did not get there');
};

describe('a gateway killed in the middle of federated rounds', () => {
  it('goes on from its log, pays every round once, and ends with the model its record proves', async () => {
    const { signer } = await startGateway();
    const { payer } = await chain.addPayer(signer, parseEther('100'));
    const secret = readFileSync(join(home.path, 'gateway', 'admin.secret'), 'utf8');
    const url = `http://127.0.0.1:${port}`;
    const created = await fetch(`${url}/admin/v1/tenants`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'sponsor', payer }),
    });
    const { apiKey } = (await created.json()) as { apiKey: string };
    const client = createDdaiClient({ baseUrl: url, apiKey });
    for (let site = 0; site < members.length; site++) void takePart(site);

    const { id } = await client.createTrainingJob({
      name: 'intents',
      labels: ['delivery', 'password', 'refund'],
      participants: members.map(({ operator, organisation }) => ({
        node: operator,
        organisation,
        dataset: 'tickets',
      })),
      rounds: ROUNDS,
      epochs: 1,
      examples: 240,
      threshold: 4,
      rewardPerRound: REWARD.toString(),
    });
    for (const round of [1, 2]) {
      await waitForJob(
        client,
        id,
        ({ progress }) =>
          (progress?.closedRounds ?? 0) >= round && progress?.phase !== 'recruiting',
      );
      gateway.kill('SIGKILL');
      await once(gateway, 'exit');
      await startGateway();
    }
    const job = await waitForJob(client, id, ({ state }) => state === 'completed');
    const { charges } = await client.readUsage();
    const reader = (await client.readReceipt(id)).pipeThrough(new TextDecoderStream());
    let text = '';
    for await (const piece of reader) text += piece;
    const verdict = await verifyReceipt({
      lines: text.trim().split('\n'),
      suite: nodeCryptoSuite,
      verify,
    });
    const model = await client.readModel(job.modelId ?? '');

    expect(verdict).toMatchObject({ holds: true, closedRounds: ROUNDS, status: 'completed' });
    if (!verdict.holds) throw new Error('unreachable');
    expect(createHash('sha256').update(model).digest('hex')).toBe(verdict.modelHash);
    expect(new Set(charges.map(({ reason }) => reason)).size).toBe(charges.length);
    expect(charges.length).toBeGreaterThanOrEqual(ROUNDS * 4);
    expect(charges.every(({ amount }) => BigInt(amount) === REWARD)).toBe(true);
  });
});
