import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { signCheckpoint } from '@ddai/chain';
import { keccak256, parseEther, toHex } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  collateralOf,
  type Person,
  type ProtocolChain,
  startProtocolChain,
} from './support/protocol-chain.ts';

let protocol: ProtocolChain;
let validators: readonly Person[];
const INTERVAL = 32n;
const BEACON_SECONDS = 21_600n;
const DAY = 86_400n;
const POLL_MILLISECONDS = 10;
const CHANGES = keccak256(toHex('state changes'));
const OTHER_CHANGES = keccak256(toHex('other state changes'));
const MANY_COMMANDS_MILLISECONDS = 240_000;

function nth(index: number): Person {
  const validator = validators[index];
  if (validator === undefined) throw new Error(`no validator ${index}`);
  return validator;
}

function all(act: (validator: Person, index: number) => Promise<unknown>): Promise<unknown[]> {
  return Promise.all(validators.map(act));
}

function fileOf(index: number): string {
  return join(protocol.folder, `checkpoint-${index}.json`);
}

function sign(index: number, height: bigint, changes = CHANGES): string[] {
  return [
    ...['validator', 'checkpoint', 'sign', String(height)],
    ...['--state-changes', changes, '--out', fileOf(index)],
  ];
}

/** Ends the command once its secret is on the disk; whether its commit was sent is left to chance. */
async function killWhileCommitting(validator: Person): Promise<void> {
  const { address } = validator.account;
  const folder = join(protocol.folder, 'home', 'accounts', address, 'beacon');
  const { child, ended } = validator.spawn('validator', 'commit');
  while (child.exitCode === null && !existsSync(folder)) await delay(POLL_MILLISECONDS);
  child.kill('SIGKILL');
  await ended;
  const { code, stderr } = await validator.try('validator', 'commit');
  expect(code === 0 || stderr.includes('already committed')).toBe(true);
}

beforeAll(async () => {
  protocol = await startProtocolChain();
  const people: Person[] = [];
  for (let i = 0; i < 4; i++) people.push(await protocol.addPerson('210000'));
  validators = people;
  await protocol.chain.advanceTo(((await protocol.now()) / DAY + 1n) * DAY);
  await nth(0).ddai('rewards', 'close-epoch');
});
afterAll(() => protocol.stop());

describe('validators, by command', () => {
  it(
    'enlist, form a set, and finalise a checkpoint with two thirds of the weight',
    async () => {
      const without = await nth(0).try('validator', 'enlist');
      expect(without.stderr).toMatch(/stake below minimum|not eligible/);
      const tooFew = await nth(0).try('validator', 'roll');
      expect(tooFew.stderr).toMatch(/too few validators .*\n {2}→ Form this epoch’s set first/);
      await all(async (validator) => {
        await validator.ddai('stake', 'add', '200000', '--kind', 'collateral');
        await validator.ddai('validator', 'enlist');
      });
      expect(await nth(0).ddai('validator', 'roll')).toMatchObject({ size: '4' });

      const { number: head } = await protocol.chain.client.publicClient.getBlock();
      const height = (head / INTERVAL + 1n) * INTERVAL;
      const early = await nth(0).try(...sign(0, height));
      expect(early.stderr).toMatch(/CHECKPOINT_NOT_FINAL/);
      await protocol.chain.mine(100);
      await all((validator, index) => validator.ddai(...sign(index, height)));
      await nth(0).ddai(...sign(0, height));
      const second = await nth(0).try(...sign(0, height, OTHER_CHANGES));
      expect(second.stderr).toMatch(/CHECKPOINT_SIGNED_BEFORE/);

      const submit = ['validator', 'checkpoint', 'submit'];
      const few = await nth(0).try(...submit, fileOf(0), fileOf(1));
      expect(few.stderr).toMatch(/quorum missing .*\n {2}→ Collect signatures of two thirds/);
      const three = await nth(1).ddai(...submit, fileOf(2), fileOf(0), fileOf(1));
      expect(three.height).toBe(String(height));
      expect(three.slots).toHaveLength(3);
      const late = await nth(3).ddai(...submit, fileOf(3));
      expect(late.slots).toHaveLength(1);
      expect(await protocol.show('validator', 'show')).toMatchObject({
        set: { lastHeight: String(height), size: '4' },
      });
      const broken = protocol.write('broken.json', '{"height": 3}');
      const unread = await nth(0).try(...submit, broken);
      expect(unread).toMatchObject({ code: 2 });
      expect(unread.stderr).toMatch(/broken\.json: field blockHash/);
    },
    MANY_COMMANDS_MILLISECONDS,
  );

  it(
    'give the beacon a value, one of them after it was killed, and have a silent seat slashed',
    async () => {
      const epoch = (await protocol.now()) / BEACON_SECONDS + 1n;
      await protocol.chain.advanceTo(epoch * BEACON_SECONDS);
      await nth(0).ddai('validator', 'roll');
      const tooEarly = await nth(0).try('validator', 'reveal');
      expect(tooEarly.stderr).toMatch(/BEACON_SECRET_MISSING/);
      await killWhileCommitting(nth(0));
      await all(async (validator, index) => {
        if (index === 0) return;
        const { secret } = await validator.ddai('validator', 'commit');
        expect(statSync(String(secret)).mode & 0o777).toBe(0o600);
      });
      const twice = await nth(0).try('validator', 'commit');
      expect(twice.stderr).toMatch(/Random beacon: already committed/);
      const half = await nth(0).try('validator', 'reveal');
      expect(half.stderr).toMatch(
        /not in reveal half .*\n {2}→ Secrets are revealed in the second/,
      );
      await protocol.chain.advanceTo(epoch * BEACON_SECONDS + BEACON_SECONDS / 2n);
      await all((validator) => validator.ddai('validator', 'reveal'));

      await protocol.chain.advanceTo((epoch + 1n) * BEACON_SECONDS);
      expect(await protocol.show('validator', 'show')).toMatchObject({
        beacon: { epoch: String(epoch + 1n), last: { outcome: 'complete' } },
      });
      const { seat } = await nth(1).ddai('validator', 'commit');
      await protocol.chain.advanceTo((epoch + 2n) * BEACON_SECONDS);
      const before = await collateralOf(protocol, nth(1));
      const report = ['validator', 'report', String(epoch + 1n), String(seat)];
      await nth(0).ddai(...report);
      expect(before - (await collateralOf(protocol, nth(1)))).toBe(parseEther('50000'));
      const again = await nth(0).try(...report);
      expect(again.stderr).toMatch(/already reported/);
    },
    MANY_COMMANDS_MILLISECONDS,
  );

  it(
    'are paid for what they signed, and lose their stake for two hashes of one height',
    async () => {
      const { set } = (await protocol.show('validator', 'show')) as {
        set: { epoch: string; lastHeight: string };
      };
      await protocol.chain.advanceTo((BigInt(set.epoch) + 1n) * DAY);
      const tooSoon = await nth(0).try('validator', 'claim', set.epoch);
      expect(tooSoon.stderr).toMatch(/no bonded part .*\n {2}→ An epoch counts/);
      await nth(0).ddai('rewards', 'close-epoch');
      const claimed = await nth(0).ddai('validator', 'claim', set.epoch);
      expect(claimed).toMatchObject({ signed: '1', scheduled: '1' });

      const lie = await signCheckpoint(protocol.chain.client, nth(2).account, {
        height: BigInt(set.lastHeight),
        blockHash: keccak256(toHex('another block')),
        stateChanges: CHANGES,
      });
      const file = protocol.write(
        'lie.json',
        JSON.stringify({ ...lie, height: String(lie.height) }),
      );
      const same = await nth(0).try('validator', 'checkpoint', 'prove-double', file, file);
      expect(same.stderr).toMatch(/no conflict/);
      const before = await collateralOf(protocol, nth(2));
      await nth(0).ddai('validator', 'checkpoint', 'prove-double', fileOf(2), file);
      expect(before - (await collateralOf(protocol, nth(2)))).toBe(parseEther('100000'));
      const right = await nth(0).try('validator', 'checkpoint', 'prove-wrong', fileOf(1));
      expect(right.stderr).toMatch(/hash right|hash not offered/);
    },
    MANY_COMMANDS_MILLISECONDS,
  );

  it('lose their stake for a hash that the chain itself contradicts', async () => {
    const { number: head } = await protocol.chain.client.publicClient.getBlock();
    const height = (head / INTERVAL) * INTERVAL;
    const lie = await signCheckpoint(protocol.chain.client, nth(3).account, {
      height,
      blockHash: keccak256(toHex('no block of this chain')),
      stateChanges: CHANGES,
    });
    const file = protocol.write(
      'wrong.json',
      JSON.stringify({ ...lie, height: String(lie.height) }),
    );
    const before = await collateralOf(protocol, nth(3));
    await nth(0).ddai('validator', 'checkpoint', 'prove-wrong', file);
    expect(before - (await collateralOf(protocol, nth(3)))).toBe(parseEther('20000'));
  });

  it('stop being candidates when they say so', async () => {
    await nth(0).ddai('validator', 'delist');
    const again = await nth(0).try('validator', 'delist');
    expect(again.stderr).toMatch(/not a candidate|not candidate/);
  });
});
