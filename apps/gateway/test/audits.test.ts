import { type ComplexQueryResult, parseComplexQueryInput } from '@ddai/assistant';
import { bytesToUtf8 } from '@ddai/core';
import { FRAME_KINDS, type SigningScope, WORK_CLASSES } from '@ddai/protocol';
import { createDdaiClient } from '@ddai/sdk';
import { type Address, type Hex, hexToBytes, keccak256 } from 'viem';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerQuery, type Bends } from './support/answer-query.ts';
import { dialAsNode, type ScriptedNode } from './support/scripted-node.ts';
import { startTestGateway, type TestGateway, type TestTenant } from './support/test-gateway.ts';

const PAGES = [
  {
    path: 'cards.md',
    content: '# Cards\n\n## Lost card\n\nA replacement card costs 8 euros.\n',
  },
  {
    path: 'transfers.md',
    content: '# Transfers\n\n## Limits\n\nThe daily transfer limit is 10,000 euros.\n',
  },
];
const QUESTION = 'What does a replacement card cost, and what is the daily transfer limit?';
/** Right but for one word: well-formed, canonical, signed. */
const lie = (result: ComplexQueryResult): ComplexQueryResult => ({
  ...result,
  text: result.text.replace('8 euros', '9 euros'),
});

let gateway: TestGateway;
let bank: TestTenant;
let rival: TestTenant;
let scope: SigningScope;
const open: ScriptedNode[] = [];

beforeAll(async () => {
  gateway = await startTestGateway({ auditRate: 1 });
  const { chainId, addressBook } = gateway.chain.client;
  scope = { chainId, verifyingContract: addressBook.contracts.NodeRegistry };
  bank = await gateway.addTenant('bank');
  rival = await gateway.addTenant('rival');
  const source = await bank.client.createKnowledgeSource('help');
  await bank.client.replacePages(source.id, PAGES);
});
afterEach(async () => {
  for (const node of open.splice(0)) await node.close();
});
afterAll(() => gateway.stop());

const client = ({ apiKey }: TestTenant) => createDdaiClient({ baseUrl: gateway.url(), apiKey });

const connect = async (
  signing: Parameters<typeof answerQuery>[2],
  bends: Bends = {},
): Promise<Address> => {
  const node = await dialAsNode({
    ...signing,
    url: gateway.url(),
    scope,
    onFrame: async (frame, session) =>
      frame.kind === FRAME_KINDS.queryRequest
        ? answerQuery(frame, { url: gateway.url(), scope, session }, signing, bends)
        : undefined,
  });
  open.push(node);
  return signing.operator;
};
const addNode = async (bends?: Bends): Promise<Address> =>
  connect(await gateway.chain.addNode([WORK_CLASSES.query]), bends);

const ask = (conversation?: string) =>
  client(bank).complete({
    model: 'support',
    messages: [{ role: 'user', content: QUESTION }],
    ...(conversation === undefined ? {} : { conversation }),
  });

/** Audits happen after the answer. */
const auditOf = async (completion: string) => {
  for (let tries = 0; tries < 200; tries++) {
    const { data } = await client(bank).listAudits();
    const found = data.find((audit) => audit.completion === completion);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`no audit of ${completion}`);
};

describe('an audit', () => {
  it('is passed by a node that did the work', async () => {
    const operator = await addNode();

    const { id, details } = await ask();
    const audit = await auditOf(id);

    expect(details.node?.operator).toBe(operator);
    expect(audit).toMatchObject({ node: operator, passed: true });
    const [node] = await client(bank).listNodes();
    expect(node).toMatchObject({ auditsPassed: 1, auditsFailed: 0 });
    await expect(client(bank).readAuditEvidence(audit.id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('catches a well-formed lie: evidence for a dispute, and no more work for the node', async () => {
    const signing = await gateway.chain.addNode([WORK_CLASSES.query]);
    const liar = await connect(signing, { result: lie });
    const conversation = (await client(bank).openConversation('support')).id;

    const { id, text } = await ask(conversation);
    const audit = await auditOf(id);
    const evidence = await client(bank).readAuditEvidence(audit.id);
    const honest = await addNode();
    const afterwards = [];
    for (let i = 0; i < 5; i++) afterwards.push((await ask()).details.node?.operator);
    await gateway.restart();
    await connect(signing, { result: lie });
    const alone = await ask();

    expect(text).toContain('9 euros');
    expect(audit).toMatchObject({ node: liar, passed: false });
    expect(keccak256(evidence.result as Hex)).toBe(evidence.attestation.resultHash);
    expect(bytesToUtf8(hexToBytes(evidence.result as Hex))).toContain('9 euros');
    expect(bytesToUtf8(hexToBytes(evidence.expected as Hex))).toContain('8 euros');
    const input = JSON.parse(bytesToUtf8(hexToBytes(evidence.input as Hex)));
    expect(parseComplexQueryInput(input).question).toBe(QUESTION);
    expect(new Set(afterwards)).toEqual(new Set([honest]));
    expect(alone.details.node).toBeNull();
    expect(alone.details.route_reason).toContain('No node');
  });

  it('keeps evidence from other tenants, and no longer than the question itself', async () => {
    await addNode({ result: lie });
    const conversation = (await client(bank).openConversation('support')).id;
    const { id } = await ask(conversation);
    const audit = await auditOf(id);

    await expect(client(rival).readAuditEvidence(audit.id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await client(rival).listAudits()).data).toEqual([]);
    await client(bank).readAuditEvidence(audit.id);
    await client(bank).deleteConversation(conversation);

    await expect(client(bank).readAuditEvidence(audit.id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await auditOf(id)).toMatchObject({ passed: false });
  });
});
