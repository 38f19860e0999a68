import { serialiseIntentModel, type Ticket, trainCentralised } from '@ddai/learning';
import { createDdaiClient } from '@ddai/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queryDatabase } from './support/query-database.ts';
import { startTestGateway, type TestGateway, type TestTenant } from './support/test-gateway.ts';

const PAGES = [
  {
    path: 'cards.md',
    content: '# Replacement card\n\nA replacement card costs 8 euros.\n',
  },
];
/** Two ways of asking each of three things, in varied wording. */
const SUBJECTS = {
  card: ['card', 'debit card', 'credit card', 'plastic card', 'bank card', 'visa card'],
  invoice: ['invoice', 'bill', 'statement', 'receipt', 'tax invoice', 'monthly bill'],
  login: ['password', 'login', 'account access', 'sign in code', 'username', 'login password'],
} as const;
const PHRASES = ['lost my', 'where is the', 'need a new', 'cannot find my', 'problem with the'];
const TICKETS: Ticket[] = Object.entries(SUBJECTS).flatMap(([category, names]) =>
  names.flatMap((name) => PHRASES.map((phrase) => ({ text: `${phrase} ${name}`, category }))),
);
const PRIORITIES: Ticket[] = TICKETS.map(({ text }) => ({
  text,
  category: text.startsWith('lost') ? 'high' : 'normal',
}));
const bytesOf = (tickets: Ticket[]): Uint8Array =>
  serialiseIntentModel(trainCentralised({ tickets, seed: 1 }));

let gateway: TestGateway;
let bank: TestTenant;
let rival: TestTenant;
let models: { intent: string; priority: string };

beforeAll(async () => {
  gateway = await startTestGateway();
  bank = await gateway.addTenant('bank');
  rival = await gateway.addTenant('rival');
  const source = await bank.client.createKnowledgeSource('help');
  await bank.client.replacePages(source.id, PAGES);
  models = {
    intent: (await bank.client.bringModel('intents', bytesOf(TICKETS))).id,
    priority: (await bank.client.bringModel('priorities', bytesOf(PRIORITIES))).id,
  };
});
afterAll(() => gateway.stop());

const ask = (content: string, conversation?: string) =>
  bank.client.complete({
    model: 'support',
    messages: [{ role: 'user', content }],
    ...(conversation === undefined ? {} : { conversation }),
  });

const headersOf = ({ apiKey }: TestTenant) => ({
  authorization: `Bearer ${apiKey}`,
  'content-type': 'application/json',
});

const query = (text: string, values: string[] = []) =>
  queryDatabase(gateway.databaseUrl, text, values);

describe('an assistant with models', () => {
  it('says of every question what each of its models makes of it, and nothing of other tasks', async () => {
    const without = await ask('I lost my debit card');
    await bank.client.setClassifiers(bank.assistantId, models);
    const { details } = await ask('I lost my debit card');
    await bank.client.setClassifiers(bank.assistantId, { priority: null });
    const later = (await ask('I lost my debit card')).details;
    await bank.client.setClassifiers(bank.assistantId, models);

    expect(without.details).toMatchObject({
      intent: null,
      classification: { intent: null, topic: null, priority: null, sentiment: null },
    });
    expect(details.classification).toEqual({
      intent: { label: 'card', probability: expect.any(Number), outOfScope: false },
      topic: null,
      priority: { label: 'high', probability: expect.any(Number), outOfScope: false },
      sentiment: null,
    });
    expect(details.intent).toEqual({
      label: 'card',
      probability: details.classification.intent?.probability,
    });
    expect(later.classification).toMatchObject({ intent: { label: 'card' }, priority: null });
  });

  it('still takes the intent model by its old name, but not both names at once', async () => {
    await bank.client.setIntentModel(bank.assistantId, null);
    const none = (await ask('lost my card')).details.intent;
    await bank.client.setIntentModel(bank.assistantId, models.intent);
    const one = (await ask('lost my card')).details.intent;
    const both = await fetch(`${gateway.url()}/v1/assistants/${bank.assistantId}`, {
      method: 'PATCH',
      headers: headersOf(bank),
      body: JSON.stringify({ intentModelId: null, classifiers: { intent: models.intent } }),
    });

    expect([none, one?.label, both.status]).toEqual([null, 'card', 400]);
  });

  it('takes no other tenant’s model', async () => {
    const foreign = rival.client.setClassifiers(rival.assistantId, { topic: models.intent });
    await expect(foreign).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  });
});

describe('POST /v1/classifications', () => {
  it('triages tickets by all tasks of an assistant, or by one model', async () => {
    const input = ['where is the monthly bill', 'zebra orchestra', 'lost my visa card'];
    const all = await bank.client.classify('support', input);
    const one = await bank.client.classify(models.priority, input);

    expect(all.map(({ classification }) => classification?.intent?.label)).toMatchObject([
      'invoice',
      expect.any(String),
      'card',
    ]);
    expect(all[1]?.classification?.intent?.outOfScope).toBe(true);
    expect(all.map(({ classification }) => classification?.priority)).toEqual(
      one.map(({ result }) => result),
    );
  });

  it('shows personal data to no model and stores nothing', async () => {
    const [before] = await query('SELECT count(*) AS n FROM completions');
    const [named] = await bank.client.classify('support', ['lost my card, write to a@b.example']);
    const [bare] = await bank.client.classify('support', ['lost my card, write to [email]']);
    const [after] = await query('SELECT count(*) AS n FROM completions');

    expect(named?.redacted).toEqual(['email']);
    expect(named?.classification).toEqual(bare?.classification);
    expect(after).toEqual(before);
  });

  it.each([
    ['no text', { model: 'support', input: [] }, 400, 'REQUEST_INVALID'],
    ['too many', { model: 'support', input: Array(1001).fill('a') }, 400, 'REQUEST_INVALID'],
    ['too long', { model: 'support', input: ['a'.repeat(20_001)] }, 400, 'REQUEST_INVALID'],
    [
      'too much',
      { model: 'support', input: Array(60).fill('a'.repeat(20_000)) },
      400,
      'REQUEST_INVALID',
    ],
    ['an unknown assistant', { model: 'nobody', input: ['a'] }, 404, 'MODEL_UNKNOWN'],
    ['a broken id', { model: 'mod_1', input: ['a'] }, 400, 'ID_INVALID'],
  ])('refuses %s with a problem document', async (_what, body, status, code) => {
    const response = await fetch(`${gateway.url()}/v1/classifications`, {
      method: 'POST',
      headers: headersOf(bank),
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ code });
  });

  it('does not open another tenant’s model', async () => {
    const foreign = rival.client.classify(models.intent, ['lost my card']);
    await expect(foreign).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  });
});

describe('the labelling queue', () => {
  it('proposes uncertain and strange questions, each wording once, until they are labelled', async () => {
    await bank.client.setClassifiers(bank.assistantId, models);
    const strange = await ask('Does the aquarium open on sundays, my number is +44 20 7946 0958');
    await ask('does the aquarium open on sundays my number is +44 20 7946 0958');

    const queue = await bank.client.readLabellingQueue(bank.assistantId, 'intent', 100);
    const aquarium = queue.filter(({ question }) => /aquarium/i.test(question));
    await bank.client.giveFeedback({
      completion: aquarium[0]?.completion ?? '',
      rating: 'bad',
      labels: { intent: 'invoice' },
    });
    const later = await bank.client.readLabellingQueue(bank.assistantId, 'intent', 100);
    const ofPriority = await bank.client.readLabellingQueue(bank.assistantId, 'priority', 100);

    expect(strange.details.classification.intent?.outOfScope).toBe(true);
    expect(aquarium).toHaveLength(1);
    expect(aquarium[0]).toMatchObject({ reason: 'out-of-scope', standsFor: 1 });
    expect(aquarium[0]?.question).not.toContain('7946');
    expect(queue[0]?.reason).toBe('out-of-scope');
    expect(later.filter(({ question }) => /aquarium/i.test(question))).toEqual([]);
    expect(ofPriority.filter(({ question }) => /aquarium/i.test(question))).toHaveLength(1);
  });

  it('shows nobody another tenant’s questions', async () => {
    expect(await rival.client.readLabellingQueue(rival.assistantId, 'intent')).toEqual([]);
    await expect(rival.client.readLabellingQueue(bank.assistantId, 'intent')).rejects.toMatchObject(
      { code: 'MODEL_UNKNOWN' },
    );
  });
});

describe('feedback', () => {
  it('is given once per key, without personal data, and listed newest first', async () => {
    const { id: completion } = await ask('What does a replacement card cost?');
    const given = {
      completion,
      rating: 'bad',
      comment: 'Wrong, call me at anna@example.com',
    } as const;
    const first = await bank.client.giveFeedback(given, 'once');
    const again = await bank.client.giveFeedback(given, 'once');
    const page = await fetch(`${gateway.url()}/v1/feedback`, { headers: headersOf(bank) });
    const { data } = (await page.json()) as { data: { id: string; comment: string | null }[] };

    expect(again).toEqual(first);
    expect(data[0]).toMatchObject({ id: first.id, comment: 'Wrong, call me at [email]' });
    expect(data.filter(({ id }) => id === first.id)).toHaveLength(1);
  });

  it('gives its labels away until they are acknowledged, then has forgotten them', async () => {
    const { id: completion } = await ask('cannot find my receipt from the shop');
    const { id } = await bank.client.giveFeedback(
      { completion, rating: 'good', labels: { intent: 'invoice', topic: 'billing-of-shops' } },
      'labels',
    );
    const before = await bank.client.readFeedbackLabels();
    const again = await bank.client.readFeedbackLabels();
    const forgotten = await bank.client.acknowledgeFeedbackLabels([id]);
    const twice = await bank.client.acknowledgeFeedbackLabels([id]);
    const after = await bank.client.readFeedbackLabels();
    const [held] = await query(
      `SELECT (SELECT count(*) FROM feedback f WHERE f::text LIKE $1)
            + (SELECT count(*) FROM idempotency_records r WHERE r::text LIKE $1) AS n`,
      ['%billing-of-shops%'],
    );

    expect(before.find((row) => row.id === id)).toMatchObject({
      completion,
      text: 'cannot find my receipt from the shop',
      labels: { intent: 'invoice', topic: 'billing-of-shops' },
    });
    expect(again).toEqual(before);
    expect([forgotten, twice]).toEqual([1, 0]);
    expect(after.map((row) => row.id)).not.toContain(id);
    expect(held).toEqual({ n: '0' });
  });

  it('refuses a label that the model does not have, an unknown answer and an unknown task', async () => {
    const { id: completion } = await ask('lost my card');
    const refused = (request: object) =>
      fetch(`${gateway.url()}/v1/feedback`, {
        method: 'POST',
        headers: headersOf(bank),
        body: JSON.stringify(request),
      }).then(async (response) => [
        response.status,
        ((await response.json()) as { code: string }).code,
      ]);

    expect(await refused({ completion, rating: 'bad', labels: { intent: 'weather' } })).toEqual([
      422,
      'FEEDBACK_LABEL_UNKNOWN',
    ]);
    expect(await refused({ completion: `chatcmpl_${'0'.repeat(32)}`, rating: 'bad' })).toEqual([
      404,
      'COMPLETION_UNKNOWN',
    ]);
    expect(await refused({ completion, rating: 'bad', labels: { mood: 'x' } })).toEqual([
      400,
      'REQUEST_INVALID',
    ]);
    expect(await refused({ completion, rating: 'meh' })).toEqual([400, 'REQUEST_INVALID']);
  });

  it('is another tenant’s neither to give, to read nor to forget', async () => {
    const { id: completion } = await ask('need a new username');
    const { id } = await bank.client.giveFeedback({
      completion,
      rating: 'good',
      labels: { intent: 'login' },
    });

    await expect(rival.client.giveFeedback({ completion, rating: 'bad' })).rejects.toMatchObject({
      code: 'COMPLETION_UNKNOWN',
    });
    expect(await rival.client.readFeedbackLabels()).toEqual([]);
    expect(await rival.client.acknowledgeFeedbackLabels([id])).toBe(0);
    expect((await bank.client.readFeedbackLabels()).map((row) => row.id)).toContain(id);
  });

  it('needs the scope of training to take labels away', async () => {
    const response = await fetch(`${gateway.url()}/v1/api-keys`, {
      method: 'POST',
      headers: headersOf(bank),
      body: JSON.stringify({ name: 'front', scopes: ['chat'] }),
    });
    const { secret } = (await response.json()) as { secret: string };
    const front = createDdaiClient({ baseUrl: gateway.url(), apiKey: secret });

    await expect(front.readFeedbackLabels()).rejects.toMatchObject({ code: 'SCOPE_MISSING' });
    await expect(front.acknowledgeFeedbackLabels(['fb_x'])).rejects.toMatchObject({
      code: 'SCOPE_MISSING',
    });
  });

  it('is erased with the conversation that it is about', async () => {
    const { id: conversation } = await bank.client.openConversation('support');
    const { id: completion } = await ask('lost my card in the harbour', conversation);
    const { id } = await bank.client.giveFeedback({
      completion,
      rating: 'bad',
      labels: { intent: 'card' },
      comment: 'the harbour comment',
    });
    const stored = await query('SELECT 1 FROM feedback WHERE comment = $1', [
      'the harbour comment',
    ]);

    await bank.client.deleteConversation(conversation);

    expect(stored).toHaveLength(1);
    expect(await query('SELECT 1 FROM feedback WHERE comment LIKE $1', ['%harbour%'])).toEqual([]);
    expect((await bank.client.readFeedbackLabels()).map((row) => row.id)).not.toContain(id);
  });
});
