import {
  FRAME_KINDS,
  type Frame,
  type FrameInput,
  forgetContentSchema,
  parseMessage,
  type SigningScope,
  WORK_CLASSES,
} from '@ddai/protocol';
import { createDdaiClient } from '@ddai/sdk';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerQuery, type Signing } from './support/answer-query.ts';
import { findHeld } from './support/find-held.ts';
import { dialAsNode, type ScriptedNode } from './support/scripted-node.ts';
import { startTestGateway, type TestGateway, type TestTenant } from './support/test-gateway.ts';

const SECRET = 'A replacement card costs 8 zlotys.';
const CARDS = { path: 'cards.md', content: `# Cards\n\n## Lost card\n\n${SECRET}\n` };
const LIMITS = {
  path: 'limits.md',
  content: '# Transfers\n\n## Limits\n\nThe daily transfer limit is 10,000 euros.\n',
};
const SIMPLE = 'What does a replacement card cost?';
const COMPLEX = `${SIMPLE.slice(0, -1)}, and what is the daily transfer limit?`;

let gateway: TestGateway;
let bank: TestTenant;
let scope: SigningScope;
let source: string;
const open: ScriptedNode[] = [];

beforeAll(async () => {
  gateway = await startTestGateway({ auditRate: 1 });
  const { chainId, addressBook } = gateway.chain.client;
  scope = { chainId, verifyingContract: addressBook.contracts.NodeRegistry };
  bank = await gateway.addTenant('bank');
});
afterAll(() => gateway.stop());

const client = () => createDdaiClient({ baseUrl: gateway.url(), apiKey: bank.apiKey });
let sources = 0;
beforeEach(async () => {
  source = (await client().createKnowledgeSource(`help-${sources++}`)).id;
  await client().replacePages(source, [CARDS, LIMITS]);
});
afterEach(async () => {
  for (const node of open.splice(0)) await node.close();
  await client()
    .deleteKnowledgeSource(source)
    .catch(() => undefined);
});

const ask = (content: string, key?: string) =>
  client().complete({ model: 'support', messages: [{ role: 'user', content }] }, key);

/** Works honestly, and does with a request to forget what the test says. */
const connect = async (
  signing: Signing,
  onForget: (frame: Frame) => FrameInput | undefined,
): Promise<void> => {
  const node = await dialAsNode({
    ...signing,
    url: gateway.url(),
    scope,
    onFrame: async (frame, session) =>
      frame.kind === FRAME_KINDS.queryRequest
        ? answerQuery(frame, { url: gateway.url(), scope, session }, signing)
        : frame.kind === FRAME_KINDS.forgetContent
          ? onForget(frame)
          : undefined,
  });
  open.push(node);
};
const agree = (frame: Frame): FrameInput => ({
  kind: FRAME_KINDS.contentForgotten,
  body: parseMessage('forgetContent', forgetContentSchema, frame.body),
});

const holds = (text: string) => findHeld(gateway, text);

const until = (condition: () => Promise<boolean>) =>
  vi.waitUntil(condition, { timeout: 20_000, interval: 25 });
const erased = () =>
  until(async () => (await client().listErasures()).every(({ erasedAt }) => erasedAt !== null));

describe('deleting', () => {
  it('a page leaves nothing of it: no row, no file, no stored answer, no kept response', async () => {
    const signing = await gateway.chain.addNode([WORK_CLASSES.query]);
    await connect(signing, agree);
    const simple = await ask(SIMPLE, 'simple');
    const complex = await ask(COMPLEX, 'complex');
    expect(complex.details.node?.operator).toBe(signing.operator);
    const before = await holds(SECRET);

    await client().removeFile(source, CARDS.path);
    await erased();
    const repeated = await ask(SIMPLE, 'simple');
    const { charges } = await client().readUsage();

    expect(simple.text).toContain(SECRET);
    expect(before).toEqual(
      expect.arrayContaining([
        'a file',
        'completions',
        'idempotency_records',
        'knowledge_documents',
      ]),
    );
    expect(await holds(SECRET)).toEqual([]);
    expect(repeated).toMatchObject({ id: simple.id, text: '', details: { erased: true } });
    // What it cost stays.
    expect(charges).toMatchObject([{ node: signing.operator }]);
    expect((await ask(SIMPLE)).text).not.toContain('zlotys');
    expect((await ask('What is the daily transfer limit?')).text).toContain('10,000');
  });

  it('a source does the same, and so does leaving a page out of all pages', async () => {
    await ask(SIMPLE);
    await client().replacePages(source, [LIMITS]);
    await erased();
    const replaced = await holds(SECRET);
    await client().replacePages(source, [CARDS, LIMITS]);
    await ask(SIMPLE);

    await client().deleteKnowledgeSource(source);
    await erased();

    expect(replaced).toEqual([]);
    expect(await holds(SECRET)).toEqual([]);
    expect(await holds('10,000 euros')).toEqual([]);
  });

  it('reaches an answer that a node is working on', async () => {
    const signing = await gateway.chain.addNode([WORK_CLASSES.query]);
    const node = await dialAsNode({
      ...signing,
      url: gateway.url(),
      scope,
      onFrame: async (frame, session) => {
        if (frame.kind !== FRAME_KINDS.queryRequest) return agree(frame);
        const answer = await answerQuery(frame, { url: gateway.url(), scope, session }, signing);
        await client().removeFile(source, CARDS.path);
        return answer;
      },
    });
    open.push(node);

    const answer = await ask(COMPLEX, 'in flight');
    await erased();

    expect(answer).toMatchObject({ text: '', details: { erased: true, citations: [] } });
    expect(answer.details.node?.operator).toBe(signing.operator);
    expect(await holds(SECRET)).toEqual([]);
  });

  it('is told to nodes until they agree, on a new connection and by a new gateway too', async () => {
    const signing = await gateway.chain.addNode([WORK_CLASSES.query]);
    await connect(signing, () => undefined);
    await ask(COMPLEX);
    await open.splice(0)[0]?.close();

    await client().deleteKnowledgeSource(source);
    await erased();
    const [waiting] = await client().listErasures();
    await gateway.restart();
    const told: string[] = [];
    await connect(signing, (frame) => {
      told.push(...parseMessage('forgetContent', forgetContentSchema, frame.body).shards);
      return agree(frame);
    });
    await until(async () => (await client().listErasures())[0]?.waitingFor.length === 0);

    expect(waiting?.waitingFor).toEqual([signing.operator]);
    expect(told).toContain(waiting?.shard);
  });

  it('goes on where it was when the gateway ended between database and file', async () => {
    await ask(SIMPLE);
    const superuser = new Client({ connectionString: gateway.databaseUrl });
    await superuser.connect();
    // As after a kill: pages and quotes are gone in one transaction, the shard's file is not yet.
    await superuser.query(
      'UPDATE knowledge_shards SET retired_at = now() WHERE retired_at IS NULL',
    );
    await superuser.query('DELETE FROM knowledge_sources');
    await superuser.end();
    const before = await holds(SECRET);

    await gateway.restart();
    await erased();

    expect(before).toContain('a file');
    expect(await holds(SECRET)).not.toContain('a file');
  });

  it('keeps the file of a tenant with the very same pages', async () => {
    const twin = await gateway.addTenant('twin');
    const other = createDdaiClient({ baseUrl: gateway.url(), apiKey: twin.apiKey });
    const { name } = (await client().listKnowledgeSources())[0] ?? { name: '' };
    const { id } = await other.createKnowledgeSource(name);
    await other.replacePages(id, [CARDS, LIMITS]);
    const signing = await gateway.chain.addNode([WORK_CLASSES.query]);
    await connect(signing, agree);
    await ask(COMPLEX);
    const ofTwin = { model: 'support', messages: [{ role: 'user' as const, content: COMPLEX }] };
    await other.complete(ofTwin);

    await client().deleteKnowledgeSource(source);
    await gateway.restart();
    await connect(signing, agree);
    const answer = await createDdaiClient({
      baseUrl: gateway.url(),
      apiKey: twin.apiKey,
    }).complete(ofTwin);

    expect(answer.text).toContain(SECRET);
    expect(answer.details.node?.operator).toBe(signing.operator);
  });
});
