import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Attestation, attestationTypedData, WORK_CLASSES } from '@ddai/protocol';
import { keccak256, parseEther, toHex } from 'viem';
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
let payer: Person;
const INPUT = 'Which of our tickets are about refunds?';
const RIGHT = 'tickets 3 and 14';
const MANY_COMMANDS_MILLISECONDS = 300_000;

beforeAll(async () => {
  protocol = await startProtocolChain();
  beacon = await startBeacon(protocol);
  payer = await protocol.addPerson('10000');
  protocol.write('input.txt', INPUT);
  protocol.write('right.txt', RIGHT);
});
afterAll(() => protocol.stop());

/** A file with the node's signed answer to request `nonce`. */
async function attest(node: Person, nonce: string, result: string): Promise<string> {
  const attestation: Attestation = {
    requestId: keccak256(toHex(nonce)),
    payer: payer.account.address,
    node: node.account.address,
    workClass: WORK_CLASSES.query,
    requestHash: keccak256(toHex(`${nonce} ${INPUT}`)),
    resultHash: keccak256(toHex(result)),
    deterministic: true,
    expires: (await protocol.now()) + 600n,
  };
  const { client } = protocol.chain;
  const scope = {
    chainId: client.chainId,
    verifyingContract: client.addressBook.contracts.NodeRegistry,
  };
  const signature = await node.account.signTypedData(attestationTypedData(scope, attestation));
  return protocol.write(
    `${nonce}-${result}.json`,
    JSON.stringify({ ...attestation, expires: String(attestation.expires), signature }),
  );
}

function open(evidence: string): Promise<Record<string, unknown>> {
  const input = join(protocol.folder, 'input.txt');
  return payer.ddai('dispute', 'open', evidence, '--input', input);
}

interface Jury {
  readonly claimEnds: string;
  readonly commitEnds: string;
  readonly revealEnds: string;
  readonly jurors: readonly unknown[];
}

async function show(id: string): Promise<Record<string, unknown> & { readonly jury: Jury }> {
  const shown = await protocol.show('dispute', 'show', id);
  return shown as typeof shown & { readonly jury: Jury };
}

function allJurors(act: (juror: Person, index: number) => Promise<unknown>): Promise<unknown[]> {
  return Promise.all(beacon.validators.map(act));
}

/** From a beacon value to a verdict, by all four validators as jurors. @return When it can execute. */
async function judge(id: string): Promise<bigint> {
  const verdict = join(protocol.folder, 'right.txt');
  await allJurors((juror) => juror.ddai('dispute', 'claim', id));
  await payer.ddai('dispute', 'post-keys', id);
  await allJurors(async (juror, index) => {
    const out = join(protocol.folder, `opened-${index}.txt`);
    await juror.ddai('dispute', 'input', id, '--out', out);
    expect(readFileSync(out, 'utf8')).toBe(INPUT);
    const { secret } = await juror.ddai('dispute', 'commit', id, verdict);
    expect(statSync(String(secret)).mode & 0o777).toBe(0o600);
  });
  const { jury } = await show(id);
  await protocol.chain.advanceTo(BigInt(jury.commitEnds));
  await allJurors((juror) => juror.ddai('dispute', 'reveal', id));
  await protocol.chain.advanceTo(BigInt(jury.revealEnds));
  const counted = await payer.ddai('dispute', 'count', id);
  expect(counted).toMatchObject({ phase: 'decided', convicts: true });
  return BigInt(String((await show(id)).executableAt));
}

/** Nobody came to the beacon for days: its seats are filled anew, too late for the draw at hand. */
async function redraw(id: string): Promise<void> {
  await beacon.completeEpoch();
  const unavailable = await beacon.validators[0]?.try('dispute', 'claim', id);
  expect(unavailable?.stderr).toMatch(/is void\n {2}→ Take it on to another epoch/);
  await payer.ddai('dispute', 'advance', id);
  await beacon.completeEpoch();
}

describe('disputes, by command', () => {
  it(
    'an equivocation is proven by anybody with two files',
    async () => {
      const node = await protocol.addNode([WORK_CLASSES.query], '60000');
      const first = await attest(node, 'one', 'yes');
      const second = await attest(node, 'one', 'no');
      const reporter = await protocol.addPerson('0');
      const prove = ['dispute', 'prove-equivocation'];

      const same = await reporter.try(...prove, first, first);
      expect(same.stderr).toMatch(/not equivocation .*\n {2}→ It takes deterministic answers/);
      const foreign = protocol.write('foreign.json', '{"payer": "me"}');
      const unread = await reporter.try(...prove, first, foreign);
      expect(unread).toMatchObject({ code: 2 });
      expect(unread.stderr).toMatch(/foreign\.json: field requestId/);
      expect(await reporter.ddai(...prove, first, second)).toMatchObject({
        node: node.account.address,
        taken: String(parseEther('60000')),
      });
      expect(await collateralOf(protocol, node)).toBe(0n);
    },
    MANY_COMMANDS_MILLISECONDS,
  );

  it(
    'a wrong answer is judged by jurors who read the input, convicted and executed',
    async () => {
      const node = await protocol.addNode([WORK_CLASSES.query], '60000');
      await beacon.completeEpoch();
      const evidence = await attest(node, 'two', 'tickets 3 and 15');
      const stranger = await beacon.validators[0]?.try(
        ...['dispute', 'open', evidence, '--input', join(protocol.folder, 'input.txt')],
      );
      expect(stranger?.stderr).toMatch(/not payer/);
      const { dispute, frozen } = await open(evidence);
      expect(frozen).toBe(String(parseEther('12000')));
      const id = String(dispute);
      const early = await payer.try('dispute', 'claim', id);
      expect(early.stderr).toMatch(/DISPUTE_NOT_DRAWN/);
      await beacon.completeEpoch();

      const executableAt = await judge(id);
      const [juror] = beacon.validators;
      const soon = await payer.try('dispute', 'execute', id);
      expect(soon.stderr).toMatch(/not due .*\n {2}→ Wait until the moment/);
      const noLoser = await payer.try('dispute', 'appeal', id);
      expect(noLoser.stderr).toMatch(/not loser/);
      const { amount } = (await juror?.ddai('dispute', 'claim-fee', id)) ?? {};
      expect(BigInt(String(amount)) % parseEther('5')).toBe(0n);
      await protocol.chain.advanceTo(executableAt);
      expect(await payer.ddai('dispute', 'execute', id)).toMatchObject({ outcome: 'convicted' });
      expect(await collateralOf(protocol, node)).toBe(parseEther('48000'));
      const over = await payer.try('dispute', 'advance', id);
      expect(over.stderr).toMatch(/wrong phase \(dispute id \d+, phase closed\)/);
    },
    MANY_COMMANDS_MILLISECONDS,
  );

  it(
    'a void beacon epoch is redrawn, a verdict appealed, and the guardian can spare the node',
    async () => {
      const node = await protocol.addNode([WORK_CLASSES.query], '60000');
      const guardian = await protocol.addPerson('0', protocol.guardianKey);
      const { dispute } = await open(await attest(node, 'three', 'none'));
      const id = String(dispute);
      await redraw(id);
      await judge(id);
      const poor = await node.try('dispute', 'appeal', id);
      expect(poor.stderr).toMatch(/Token: .*insufficient/);
      await payer.ddai('account', 'send', node.account.address, '1000');
      expect(await node.ddai('dispute', 'appeal', id)).toMatchObject({
        bond: String(parseEther('750')),
      });
      await redraw(id);
      await judge(id);

      const other = await payer.try('dispute', 'cancel', id);
      expect(other.stderr).toMatch(/Slash guardian: not guardian/);
      await guardian.ddai('dispute', 'cancel', id);
      expect(await show(id)).toMatchObject({ phase: 'closed', outcome: 'cancelled', draw: 2 });
      expect(await collateralOf(protocol, node)).toBe(parseEther('60000'));
    },
    MANY_COMMANDS_MILLISECONDS,
  );

  it(
    'a juror that does not reveal is slashed, and too few reveals draw again',
    async () => {
      const node = await protocol.addNode([WORK_CLASSES.query], '60000');
      await beacon.completeEpoch();
      const { dispute } = await open(await attest(node, 'four', 'maybe'));
      const id = String(dispute);
      await beacon.completeEpoch();
      const [sleeper] = beacon.validators;
      if (sleeper === undefined) throw new Error('there are validators');
      const { seats } = await sleeper.ddai('dispute', 'claim', id);
      await sleeper.ddai('dispute', 'commit', id, 'unavailable');
      const { jury } = await show(id);
      expect(jury.jurors).toEqual([
        { juror: sleeper.account.address, seats: String(seats), duty: 'committed' },
      ]);
      await protocol.chain.advanceTo(BigInt(jury.revealEnds));
      const late = await sleeper.try('dispute', 'reveal', id);
      expect(late.stderr).toMatch(/Disputes: too late/);
      const before = await collateralOf(protocol, sleeper);
      const juror = ['--juror', sleeper.account.address];
      await payer.ddai('dispute', 'penalize', id, '--draw', '0', ...juror);
      const penalty = BigInt(Number(seats)) * parseEther('50');
      expect(before - (await collateralOf(protocol, sleeper))).toBe(penalty);
      expect(await payer.ddai('dispute', 'advance', id)).toMatchObject({ phase: 'jury', draw: 1 });
    },
    MANY_COMMANDS_MILLISECONDS,
  );

  it('says in words that there is no such dispute', async () => {
    const { code, stderr } = await payer.try('dispute', 'reveal', '99');
    expect(code).toBe(2);
    expect(stderr).toMatch(/there is no dispute 99\n {2}→ Check the number/);
  });
});
