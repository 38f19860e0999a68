import type { ComplexQueryResult } from '@ddai/assistant';
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
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { reviseAnswer } from '../src/assistant/revise-answer.ts';
import { connectDatabase } from '../src/database/database.ts';
import { idToUuid } from '../src/database/ids.ts';
import { idempotent } from '../src/http/idempotent.ts';
import { answerQuery, type Bends, type Signing } from './support/answer-query.ts';
import { findHeld } from './support/find-held.ts';
import { queryDatabase } from './support/query-database.ts';
import { type ScriptedModel, startScriptedModel, streamText } from './support/scripted-model.ts';
import { dialAsNode, type ScriptedNode } from './support/scripted-node.ts';
import { startTestGateway, type TestGateway, type TestTenant } from './support/test-gateway.ts';

const SECRET = 'A replacement card costs 8 zlotys.';
const CARDS = { path: 'cards.md', content: `# Cards\n\n## Lost card\n\n${SECRET}\n` };
const LIMIT = 'The daily transfer limit is 10,000 euros.';
const LIMITS = { path: 'limits.md', content: `# Transfers\n\n## Limits\n\n${LIMIT}\n` };
const SIMPLE = 'What does a replacement card cost?';
const COMPLEX = `${SIMPLE.slice(0, -1)}, and what is the daily transfer limit?`;

let gateway: TestGateway;
let model: ScriptedModel;
let bank: TestTenant;
let scope: SigningScope;
let source: string;
const open: ScriptedNode[] = [];

beforeAll(async () => {
  model = await startScriptedModel();
  gateway = await startTestGateway({
    auditRate: 1,
    queryTimeout: 10_000,
    answerWriters: {
      scripted: { baseUrl: model.baseUrl, model: 'scripted', local: true, timeout: 10_000 },
    },
  });
  const { chainId, addressBook } = gateway.chain.client;
  scope = { chainId, verifyingContract: addressBook.contracts.NodeRegistry };
  bank = await gateway.addTenant('bank');
});
afterAll(async () => {
  await gateway.stop();
  await model.close();
});

const client = ({ apiKey } = bank) => createDdaiClient({ baseUrl: gateway.url(), apiKey });
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

const ask = (content: string, key?: string, conversation?: string) =>
  client().complete(
    {
      model: 'support',
      messages: [{ role: 'user', content }],
      ...(conversation === undefined ? {} : { conversation }),
    },
    key,
  );

/** Works honestly but for `bends`, once `before` is done; agrees to forget unless told otherwise. */
const connect = async (
  signing: Signing,
  {
    bends = {},
    before = async () => undefined,
    onForget = agree,
  }: {
    bends?: Bends;
    before?: () => Promise<unknown>;
    onForget?: (frame: Frame) => FrameInput | undefined;
  } = {},
): Promise<void> => {
  const node = await dialAsNode({
    ...signing,
    url: gateway.url(),
    scope,
    onFrame: async (frame, session) => {
      if (frame.kind === FRAME_KINDS.forgetContent) return onForget(frame);
      if (frame.kind !== FRAME_KINDS.queryRequest) return undefined;
      const link = { url: gateway.url(), scope, session };
      const answer = await answerQuery(frame, link, signing, bends);
      await before();
      return answer;
    },
  });
  open.push(node);
};
function agree(frame: Frame): FrameInput {
  const body = parseMessage('forgetContent', forgetContentSchema, frame.body);
  return { kind: FRAME_KINDS.contentForgotten, body };
}
const addNode = () => gateway.chain.addNode([WORK_CLASSES.query]);

const holds = (text: string) => findHeld(gateway, text);

const until = (condition: () => Promise<boolean>) =>
  vi.waitUntil(condition, { timeout: 20_000, interval: 25 });
const erased = () =>
  until(async () => (await client().listErasures()).every(({ erasedAt }) => erasedAt !== null));
const audited = (completion: string) =>
  until(async () =>
    (await client().listAudits()).data.some((audit) => audit.completion === completion),
  );

describe('a page that is deleted while a question is answered from it', () => {
  it('is not kept in the answer of a node, its evidence, or the response for a repeat', async () => {
    const signing = await addNode();
    const lie = (result: ComplexQueryResult): ComplexQueryResult => ({ ...result, confidence: 1 });
    await connect(signing, {
      bends: { result: lie },
      before: () => client().removeFile(source, CARDS.path),
    });

    const answer = await ask(COMPLEX, 'of a node');
    await audited(answer.id);
    await erased();
    const repeated = await ask(COMPLEX, 'of a node');
    const { charges } = await client().readUsage();

    expect(await holds(SECRET)).toEqual([]);
    expect(answer.details.node?.operator).toBe(signing.operator);
    expect(answer).toMatchObject({ text: '', details: { erased: true } });
    expect(repeated).toMatchObject({ id: answer.id, text: '', details: { erased: true } });
    expect(charges).toMatchObject([{ node: signing.operator }]);
  });

  it('is not kept in what a model wrote, even if another page has its name by then', async () => {
    await client().configureAssistant(bank.assistantId, { answerWriter: 'scripted' });
    model.behave((_request, response) => {
      void client()
        .removeFile(source, CARDS.path)
        .then(() => client().replacePages(source, [{ ...CARDS, content: '# Cards\n\nNone.\n' }]))
        .then(() => streamText(response, `${SECRET.slice(0, -1)} [1].`));
    });

    const answer = await ask(SIMPLE, 'of a model');
    await client().configureAssistant(bank.assistantId, { answerWriter: null });

    expect(model.requests).toHaveLength(1);
    expect(answer).toMatchObject({ text: '', details: { erased: true } });
    expect(await holds(SECRET)).toEqual([]);
  });

  it('is not kept in a response that was noted for repeats after it was deleted', async () => {
    const asked = await ask(SIMPLE);
    const id = idToUuid('completion', asked.id);
    const [row] = await queryDatabase(
      gateway.databaseUrl,
      'SELECT tenant_id FROM completions LIMIT 1',
    );
    const tenantId = String(row?.tenant_id);
    const database = connectDatabase({ url: gateway.databaseUrl });
    const options = { tenantId, key: 'noted', route: 'POST /', request: {}, revise: reviseAnswer };

    const { body } = await idempotent(database, options, async (run) => {
      // As between an answer's transaction and the one that notes it.
      await queryDatabase(gateway.databaseUrl, 'UPDATE completions SET id = $1 WHERE id = $2', [
        run.id,
        id,
      ]);
      await client().removeFile(source, CARDS.path);
      return { status: 200, body: asked };
    });
    await database.close();
    await erased();

    expect(asked.text).toContain(SECRET);
    expect(body).toMatchObject({ text: '', details: { erased: true } });
    expect(await holds(SECRET)).toEqual([]);
  });

  it('is not kept in evidence that has it only in what was said before', async () => {
    const conversation = (await client().openConversation('support')).id;
    await ask(SIMPLE, undefined, conversation);
    const wrong = (result: ComplexQueryResult): ComplexQueryResult => ({
      ...result,
      confidence: 1,
      text: LIMIT,
      subAnswers: [],
      citations: result.citations.filter(({ text }) => text === LIMIT),
    });
    await connect(await addNode(), { bends: { result: wrong } });
    const { id, details } = await ask(COMPLEX, undefined, conversation);
    await audited(id);
    const before = await holds(SECRET);

    await client().removeFile(source, CARDS.path);
    await erased();

    expect(details.citations.map(({ text }) => text)).toEqual([LIMIT]);
    expect(before).toContain('audit_evidence');
    expect(await holds(SECRET)).toEqual([]);
  });

  it('leaves the answer alone when it quotes other pages', async () => {
    const signing = await addNode();
    await connect(signing, {
      before: () => client().replacePages(source, [CARDS, LIMITS, { ...LIMITS, path: 'b.md' }]),
    });

    const answer = await ask(COMPLEX);

    expect(answer.text).toContain(SECRET);
    expect((await client().readUsage()).charges[0]).toMatchObject({ node: signing.operator });
  });
});

describe('a node', () => {
  it('cannot keep a page in an answer by not citing it', async () => {
    await connect(await addNode(), {
      bends: { result: (result) => ({ ...result, citations: [], subAnswers: [] }) },
    });
    const uncited = await ask(COMPLEX);
    await open.splice(0)[0]?.close();
    await connect(await addNode(), {
      bends: {
        result: (result) => ({
          ...result,
          subAnswers: [],
          citations: result.citations
            .filter(({ text }) => text === LIMIT)
            .map((citation) => ({ ...citation, title: SECRET })),
        }),
      },
    });
    const wronglyCited = await ask(COMPLEX);

    await client().removeFile(source, CARDS.path);
    await erased();

    expect(uncited.text).toContain(SECRET);
    expect(wronglyCited.text).toContain(SECRET);
    expect(await holds(SECRET)).toEqual([]);
  });

  it('that is honest keeps its answers when a page is deleted that they do not quote', async () => {
    const conversation = (await client().openConversation('support')).id;
    await client().replacePages(source, [
      CARDS,
      LIMITS,
      { path: 'c.md', content: '# Hours\n\nWe open at nine.\n' },
    ]);
    const signing = await addNode();
    await connect(signing);
    const answer = await ask(COMPLEX, undefined, conversation);

    await client().removeFile(source, 'c.md');

    expect(answer.details.node?.operator).toBe(signing.operator);
    const [kept] = await client().readConversation(conversation);
    expect(kept?.answer).toBe(answer.text);
  });

  it('that never replies to a request to forget does not hold up what is deleted here', async () => {
    const silent = await addNode();
    await connect(silent, { onForget: () => undefined });
    await ask(COMPLEX);
    await client().replacePages(source, [CARDS]);
    await erased();
    await ask(SIMPLE);

    await client().replacePages(source, [LIMITS]);

    await erased();
    expect(await holds(SECRET)).toEqual([]);
    expect(
      (await client().listErasures()).some(({ waitingFor }) =>
        waitingFor.includes(silent.operator),
      ),
    ).toBe(true);
  });

  it('is told to forget a shard when its work is over, not while it may still fetch it', async () => {
    const signing = await addNode();
    const told: boolean[] = [];
    let working = true;
    await connect(signing, {
      before: async () => {
        await client().removeFile(source, CARDS.path);
        await new Promise((resolve) => setTimeout(resolve, 300));
        working = false;
      },
      onForget: (frame) => {
        told.push(working);
        return agree(frame);
      },
    });

    await ask(COMPLEX);
    await erased();
    await until(async () => told.length > 0);

    expect(told).toEqual([false]);
  });

  it('that answers with what no database holds is a node that failed, not a failed request', async () => {
    await connect(await addNode(), {
      bends: { result: (result) => ({ ...result, text: `${result.text}\0` }) },
    });

    const { details } = await ask(COMPLEX);

    expect(details).toMatchObject({ node: null, route: 'simple' });
  });

  it('gets a question that is well-formed text, whatever was asked', async () => {
    const signing = await addNode();
    await connect(signing);
    const half = '😀'.slice(0, 1);

    const broken = await ask(`${COMPLEX} ${half}`);
    const cut = await ask(`${COMPLEX.padEnd(7_999)}😀`);

    expect(broken.details.node).toMatchObject({ operator: signing.operator, failed_before: [] });
    expect(cut.details.node).toMatchObject({ operator: signing.operator, failed_before: [] });
  });
});

describe('a conversation that is deleted while a node works on a question of it', () => {
  it('keeps nothing, and the node is paid', async () => {
    const conversation = (await client().openConversation('support')).id;
    const signing = await addNode();
    await connect(signing, { before: () => client().deleteConversation(conversation) });

    const asking = ask(COMPLEX, 'deleted', conversation);

    await expect(asking).rejects.toMatchObject({ code: 'CONVERSATION_UNKNOWN' });
    expect((await client().readUsage()).charges[0]).toMatchObject({ node: signing.operator });
    const [open] = await queryDatabase(
      gateway.databaseUrl,
      "SELECT count(*)::int AS n FROM work_requests WHERE state = 'sent'",
    );
    expect(open).toEqual({ n: 0 });
  });
});
