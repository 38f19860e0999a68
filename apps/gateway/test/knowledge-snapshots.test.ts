import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDdaiClient } from '@ddai/sdk';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway, type TestTenant } from './support/test-gateway.ts';

const PAGE = { path: 'cards.md', content: '# Cards\n\nA replacement card costs 8 euros.\n' };
const QUESTION = 'What does a replacement card cost?';

let gateway: TestGateway;
let bank: TestTenant;
let other: TestTenant;
let source: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  bank = await gateway.addTenant('bank');
  other = await gateway.addTenant('other');
  source = (await bank.client.createKnowledgeSource('help')).id;
  await bank.client.replacePages(source, [PAGE]);
});
afterAll(() => gateway.stop());

const client = ({ apiKey }: TestTenant) => createDdaiClient({ baseUrl: gateway.url(), apiKey });
const ask = async (content = QUESTION): Promise<string> => {
  const messages = [{ role: 'user' as const, content }];
  return (await client(bank).complete({ model: 'support', messages })).text;
};
const indexes = (): string[] =>
  readdirSync(join(gateway.directory, 'indexes'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
/** Changes a page behind the gateway's back: an index that is built now would say so. */
const falsify = async (from: string, to: string): Promise<void> => {
  const superuser = new Client({ connectionString: gateway.databaseUrl });
  await superuser.connect();
  const change = 'UPDATE knowledge_documents SET content = replace(content, $1, $2)';
  await superuser.query(change, [from, to]);
  await superuser.end();
};

describe('an index', () => {
  it('is read from its file after a restart, not built again', async () => {
    await ask();
    await falsify('8 euros', '9 euros');
    await gateway.restart();

    const answer = await ask();

    await falsify('9 euros', '8 euros');
    expect(answer).toContain('8 euros');
    expect(indexes()).toHaveLength(1);
  });

  it.each([
    ['cut short', (path: string) => truncateSync(path, 100)],
    ['empty', (path: string) => truncateSync(path, 0)],
    ['something else', (path: string) => writeFileSync(path, 'x'.repeat(1000))],
  ])('that is %s is built again', async (_what, damage) => {
    await ask();
    for (const path of indexes()) damage(path);
    await gateway.restart();

    expect(await ask()).toContain('8 euros');
  });

  it('goes with the pages that it is of, also when the gateway was killed before it could', async () => {
    await ask();
    await client(bank).replacePages(source, [{ ...PAGE, path: 'other.md' }]);
    const afterChange = indexes();
    await ask();
    const superuser = new Client({ connectionString: gateway.databaseUrl });
    await superuser.connect();
    await superuser.query('UPDATE knowledge_sources SET revision = revision + 1');
    await superuser.end();
    const before = indexes();
    await gateway.restart();

    expect(afterChange).toEqual([]);
    expect(before).toHaveLength(1);
    expect(indexes()).toEqual([]);
  });

  it('of a change is there for the very next question', async () => {
    await client(bank).replacePages(source, [
      PAGE,
      { path: 'cheques.md', content: '# Cheques\n\nA cheque book costs 12 euros.\n' },
    ]);
    const added = await ask('What does a cheque book cost?');
    await client(bank).replacePages(source, [PAGE]);
    const removed = await ask('What does a cheque book cost?');

    expect(added).toContain('12 euros');
    expect(removed).not.toContain('12 euros');
  });

  it('of many pages is built while others are answered', async () => {
    const documents = Array.from({ length: 3000 }, (_, at) => ({
      path: `page-${at}.md`,
      content: `# Page ${at}\n\n## Limits\n\n${`Plan ${at} allows ${at + 1} seats. `.repeat(40)}`,
    }));
    // It has no index from before that could answer meanwhile.
    const large = await gateway.addTenant('large');
    const { id } = await client(large).createKnowledgeSource('plans');
    await client(large).replacePages(id, documents);
    let answered = 0;
    let building = true;

    const content = 'How many seats does plan 77 allow?';
    const answer = client(large)
      .complete({ model: 'support', messages: [{ role: 'user', content }] })
      .finally(() => {
        building = false;
      });
    while (building) {
      await client(other).listAssistants();
      answered += 1;
    }

    expect((await answer).text).toContain('78 seats');
    expect(answered).toBeGreaterThan(3);
  });
});
