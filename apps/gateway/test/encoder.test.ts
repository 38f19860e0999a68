import type { ServerResponse } from 'node:http';
import { parseEncoders } from '@ddai/encoders';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type ModelRequest,
  type ScriptedModel,
  startScriptedModel,
} from './support/scripted-model.ts';
import { startTestGateway, type TestGateway, type TestTenant } from './support/test-gateway.ts';

const KEY = 'a-key-that-nobody-may-see';
const PAGES = [
  {
    path: 'card.md',
    content:
      '# Card\n\nA replacement card costs 8 euros. Call +44 20 7946 0018 to order a replacement card.\n',
  },
  { path: 'theft.md', content: '# Theft\n\nAfter a robbery your card is blocked at once.\n' },
];
const QUESTION = 'What does a replacement card cost?';
const MEANINGS = ['replacement', 'robbery', 'card'];

let model: ScriptedModel;
let gateway: TestGateway;
let tenant: TestTenant;

const inputsOf = ({ body }: ModelRequest) => (JSON.parse(body) as { input: string[] }).input;
const vectorOf = (text: string): number[] => [
  ...MEANINGS.map((word) => text.toLowerCase().split(word).length - 1),
  0.1,
];
/** As a server of embeddings answers; last text first, for only `index` says which is which. */
function replyVectors(request: ModelRequest, response: ServerResponse): void {
  const data = inputsOf(request)
    .map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }))
    .reverse();
  replyJson(response, { object: 'list', data });
}
function replyJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

beforeAll(async () => {
  model = await startScriptedModel();
  const endpoint = { baseUrl: model.baseUrl, model: 'tiny', dimensions: 4, apiKey: KEY };
  gateway = await startTestGateway({
    encoders: {
      house: { ...endpoint, local: false, timeout: 10_000 },
      hasty: { ...endpoint, local: false, timeout: 200 },
      own: { ...endpoint, local: true, timeout: 10_000 },
      nowhere: { ...endpoint, baseUrl: 'http://127.0.0.1:9/v1', local: false, timeout: 10_000 },
    },
  });
  tenant = await gateway.addTenant('bank');
  const source = await tenant.client.createKnowledgeSource('help');
  await tenant.client.replacePages(source.id, PAGES);
});
beforeEach(async () => {
  await configure({ encoder: 'house', localOnly: false });
  model.behave(replyVectors);
  model.requests.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await model.close();
});

const configure = (settings: { encoder?: string | null; localOnly?: boolean }) =>
  tenant.client.configureAssistant(tenant.assistantId, settings);
const ask = (content = QUESTION) =>
  tenant.client.complete({
    model: tenant.assistantId,
    messages: [
      { role: 'system', content: 'SECRET-SYSTEM' },
      { role: 'user', content },
    ],
  });
/** A change of the knowledge: vectors of before are gone. */
const renewKnowledge = async () => {
  const source = (await tenant.client.listKnowledgeSources())[0];
  await tenant.client.replacePages(source?.id ?? '', PAGES);
};
const embed = async (body: object) => {
  const response = await fetch(`${gateway.url()}/v1/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tenant.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: tenant.assistantId, ...body }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
};

describe('an encoder', () => {
  it('has its part in the ranking of an answer, and is named there', async () => {
    const { text, details } = await ask();
    expect(text).toContain('8 euros');
    expect(details.encoder).toEqual({ name: 'house', used: true, reason: null });
  });

  it('gets each passage once, without personal data, and nothing of a system message', async () => {
    await renewKnowledge();
    await ask(`${QUESTION} My card is 4111 1111 1111 1111.`);
    await ask();

    const [first, second] = model.requests;
    expect(first?.authorization).toBe(`Bearer ${KEY}`);
    expect(inputsOf(first as ModelRequest).join('\n')).toContain('Theft');
    expect(first?.body).not.toMatch(/SECRET|4111|7946|Bearer/);
    expect(inputsOf(second as ModelRequest)).toEqual([QUESTION]);
  });

  const faults: [string, string, (response: ServerResponse) => void][] = [
    ['refused', 'house', (response) => response.writeHead(500).end('no')],
    ['refused', 'house', (response) => response.writeHead(429).end()],
    ['invalid-reply', 'house', (response) => response.writeHead(200).end('<html>')],
    ['invalid-reply', 'house', (response) => replyJson(response, { data: [] })],
    [
      'invalid-reply',
      'house',
      (response) =>
        replyJson(response, {
          data: [0, 1, 2].map(() => ({ index: 0, embedding: [1, 0, 0, 0] })),
        }),
    ],
    [
      'invalid-reply',
      'house',
      (response) =>
        replyJson(response, {
          data: [0, 1, 2].map((index) => ({ index, embedding: [0, 0, 0, 0] })),
        }),
    ],
    [
      'invalid-reply',
      'house',
      (response) => response.end('{"data":[{"index":0,"embedding":[1,NaN,0,0]}]}'),
    ],
    [
      'wrong-dimensions',
      'house',
      (response) =>
        replyJson(response, { data: [0, 1, 2].map((index) => ({ index, embedding: [1] })) }),
    ],
    ['too-long', 'house', (response) => response.writeHead(200).end('x'.repeat(300_000))],
    ['unreachable', 'house', (response) => response.writeHead(302, { location: '/v1/x' }).end()],
    ['unreachable', 'nowhere', () => undefined],
    ['timeout', 'hasty', () => undefined],
  ];
  it.each(faults)('leaves the order by words on %s (%s)', async (reason, encoder, reply) => {
    await renewKnowledge();
    await configure({ encoder });
    model.behave((_request, response) => reply(response));

    const { text, details } = await ask();

    expect(text).toContain('8 euros');
    expect(details.encoder).toEqual({ name: encoder, used: false, reason });
    expect(JSON.stringify(details)).not.toContain(KEY);
  });

  it('is not asked by an assistant that is local only, unless it is the operator’s own', async () => {
    await configure({ localOnly: true });
    const kept = await ask();
    expect(kept.details.encoder).toMatchObject({ used: false, reason: 'local-only' });
    expect(model.requests).toHaveLength(0);

    await configure({ encoder: 'own' });
    const own = await ask();
    expect(own.details.encoder).toMatchObject({ used: true });
    expect(model.requests).toHaveLength(1);
  });

  it('is not asked by an assistant that chose none', async () => {
    await configure({ encoder: null });
    expect((await ask()).details.encoder).toBeNull();
    expect(model.requests).toHaveLength(0);
  });

  it('cannot be an endpoint that the operator did not name', async () => {
    for (const encoder of ['http://169.254.169.254/', 'constructor']) {
      await expect(configure({ encoder })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    }
  });

  it('is asked eight times at once and no more: who comes then is answered by words', async () => {
    await renewKnowledge();
    const held: (() => void)[] = [];
    model.behave((request, response) => held.push(() => replyVectors(request, response)));
    const asked = Array.from({ length: 9 }, () => ask());
    const first = await Promise.race(asked);
    // The ninth is answered at once, perhaps before the last of the eight is there.
    await vi.waitUntil(() => held.length === 8, { timeout: 5000 });
    for (const reply of held) reply();
    expect(first.details.encoder).toMatchObject({ used: false, reason: 'busy' });
    const answers = await Promise.all(asked);
    expect(answers.filter(({ details }) => details.encoder?.used)).toHaveLength(8);
  });
});

describe('/v1/search', () => {
  const search = async (body: object) => {
    const response = await fetch(`${gateway.url()}/v1/search`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'robbery of a card', ...body }),
    });
    return JSON.parse(await response.text());
  };

  it('shows the part of meaning in each hit where an assistant with an encoder is named', async () => {
    const { data, encoder } = await search({ model: tenant.assistantId });
    expect(encoder).toEqual({ name: 'house', used: true, reason: null });
    expect(data[0]).toMatchObject({ title: 'Theft', explain: { semantic: { rank: 1 } } });
    expect(data[0].explain.semantic.score).toBeGreaterThan(0.5);
  });

  it('asks no encoder otherwise', async () => {
    const { data, encoder } = await search({});
    expect(encoder).toBeNull();
    expect(data[0].explain.semantic).toBeUndefined();
    expect(model.requests).toHaveLength(0);
  });
});

describe('/v1/embeddings', () => {
  it('gives vectors of length 1 in the order of the texts, redacted on the way', async () => {
    const { status, body } = await embed({
      input: ['replacement card', 'robbery: 4111 1111 1111 1111'],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      object: 'list',
      model: 'house',
      data: [{ index: 0 }, { index: 1 }],
    });
    for (const { embedding } of body.data) expect(Math.hypot(...embedding)).toBeCloseTo(1, 6);
    expect(body.data.map(({ embedding }: { embedding: number[] }) => embedding[0] !== 0)).toEqual([
      true,
      false,
    ]);
    expect(model.requests[0]?.body).not.toContain('4111');
  });

  it('gives base64 of the same floats on request, as OpenAI’s clients ask', async () => {
    const plain = await embed({ input: 'card' });
    const coded = await embed({ input: 'card', encoding_format: 'base64' });
    const bytes = Buffer.from(coded.body.data[0].embedding, 'base64');
    const floats = Array.from({ length: 4 }, (_, i) => bytes.readFloatLE(4 * i));
    expect(floats).toEqual(plain.body.data[0].embedding);
  });

  it('asks in batches, and refuses more texts than its limit', async () => {
    const { body } = await embed({ input: new Array(65).fill('card') });
    expect(body.data).toHaveLength(65);
    expect(model.requests.map((request) => inputsOf(request).length)).toEqual([32, 32, 1]);
    expect((await embed({ input: new Array(129).fill('card') })).status).toBe(400);
    expect((await embed({ input: '' })).status).toBe(400);
    expect((await embed({ input: 'card', dimensions: 3 })).status).toBe(400);
  });

  it('says clearly when no encoder is chosen, may be used, or answers', async () => {
    const codeOf = async () => (await embed({ input: 'card' })).body.error.code;
    await configure({ localOnly: true });
    expect(await codeOf()).toBe('encoder_missing');
    await configure({ encoder: null });
    expect(await codeOf()).toBe('encoder_missing');
    await configure({ encoder: 'nowhere', localOnly: false });
    expect(await codeOf()).toBe('encoder_failed');
    expect((await embed({ model: 'no such', input: 'card' })).status).toBe(404);
  });
});

describe('the operator’s file of encoders', () => {
  const parse = (value: unknown, environment = {}) =>
    parseEncoders(JSON.stringify(value), { file: 'encoders.json', environment });
  const encoder = { baseUrl: 'https://models.example/v1', model: 'm', dimensions: 384 };

  it('takes keys from the environment', () => {
    const { house } = parse(
      { house: { ...encoder, apiKeyVariable: 'HOUSE_KEY' } },
      { HOUSE_KEY: KEY },
    );
    expect(house).toEqual({ ...encoder, apiKey: KEY, local: false, timeout: 2_000 });
  });

  it.each([
    ['a key in the file', { house: { ...encoder, apiKey: KEY } }],
    ['a key that is not there', { house: { ...encoder, apiKeyVariable: 'ABSENT' } }],
    ['a file as address', { house: { ...encoder, baseUrl: 'file:///etc/passwd' } }],
    ['no dimensions', { house: { baseUrl: encoder.baseUrl, model: 'm' } }],
  ])('refuses %s, and repeats no key', (_name, value) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'ENCODERS_INVALID' }));
    expect(() => parse(value)).not.toThrow(KEY);
  });
});
