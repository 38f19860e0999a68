import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNodeEarnings } from '@ddai/chain';
import { WORK_CLASSES } from '@ddai/protocol';
import { keccak256, parseEther, toHex } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, type ProtocolChain, startProtocolChain } from './support/protocol-chain.ts';

let protocol: ProtocolChain;
let owner: Person;
let coordinator: Person;
const nodes: Person[] = [];
const DAY = 86_400n;
const HASH = keccak256(toHex('anything'));
const MANY_COMMANDS_MILLISECONDS = 240_000;

beforeAll(async () => {
  protocol = await startProtocolChain();
  owner = await protocol.addPerson('10000');
  coordinator = await protocol.addPerson('0');
  for (let i = 0; i < 4; i++) nodes.push(await protocol.addNode([WORK_CLASSES.compute], '30000'));
});
afterAll(() => protocol.stop());

async function openJob(): Promise<string> {
  const terms = protocol.write(
    'terms.json',
    JSON.stringify({
      title: 'Refund tickets',
      coordinator: coordinator.account.address,
      rounds: 5,
      minCohort: 4,
      minOperators: 3,
      privacy: { unit: 'customer', epsilon: 4.5, deltaExponent: 6 },
      deadline: String((await protocol.now()) + 10n * DAY),
      budget: '1000',
    }),
  );
  const { job, termsHash, deposit } = await owner.ddai('training', 'open', terms);
  expect(termsHash).toBe(keccak256(readFileSync(terms)));
  expect(deposit).toBe(String(parseEther('1100')));
  return String(job);
}

/** Commits the next round, in which each node gets `amount`. @return The proof files. */
async function commitRound(job: string, amount: string): Promise<readonly string[]> {
  const { proofs } = await coordinator.ddai(...commitCall(job, amount));
  return proofs as readonly string[];
}

function commitCall(job: string, amount: string): string[] {
  const round = protocol.write(
    'round.json',
    JSON.stringify({
      survivors: 4,
      operators: 4,
      aggregateHash: HASH,
      recordHead: HASH,
      rewards: nodes.map(({ account }) => ({ node: account.address, amount })),
    }),
  );
  const proofs = join(protocol.folder, 'proofs');
  return ['training', 'commit-round', job, round, '--proofs', proofs];
}

describe('training jobs, by command', () => {
  it(
    'a job with two rounds is paid to every participant, and completed',
    async () => {
      const job = await openJob();
      const first = await commitRound(job, '10.5');
      const second = await commitRound(job, '20');
      const [proof = ''] = first;
      const forged = protocol.write(
        'forged.json',
        readFileSync(proof, 'utf8').replace('"10500000', '"90500000'),
      );
      const wrong = await owner.try('training', 'claim', forged);
      expect(wrong.stderr).toMatch(/wrong proof .*\n {2}→ Make the proof again/);
      const claimed = await owner.ddai('training', 'claim', ...first, ...second);
      expect(claimed).toMatchObject({ claims: 8, total: String(parseEther('122')) });
      const { client } = protocol.chain;
      const [node] = nodes;
      if (node === undefined) throw new Error('there are nodes');
      const earnings = await readNodeEarnings(client);
      const earned = earnings.find((entry) => entry.node === node.account.address);
      expect(earned?.collected).toBe(parseEther('30.5'));

      const again = await owner.try('training', 'claim', proof);
      expect(again.stderr).toMatch(/Training registry: already claimed/);
      const stranger = await owner.try(...commitCall(job, '1'));
      expect(stranger.stderr).toMatch(/not coordinator/);
      const greedy = await coordinator.try(...commitCall(job, '300'));
      expect(greedy.stderr).toMatch(/budget exceeded .*\n {2}→ Name less/);

      const results = ['--receipt-root', HASH, '--model-hash', HASH];
      await coordinator.ddai('training', 'complete', job, ...results);
      expect(await protocol.show('training', 'show', job)).toMatchObject({
        status: 'completed',
        roundsCommitted: 2,
        committed: '0',
        terms: { epsilonMilli: 4500, privacyUnit: 2 },
      });
      const over = await coordinator.try(...commitCall(job, '1'));
      expect(over.stderr).toMatch(/not open .*\n {2}→ The job has ended/);
    },
    MANY_COMMANDS_MILLISECONDS,
  );

  it(
    'a cancelled job pays the rounds that were served, and gives the rest back',
    async () => {
      const job = await openJob();
      const first = await commitRound(job, '10');
      const foreign = await coordinator.try('training', 'cancel', job);
      expect(foreign.stderr).toMatch(/not owner/);
      const { cancelledFrom } = await owner.ddai('training', 'cancel', job);
      const served = await commitRound(job, '5');
      const soon = await owner.try('training', 'close', job);
      expect(soon.stderr).toMatch(/still running/);
      await protocol.chain.advanceTo(BigInt(String(cancelledFrom)));
      const late = await coordinator.try(...commitCall(job, '5'));
      expect(late.stderr).toMatch(/rounds closed/);
      expect(await owner.ddai('training', 'close', job)).toMatchObject({
        status: 'cancelled',
        held: String(parseEther('66')),
      });
      const claimed = await owner.ddai('training', 'claim', ...first, ...served);
      expect(claimed).toMatchObject({ total: String(parseEther('60')) });
      await protocol.chain.advanceTo((await protocol.now()) + 91n * DAY);
      await owner.ddai('training', 'reclaim', job);
      expect(await protocol.show('training', 'show', job)).toMatchObject({ held: '0' });
    },
    MANY_COMMANDS_MILLISECONDS,
  );

  it('bad files and unknown jobs are refused in words', async () => {
    const terms = protocol.write('bad-terms.json', '{"coordinator": "0x12"}');
    const unread = await owner.try('training', 'open', terms);
    expect(unread).toMatchObject({ code: 2 });
    expect(unread.stderr).toMatch(/field coordinator: expected an address.*\n {2}→ Expected coord/);
    const unknown = await owner.try('training', 'cancel', '99');
    expect(unknown.stderr).toMatch(/unknown job \(job id 99\)\n {2}→ Check the number of the job/);
  });
});

describe('the airdrop, by command', () => {
  it('gets a root and a proof for everybody from a list', async () => {
    const list = protocol.write(
      'list.csv',
      `account,amount\n${nodes.map(({ account }) => `${account.address},12.5`).join('\n')}\n`,
    );
    const folder = join(protocol.folder, 'airdrop');
    const { code, stdout } = await owner.offline(
      'airdrop',
      'root',
      list,
      '--proofs',
      folder,
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ accounts: 4, total: String(parseEther('50')) });
    const [proof = ''] = readdirSync(folder);
    const early = await owner.try('airdrop', 'claim', join(folder, proof));
    expect(early.stderr).toMatch(/Airdrop: root missing/);

    const twice = protocol.write('twice.csv', 'account,amount\nme,3\n');
    const bad = await owner.offline('airdrop', 'root', twice, '--proofs', folder);
    expect(bad).toMatchObject({ code: 2 });
    expect(bad.stderr).toMatch(/twice\.csv, row 1: account: expected an address/);
  });
});
