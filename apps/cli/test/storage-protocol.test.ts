import { rmSync } from 'node:fs';
import { readContract } from '@ddai/chain';
import { WORK_CLASSES } from '@ddai/protocol';
import { type Address, parseEther } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  collateralOf,
  type Person,
  type ProtocolChain,
  startProtocolChain,
} from './support/protocol-chain.ts';
import { type BeaconCrew, startBeacon } from './support/run-beacon.ts';

let protocol: ProtocolChain;
let beacon: BeaconCrew;
let client: Person;
let node: Person;
/** Eleven leaves, the last not full: the tree is padded. */
const CONTENT = Buffer.from('All our tickets of the last year. '.repeat(80));
const PERIOD_SECONDS = 21_600n;
const DAY = 4n * PERIOD_SECONDS;
const PERIODS_MILLISECONDS = 240_000;

beforeAll(async () => {
  protocol = await startProtocolChain();
  beacon = await startBeacon(protocol);
  client = await protocol.addPerson('10000');
  node = await protocol.addNode([WORK_CLASSES.storage], '60000');
});
afterAll(() => protocol.stop());

function offer(file: string, misses: string): Promise<Record<string, unknown>> {
  return client.ddai(
    ...['storage', 'offer', file, '--node', node.account.address],
    ...['--price', '10', '--periods', '20', '--misses', misses],
  );
}

function balanceOf(account: Address): Promise<bigint> {
  return readContract(protocol.chain.client, {
    contract: 'DDAIToken',
    functionName: 'balanceOf',
    args: [account],
  });
}

describe('storage, by command', () => {
  it(
    'is offered, accepted, proven over two periods, paid, missed and slashed',
    async () => {
      const first = protocol.write('tickets.bin', CONTENT);
      const second = protocol.write('articles.bin', Buffer.from('One article.'));
      const { dataSet, leafCount, deposit } = await offer(first, '0');
      expect({ leafCount, deposit }).toEqual({ leafCount: 11, deposit: String(parseEther('220')) });
      const { dataSet: other } = await offer(second, '5');
      const { tree } = await node.ddai('storage', 'accept', String(dataSet), first);
      await node.ddai('storage', 'accept', String(other), second);

      const wrong = await node.try('storage', 'accept', String(other), first);
      expect(wrong).toMatchObject({ code: 2 });
      expect(wrong.stderr).toMatch(/DATA_SET_FILE_WRONG/);
      const early = await node.try('storage', 'prove');
      expect(early.stderr).toMatch(/STORAGE_CHALLENGE_MISSING/);

      // A day begins, whose proofs count for the reward on stake as well.
      const day = (await protocol.now()) / DAY + 1n;
      await protocol.chain.advanceTo(day * DAY - PERIOD_SECONDS);
      const period = await beacon.completeEpoch();
      await client.ddai('rewards', 'close-epoch');
      expect(await node.ddai('storage', 'prove')).toMatchObject({
        period: String(period),
        leaves: 5,
      });
      // A node that lost its tree finds it again on the chain.
      rmSync(String(tree));
      const next = await beacon.completeEpoch();
      expect(await node.ddai('storage', 'prove')).toMatchObject({ period: String(next) });

      await beacon.completeEpoch();
      await protocol.chain.advanceTo((next + 3n) * PERIOD_SECONDS);
      const late = await node.try('storage', 'prove', '--period', String(next + 1n));
      expect(late).toMatchObject({ code: 1 });
      expect(late.stderr).toMatch(/Storage: period closed .*\n {2}→ A period is answered until/);

      const paid = await client.ddai('storage', 'settle', String(dataSet));
      expect(paid).toMatchObject({ proven: '2', paid: String(parseEther('20')) });
      const before = await collateralOf(protocol, node);
      const reported = await client.ddai('storage', 'report', String(dataSet));
      expect(reported).toMatchObject({ missed: '1', faults: '1' });
      expect(before - (await collateralOf(protocol, node))).toBe(parseEther('300'));
      expect(await client.ddai('storage', 'report', String(other))).toMatchObject({
        missed: '1',
        faults: '0',
      });
      const again = await client.try('storage', 'report', String(dataSet));
      expect(again.stderr).toMatch(/STORAGE_NOT_DUE/);

      await protocol.chain.advanceTo((day + 1n) * DAY);
      await client.ddai('rewards', 'close-epoch');
      await client.ddai('storage', 'claim', String(day), '--node', node.account.address);
      const stranger = await client.try('storage', 'claim', String(day));
      expect(stranger.stderr).toMatch(/NODE_NOT_JOINED/);

      await client.ddai('storage', 'notice', String(dataSet));
      const shown = await protocol.show('storage', 'show', String(dataSet));
      await protocol.chain.advanceTo(BigInt(String(shown.endPeriod)) * PERIOD_SECONDS);
      await node.ddai('storage', 'remove', String(dataSet));
      expect(await protocol.show('storage', 'show', String(dataSet))).toMatchObject({
        removed: true,
      });
    },
    PERIODS_MILLISECONDS,
  );

  it('gives an offer’s deposit back that nobody accepted', async () => {
    const file = protocol.write('withdrawn.bin', Buffer.from('Never mind.'));
    const { dataSet, deposit } = await offer(file, '0');
    const before = await balanceOf(client.account.address);
    await client.ddai('storage', 'cancel', String(dataSet));
    expect((await balanceOf(client.account.address)) - before).toBe(BigInt(String(deposit)));
    const late = await node.try('storage', 'accept', String(dataSet), file);
    expect(late.stderr).toMatch(/unknown data set/);
  });

  it('says in words that there is no such data set', async () => {
    const { code, stderr } = await node.try('storage', 'accept', '99', 'nowhere');
    expect(code).toBe(1);
    expect(stderr).toMatch(/unknown data set \(id 99\)\n {2}→ Check the number/);
  });
});
