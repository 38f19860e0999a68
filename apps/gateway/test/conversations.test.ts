import { createDdaiClient } from '@ddai/sdk';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway, type TestTenant } from './support/test-gateway.ts';

const PAGES = [
  {
    path: 'cards.md',
    content:
      '# Replacement card\n\nA replacement card costs 8 euros.\n\n## Delivery\n\nA replacement card is delivered within 5 working days.\n',
  },
  {
    path: 'cheques.md',
    content:
      '# Cheque book\n\nA cheque book costs 12 euros.\n\n## Delivery\n\nA cheque book is delivered within 9 working days.\n',
  },
];
const FIRST = 'What does a cheque book cost?';
const FOLLOW_UP = 'When is it delivered?';

let gateway: TestGateway;
let bank: TestTenant;
let rival: TestTenant;

beforeAll(async () => {
  gateway = await startTestGateway();
  bank = await gateway.addTenant('bank');
  rival = await gateway.addTenant('rival');
  const source = await client(bank).createKnowledgeSource('help');
  await client(bank).replacePages(source.id, PAGES);
});
afterAll(() => gateway.stop());

/** A restarted gateway listens elsewhere. */
const client = ({ apiKey }: TestTenant) => createDdaiClient({ baseUrl: gateway.url(), apiKey });
const ask = (content: string, conversation?: string, key?: string) =>
  client(bank).complete(
    {
      model: 'support',
      messages: [{ role: 'user', content }],
      ...(conversation === undefined ? {} : { conversation }),
    },
    key,
  );

/** Reads past row-level security what the database holds of a text. */
async function countInDatabase(text: string): Promise<number> {
  const client = new Client({ connectionString: gateway.databaseUrl });
  await client.connect();
  const { rows } = await client.query(
    `SELECT (SELECT count(*) FROM completions WHERE question LIKE $1 OR answer::text LIKE $1)
          + (SELECT count(*) FROM idempotency_records WHERE response::text LIKE $1) AS n`,
    [`%${text}%`],
  );
  await client.end();
  return Number(rows[0].n);
}

describe('a conversation', () => {
  it('lets a question stand on the one before it, which alone it can’t', async () => {
    const { id } = await client(bank).openConversation('support');

    const alone = await ask(FOLLOW_UP);
    await ask(FIRST, id);
    const followed = await ask(FOLLOW_UP, id);

    expect(followed.text).toContain('9 working days');
    expect(followed.details.conversation).toBe(id);
    expect(alone.text).not.toContain('9 working days');
    expect(alone.details.conversation).toBeNull();
  });

  it('remembers what was said in order, without personal data, and over a restart', async () => {
    const { id } = await client(bank).openConversation('support');
    await ask('I am anna@example.com. What does a replacement card cost?', id);
    await gateway.restart();
    await ask('What does a cheque book cost?', id);

    const exchanges = await client(bank).readConversation(id);

    expect(exchanges.map(({ answer }) => answer)).toEqual([
      expect.stringContaining('8 euros'),
      expect.stringContaining('12 euros'),
    ]);
    expect(exchanges[0]?.question).not.toContain('anna@example.com');
    expect(exchanges[0]?.ddai.redacted).toHaveLength(1);
  });

  it('holds a repeated request once', async () => {
    const { id } = await client(bank).openConversation('support', 'open once');
    const again = await client(bank).openConversation('support', 'open once');
    await ask(FIRST, id, 'said once');
    await ask(FIRST, id, 'said once');

    expect(again.id).toBe(id);
    expect(await client(bank).readConversation(id)).toHaveLength(1);
  });

  it('is erased with its questions and answers, and those kept for repeats', async () => {
    const { id } = await client(bank).openConversation('support');
    const marker = 'zanzibar';
    await ask(`What does a cheque book cost in ${marker}?`, id, 'asked with a key');
    const before = await countInDatabase(marker);
    const { conversation } = (await ask(FIRST, id, 'answered with a key')).details;
    const answers = await countInDatabase(`"${id}"`);

    await client(bank).deleteConversation(id);

    expect(before).toBe(1);
    expect(answers).toBe(4); // Two completions, and the responses kept for their keys.
    expect(conversation).toBe(id);
    expect(await countInDatabase(marker)).toBe(0);
    expect(await countInDatabase(`"${id}"`)).toBe(0);
    for (const gone of [() => ask(FIRST, id), () => client(bank).readConversation(id)])
      await expect(gone()).rejects.toMatchObject({ code: 'CONVERSATION_UNKNOWN' });
  });

  it('does not exist for another tenant', async () => {
    const { id } = await client(bank).openConversation('support');
    const request = {
      model: 'support',
      messages: [{ role: 'user', content: FIRST } as const],
      conversation: id,
    };

    for (const refused of [
      () => client(rival).readConversation(id),
      () => client(rival).deleteConversation(id),
      () => client(rival).complete(request),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'CONVERSATION_UNKNOWN' });
    expect(await client(bank).readConversation(id)).toEqual([]);
  });

  it('is not told to another assistant, which may send questions elsewhere', async () => {
    const { id } = await client(bank).openConversation('support');
    const superuser = new Client({ connectionString: gateway.databaseUrl });
    await superuser.connect();
    await superuser.query(
      `INSERT INTO assistants (id, tenant_id, name) SELECT gen_random_uuid(), tenant_id, 'second'
         FROM assistants WHERE id = $1`,
      [bank.assistantId.replace('asst_', '').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')],
    );
    await superuser.end();

    const told = client(bank).complete({
      model: 'second',
      messages: [{ role: 'user', content: FIRST }],
      conversation: id,
    });

    await expect(told).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('is listed newest first, page by page', async () => {
    for (let i = 0; i < 51; i++) await client(bank).openConversation('support');
    const read = async (query: string) => {
      const response = await fetch(`${gateway.url()}/v1/conversations${query}`, {
        headers: { authorization: `Bearer ${bank.apiKey}` },
      });
      return (await response.json()) as { data: { id: string }[]; nextCursor: string | null };
    };

    const first = await read('');
    const second = await read(`?cursor=${first.nextCursor}`);

    expect(first.data).toHaveLength(50);
    expect(second.data.length).toBeGreaterThan(0);
    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
  });
});
