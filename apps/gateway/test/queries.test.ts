import { readCollected } from '@ddai/chain';
import {
  FRAME_KINDS,
  type Frame,
  type FrameInput,
  hashVoucher,
  parseMessage,
  type SignedVoucher,
  type SigningScope,
  voucherSchema,
  WORK_CLASSES,
} from '@ddai/protocol';
import { Client } from 'pg';
import { type Address, parseEther, recoverAddress } from 'viem';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerQuery as answerAsNode, type Bends, type Signing } from './support/answer-query.ts';
import { dialAsNode, type ScriptedNode } from './support/scripted-node.ts';
import {
  QUERY_PRICE,
  startTestGateway,
  type TestGateway,
  type TestTenant,
} from './support/test-gateway.ts';

let gateway: TestGateway;
let tenant: TestTenant;
let scope: SigningScope;
const open: ScriptedNode[] = [];

const PAGES = [
  {
    path: 'cards.md',
    content:
      '# Cards\n\n## Lost card\n\nA replacement card costs 8 euros. It arrives within 5 working days.\n',
  },
  {
    path: 'transfers.md',
    content:
      '# Transfers\n\n## Limits\n\nThe daily transfer limit is 10,000 euros. You can lower it in the app at once.\n',
  },
];
const QUESTION = 'What does a replacement card cost, and what is the daily transfer limit?';

beforeAll(async () => {
  gateway = await startTestGateway();
  const { chainId, addressBook } = gateway.chain.client;
  scope = { chainId, verifyingContract: addressBook.contracts.NodeRegistry };
  tenant = await gateway.addTenant('bank');
  const source = await tenant.client.createKnowledgeSource('help');
  await tenant.client.replacePages(source.id, PAGES);
});
afterEach(async () => {
  for (const node of open.splice(0)) await node.close();
});
afterAll(() => gateway.stop());

const answerQuery = (
  frame: Frame,
  session: string,
  signing: Signing,
  attestation?: Bends['attestation'],
): Promise<FrameInput> =>
  answerAsNode(
    frame,
    { url: gateway.url(), scope, session },
    signing,
    attestation === undefined ? {} : { attestation },
  );

interface Behaviour {
  readonly onQuery: (
    frame: Frame,
    session: string,
    signing: Signing,
  ) => Promise<FrameInput | undefined>;
  readonly onVoucher?: (voucher: SignedVoucher) => void;
  readonly minimumPrice?: bigint;
}

const addNode = async ({
  onQuery,
  onVoucher = () => undefined,
  minimumPrice = 0n,
}: Behaviour): Promise<Signing> => {
  const { operator, signer } = await gateway.chain.addNode([WORK_CLASSES.query]);
  const node = await dialAsNode({
    url: gateway.url(),
    operator,
    signer,
    scope,
    minimumPrice,
    onFrame: async (frame, session) => {
      if (frame.kind === FRAME_KINDS.queryRequest)
        return onQuery(frame, session, { operator, signer });
      const voucher = parseMessage('voucher', voucherSchema, frame.body) as SignedVoucher;
      onVoucher(voucher);
      return { kind: FRAME_KINDS.voucherAccepted, body: { cumulative: voucher.cumulative } };
    },
  });
  open.push(node);
  return { operator, signer };
};

const ask = (content: string, key?: string) =>
  tenant.client.complete({ model: tenant.assistantId, messages: [{ role: 'user', content }] }, key);

/** Lets writes to a table fail until the returned function is called. */
const breakTable = async (
  table: string,
  event: string,
  condition = 'true',
): Promise<() => Promise<void>> => {
  const run = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: gateway.databaseUrl });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await run(`CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'no space left on device'; END $$;
    CREATE TRIGGER refuse ${event} ON ${table} FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION refuse()`);
  return () => run(`DROP TRIGGER refuse ON ${table}`);
};

const until = async (condition: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 100 && !condition(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 30));
};

describe('a complex question', () => {
  it('is answered by a node with an attestation, and the node gets a voucher that the escrow pays', async () => {
    const vouchers: SignedVoucher[] = [];
    const { operator } = await addNode({
      onQuery: answerQuery,
      onVoucher: (voucher) => vouchers.push(voucher),
    });

    const { text, details } = await ask(QUESTION);
    await until(() => vouchers.length > 0);

    expect(details).toMatchObject({
      route: 'complex',
      abstained: false,
      node: { operator, price_wei: QUERY_PRICE.toString() },
    });
    expect(text).toContain('8 euros');
    expect(text).toContain('10,000 euros');
    for (const { documentId, start, end, text: quote } of details.citations) {
      const page = PAGES.find(({ path }) => documentId === `help/${path}`);
      expect(page?.content.slice(start, end)).toBe(quote);
    }
    const [voucher] = vouchers;
    expect(voucher).toMatchObject({
      payer: tenant.payer,
      node: operator,
      signer: gateway.signer.address,
      cumulative: QUERY_PRICE,
    });
    if (voucher === undefined) throw new Error('no voucher');
    const digest = hashVoucher(
      { ...scope, verifyingContract: gateway.chain.client.addressBook.contracts.PaymentsEscrow },
      voucher,
    );
    expect(await recoverAddress({ hash: digest, signature: voucher.signature })).toBe(
      gateway.signer.address,
    );
    expect(await readCollected(gateway.chain.client, voucher)).toBe(0n);
  });

  it('goes to no node from an assistant that is local only', async () => {
    let asked = 0;
    await addNode({
      onQuery: async () => {
        asked++;
        return undefined;
      },
    });
    await gateway.waitForNodes(1, tenant);
    await tenant.client.configureAssistant(tenant.assistantId, { localOnly: true });

    const { details } = await ask(QUESTION);

    await tenant.client.configureAssistant(tenant.assistantId, { localOnly: false });
    expect(asked).toBe(0);
    expect(details).toMatchObject({ route: 'simple', node: null });
    expect(details.route_reason).toContain('local only');
  });

  it('is not sent to a node that wants more than is paid', async () => {
    let asked = 0;
    const onQuery: Behaviour['onQuery'] = async (...query) => {
      asked++;
      return answerQuery(...query);
    };
    await addNode({ onQuery, minimumPrice: QUERY_PRICE + 1n });
    await gateway.waitForNodes(1, tenant);

    const dear = await ask(QUESTION);
    const { operator } = await addNode({ onQuery, minimumPrice: QUERY_PRICE });
    const fair = await ask(QUESTION);

    expect(dear.details.node).toBeNull();
    expect(fair.details.node?.operator).toBe(operator);
    expect(asked).toBe(1);
  });

  it('goes to another node when the first is silent, refuses, lies or hangs up, and is paid once', async () => {
    const paid: Address[] = [];
    const onVoucher = (voucher: SignedVoucher): void => void paid.push(voucher.node);
    const misbehave = [
      async () => new Promise<undefined>(() => undefined),
      async (frame: Frame, session: string, signing: Signing) =>
        answerQuery(frame, session, signing, (attestation) => ({
          ...attestation,
          resultHash: `0x${'11'.repeat(32)}`,
        })),
    ];
    for (const onQuery of misbehave) await addNode({ onQuery, onVoucher });
    const { operator: honest } = await addNode({ onQuery: answerQuery, onVoucher });

    for (let question = 0; question < 6; question++) {
      const { details } = await ask(`${QUESTION} (${question})`);
      expect(details.node?.operator).toBe(honest);
    }
    await until(() => paid.length > 0);

    expect(new Set(paid)).toEqual(new Set([honest]));
    const { charges } = await tenant.client.readUsage();
    expect(charges.filter(({ node }) => node === honest)).toHaveLength(6);
  });

  it('that nobody can take is answered or declined by the gateway alone, and costs nothing', async () => {
    const before = (await tenant.client.readUsage()).charges.length;

    const { details } = await ask(QUESTION);
    const hopeless = await ask('Compare the moons of Jupiter and Saturn, and why do they differ?');

    expect(details).toMatchObject({
      route: 'simple',
      node: null,
      route_reason: expect.stringContaining('No node'),
    });
    expect(hopeless.details).toMatchObject({ abstained: true, node: null });
    expect((await tenant.client.readUsage()).charges).toHaveLength(before);
  });

  it('asked again under the same idempotency key gives the first answer and is charged once', async () => {
    let answered = 0;
    await addNode({
      onQuery: (frame, session, signing) => {
        answered += 1;
        return answerQuery(frame, session, signing);
      },
    });

    const first = await ask(QUESTION, 'key-1');
    const second = await ask(QUESTION, 'key-1');

    expect(second).toEqual(first);
    expect(answered).toBe(1);
    await expect(ask('Something else?', 'key-1')).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('whose answer cannot be stored costs nothing and is not the node’s fault; the repeat is paid', async () => {
    let answered = 0;
    const { operator } = await addNode({
      onQuery: (frame, session, signing) => {
        answered += 1;
        return answerQuery(frame, session, signing);
      },
    });
    const chargesBefore = (await tenant.client.readUsage()).charges.length;

    const repair = await breakTable('completions', 'BEFORE INSERT');
    await expect(ask(QUESTION, 'key-2')).rejects.toMatchObject({ code: 'DATABASE_QUERY_FAILED' });
    await repair();
    expect((await tenant.client.readUsage()).charges).toHaveLength(chargesBefore);
    const { details } = await ask(QUESTION, 'key-2');

    expect(details.node).toMatchObject({ operator, failed_before: [] });
    expect(answered).toBe(2);
    expect((await tenant.client.readUsage()).charges).toHaveLength(chargesBefore + 1);
  });

  it('that was paid and stored is given, and not asked or paid again, when its caller never heard', async () => {
    let answered = 0;
    await addNode({
      onQuery: (frame, session, signing) => {
        answered += 1;
        return answerQuery(frame, session, signing);
      },
    });
    const chargesBefore = (await tenant.client.readUsage()).charges.length;

    const repair = await breakTable(
      'idempotency_records',
      'BEFORE UPDATE',
      'NEW.status IS NOT NULL',
    );
    await expect(ask(QUESTION, 'key-3')).rejects.toMatchObject({ code: 'DATABASE_QUERY_FAILED' });
    await repair();
    const { text, details } = await ask(QUESTION, 'key-3');

    expect(text).toContain('8 euros');
    expect(details.node).not.toBeNull();
    expect(answered).toBe(1);
    expect((await tenant.client.readUsage()).charges).toHaveLength(chargesBefore + 1);
  });

  it('reserves its price while a node works on it', async () => {
    const small = await gateway.addTenant('small', parseEther('0.05')); // Two, with the highest fee.
    const source = await small.client.createKnowledgeSource('help');
    await small.client.replacePages(source.id, PAGES);
    const { promise: release, resolve: letGo } = Promise.withResolvers<void>();
    await addNode({
      onQuery: async (frame, session, signing) => {
        await release;
        return answerQuery(frame, session, signing);
      },
    });
    const messages = [{ role: 'user' as const, content: QUESTION }];

    let ended = 0;
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, async () => {
        try {
          return await small.client.complete({ model: small.assistantId, messages });
        } finally {
          ended += 1;
          if (ended === 3) letGo();
        }
      }),
    );

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'PAYER_BALANCE_LOW' });
    expect((await small.client.readUsage()).charges).toHaveLength(2);
  });

  it('is not sent for a payer whose escrow could not pay it', async () => {
    const poor = await gateway.addTenant('poor', parseEther('0.01'));
    const source = await poor.client.createKnowledgeSource('help');
    await poor.client.replacePages(source.id, PAGES);
    await addNode({ onQuery: answerQuery });

    const asked = poor.client.complete({
      model: poor.assistantId,
      messages: [{ role: 'user', content: QUESTION }],
    });

    await expect(asked).rejects.toMatchObject({ code: 'PAYER_BALANCE_LOW' });
  });
});

describe('vouchers', () => {
  it('that a node did not get are handed over when it comes back, also by a restarted gateway', async () => {
    const refuse = new Error('the node’s disk is full');
    const { operator, signer } = await addNode({
      onQuery: answerQuery,
      onVoucher: () => {
        throw refuse;
      },
    });
    await ask(QUESTION);
    for (const node of open.splice(0)) await node.close();
    await gateway.restart();

    const received: SignedVoucher[] = [];
    const node = await dialAsNode({
      url: gateway.url(),
      operator,
      signer,
      scope,
      onFrame: async (frame) => {
        const voucher = parseMessage('voucher', voucherSchema, frame.body) as SignedVoucher;
        received.push(voucher);
        return { kind: FRAME_KINDS.voucherAccepted, body: { cumulative: voucher.cumulative } };
      },
    });
    open.push(node);
    await until(() => received.length > 0);

    expect(received[0]?.cumulative).toBe(QUERY_PRICE);
  });
});
