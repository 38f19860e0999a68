import { isDdaiError } from '@ddai/core';
import { describe, expect, it } from 'vitest';
import {
  createJobTerms,
  createMemoryParticipantStore,
  createParticipant,
  nodeCryptoSuite,
  parseJobTerms,
  suggestJobSettings,
} from '../src/index.ts';
import { hashEvent } from '../src/job/event-log.ts';
import { createJobNetwork, type JobNetwork, runWholeJob } from './job-network.ts';

const phaseOf = (network: JobNetwork): string => network.coordinator().status().phase;

async function untilPhase(network: JobNetwork, phase: string): Promise<void> {
  await network.startCoordinator();
  for (const name of network.names) await network.join(name);
  await network.run(() => phaseOf(network) === phase);
  expect(phaseOf(network)).toBe(phase);
}

describe('a job', () => {
  it('trains a model over its rounds and pays every survivor of each once', async () => {
    const network = await createJobNetwork({ rounds: 3 });
    await runWholeJob(network);
    expect(network.coordinator().status().status).toBe('completed');
    expect(network.notices.map(({ closed, survivors }) => [closed, survivors.length])).toEqual([
      [1, 6],
      [2, 6],
      [3, 6],
    ]);
    const keys = network.notices.flatMap(({ payments }) => payments.map(({ key }) => key));
    expect(new Set(keys).size).toBe(18);
    expect(network.refusals).toEqual([]);
    const accuracy = network.notices.map(({ metrics }) => metrics.heldOutAccuracy);
    expect(accuracy[2]).toBeGreaterThan(accuracy[0] as number);
    expect(network.notices[2]?.metrics).toMatchObject({ weight: 96, heldOut: 24 });
  });

  it('holds back the first round until the cohort is full, or the deadline finds enough', async () => {
    const network = await createJobNetwork();
    await network.startCoordinator();
    for (const name of network.names.slice(0, 5)) await network.join(name);
    await network.run();
    expect(phaseOf(network)).toBe('recruiting');
    await network.passDeadline();
    await network.run();
    expect(network.completed).toHaveLength(1);
    expect(network.notices.every(({ survivors }) => survivors.length === 5)).toBe(true);
  });

  it('never runs with participants of two operators alone', async () => {
    const network = await createJobNetwork({ operators: ['a', 'a', 'b', 'b', 'a', 'c'] });
    await network.startCoordinator();
    for (const name of network.names.slice(0, 5)) await network.join(name);
    await network.run();
    await network.passDeadline();
    await network.run();
    expect(phaseOf(network)).toBe('recruiting');
    await network.join(network.names[5] as string);
    await network.run();
    expect(network.completed).toHaveLength(1);
  });

  it('can be cancelled, and says so to everyone', async () => {
    const network = await createJobNetwork();
    await untilPhase(network, 'upload');
    await network.coordinator().cancel();
    await network.run();
    expect(network.coordinator().status()).toMatchObject({
      status: 'failed',
      failure: 'CANCELLED',
    });
    expect(
      network.toParticipants.filter(({ message }) => message.type === 'jobFailed'),
    ).toHaveLength(6);
  });
});

describe('dropouts', () => {
  it.each(['advertise', 'share', 'upload', 'agree', 'unmask'])(
    'in phase %s leave a round that closes with the others, and who returns is in the next',
    async (phase) => {
      const network = await createJobNetwork({ rounds: 2 });
      const lost = network.names[2] as string;
      // Not a word of this participant arrives in the phase, then its connection is gone.
      network.tamper.up = (from, message) =>
        from === lost && message.type !== 'join' ? undefined : message;
      if (phase !== 'advertise') {
        network.tamper.up = (from, message) =>
          from === lost && phaseOf(network) === phase && message.type !== 'join'
            ? undefined
            : message;
      }
      await untilPhase(network, phase);
      await network.run();
      expect(phaseOf(network)).toBe(phase);
      await network.disconnect(lost);
      network.tamper = {};
      await network.run(() => network.notices.length === 1);
      expect(network.notices[0]?.survivors).toHaveLength(
        phase === 'agree' || phase === 'unmask' ? 6 : 5,
      );
      await network.join(lost);
      await network.run();
      expect(network.completed).toHaveLength(1);
    },
  );

  it('of two in six still close; of three abort the round, reveal nothing, and the job goes on', async () => {
    for (const [count, closes] of [
      [2, true],
      [3, false],
    ] as const) {
      const network = await createJobNetwork({ rounds: 1 });
      // One site of each operator, so that operators are not what is missing.
      const lost = network.names.filter((_, i) => i % 2 === 0).slice(0, count);
      network.tamper.up = (from, message) =>
        lost.includes(from) && message.type === 'maskedUpdate' ? undefined : message;
      await untilPhase(network, 'upload');
      await network.run();
      await network.passDeadline();
      await network.run(() => network.notices.length > 0 || phaseOf(network) === 'upload');
      const types = network.events.map(({ event }) => event.type);
      expect(types.includes('roundAborted')).toBe(!closes);
      expect(types.includes('sharesRevealed')).toBe(closes);
      network.tamper = {};
      await network.run();
      expect(network.completed).toHaveLength(1);
    }
  });

  it('that leave two operators abort the round, however many sites are left', async () => {
    const network = await createJobNetwork({ rounds: 1 });
    const lost = network.names.slice(0, 2);
    network.tamper.up = (from, message) =>
      lost.includes(from) && message.type === 'maskedUpdate' ? undefined : message;
    await untilPhase(network, 'upload');
    await network.run();
    await network.passDeadline();
    const aborted = network.events.find(({ event }) => event.type === 'roundAborted')?.event;
    expect(aborted).toMatchObject({ phase: 'upload', reason: 'TOO_FEW_OPERATORS' });
  });

  it('by withdrawal take their operator along', async () => {
    const network = await createJobNetwork({ rounds: 1 });
    await untilPhase(network, 'upload');
    for (const name of network.names.slice(4)) {
      const message = { type: 'decline', jobId: 'job-1', problems: [] };
      expect(await network.coordinator().receive(name, message)).toEqual({ accepted: true });
    }
    await network.run();
    const aborted = network.events.find(({ event }) => event.type === 'roundAborted')?.event;
    expect(aborted).toMatchObject({ reason: 'TOO_FEW_OPERATORS' });
    expect(network.notices).toEqual([]);
  });

  it('fail the job after too many aborted rounds in a row', async () => {
    const network = await createJobNetwork({ rounds: 1, termsInput: { maxAborts: 2 } });
    network.tamper.up = (_from, message) => (message.type === 'maskedUpdate' ? undefined : message);
    await untilPhase(network, 'upload');
    for (let round = 0; round < 3; round++) {
      await network.run();
      await network.passDeadline();
    }
    await network.run();
    expect(network.coordinator().status()).toMatchObject({
      status: 'failed',
      failure: 'TOO_MANY_ABORTS',
    });
  });

  it('do not delay a round that closes at k of n uploads', async () => {
    const network = await createJobNetwork({
      rounds: 1,
      termsInput: { secureAggregation: { closeAt: 5 } },
    });
    const slow = network.names[0] as string;
    network.tamper.up = (from, message) =>
      from === slow && message.type === 'maskedUpdate' ? undefined : message;
    await runWholeJob(network);
    expect(network.notices[0]?.survivors).toHaveLength(5);
  });
});

describe('a participant', () => {
  it.each(['share', 'upload', 'agree', 'unmask'])(
    'that was restarted in phase %s goes on from its store and stays in the round',
    async (phase) => {
      const network = await createJobNetwork({ rounds: 1 });
      const restarted = network.names[3] as string;
      await untilPhase(network, phase);
      await network.restartParticipant(restarted);
      await network.run();
      expect(network.notices[0]?.survivors).toHaveLength(6);
    },
  );

  it('sends the same masked bytes again, never new ones for the same round', async () => {
    const network = await createJobNetwork({ rounds: 1 });
    const name = network.names[1] as string;
    const uploads = (): Uint8Array[] =>
      network.toCoordinator.flatMap(({ from, message }) =>
        from === name && message.type === 'maskedUpdate' ? [message.payload] : [],
      );
    network.tamper.up = (from, message) =>
      from === name && message.type === 'maskedUpdate' ? undefined : message;
    await untilPhase(network, 'upload');
    await network.run();
    network.tamper = {};
    await network.restartParticipant(name);
    await network.run();
    const [first, second] = uploads();
    expect(uploads()).toHaveLength(2);
    expect(second).toEqual(first);
    expect(network.notices[0]?.survivors).toHaveLength(6);
  });

  it('declines a job that its data does not fit, and no name or text leaves it', async () => {
    const network = await createJobNetwork();
    const tickets = [
      { text: 'secret words', category: 'unheard_of' },
      { text: 'more of them', category: 'login' },
    ];
    const sent: unknown[] = [];
    const terms = parseJobTerms({ ...network.terms, data: { minExamples: 5, minPerLabel: 2 } });
    const participant = createParticipant(
      { participantId: 'p', operator: 'bank', terms, train: tickets },
      {
        suite: nodeCryptoSuite,
        randomBytes: () => new Uint8Array(32),
        store: createMemoryParticipantStore(),
        sign: () => Promise.resolve(new Uint8Array(1)),
        verify: () => true,
        operatorOf: () => 'bank',
        send: (message) => void sent.push(message),
      },
    );
    const problems = await participant.join();
    expect(problems).toEqual([
      { code: 'DATA_TOO_FEW_EXAMPLES', found: 2, needed: 5 },
      { code: 'DATA_LABEL_UNKNOWN', label: 'unheard_of', found: 1 },
      { code: 'DATA_LABEL_TOO_SMALL', label: 'login', found: 1, needed: 2 },
    ]);
    expect(JSON.stringify(sent)).not.toMatch(/secret|unheard_of|login/);
    expect(sent).toMatchObject([
      { type: 'decline', problems: [{ count: 1 }, { count: 1 }, { count: 1 }] },
    ]);
  });

  it('erases its round secrets when the round ends', async () => {
    const network = await createJobNetwork({ rounds: 1 });
    await runWholeJob(network);
    for (const store of network.stores.values()) {
      expect(await store.get('job-1/round')).toBeUndefined();
      expect(await store.get('job-1/upload')).toBeUndefined();
    }
  });
});

describe('a lying coordinator', () => {
  const leavers = (network: JobNetwork): string[] =>
    network.toCoordinator.flatMap(({ message }) =>
      message.type === 'leaveRound' ? [message.code] : [],
    );

  it('can not have both shares of one member by naming two survivor sets', async () => {
    const network = await createJobNetwork({ rounds: 1 });
    const victim = network.names[5] as string;
    // Half of the members are told that the victim dropped out.
    network.tamper.down = (to, message) =>
      'survivors' in message && network.names.indexOf(to) < 3
        ? { ...message, survivors: message.survivors.filter((name) => name !== victim) }
        : message;
    await untilPhase(network, 'agree');
    await network.run();
    await network.passDeadline();
    await network.run();
    const types = new Set(network.events.map(({ event }) => event.type));
    expect(types.has('sharesRevealed')).toBe(false);
  });

  it('can not unmask without enough signatures on the very same set', async () => {
    const network = await createJobNetwork({ rounds: 1 });
    network.tamper.down = (_to, message) =>
      message.type === 'requestUnmasking'
        ? { ...message, signatures: message.signatures.slice(0, 3) }
        : message;
    await untilPhase(network, 'unmask');
    await network.run(() => network.notices.length > 0 || leavers(network).length >= 6);
    expect(network.events.some(({ event }) => event.type === 'sharesRevealed')).toBe(false);
    expect(leavers(network)[0]).toBe('SECAGG_SURVIVORS_INVALID');
  });

  it('can not ask a signer for another set than the one signed', async () => {
    const network = await createJobNetwork({ rounds: 1 });
    const victim = network.names[5] as string;
    network.tamper.down = (_to, message) =>
      message.type === 'requestUnmasking'
        ? { ...message, survivors: message.survivors.filter((name) => name !== victim) }
        : message;
    await untilPhase(network, 'unmask');
    await network.run(() => leavers(network).length >= 6);
    expect(network.events.some(({ event }) => event.type === 'sharesRevealed')).toBe(false);
  });

  it.each([
    ['a key that its member did not sign', 0],
    ['an operator that is not in the terms', 1],
    ['too few members', 2],
    ['members of two operators', 3],
    ['other keys under the own name', 4],
    ['another model than announced', 5],
  ])('is left when it presents %s', async (_name, kind) => {
    const network = await createJobNetwork({ rounds: 1, termsInput: { maxAborts: 0 } });
    network.tamper.down = (to, message) => {
      if (message.type !== 'cohort') return message;
      const { members } = message;
      const [first, ...rest] = members as [(typeof members)[0], ...(typeof members)[0][]];
      const forged = { ...first, maskKey: first.maskKey.map((byte) => byte ^ 1) };
      const kinds = [
        { members: [forged, ...rest] },
        { members: [{ ...first, operator: 'stranger' }, ...rest] },
        { members: members.slice(0, 3) },
        { members: members.filter(({ operator }) => operator !== 'cloud') },
        {
          members: members.map((m) =>
            m.participantId === to ? { ...m, channelKey: m.maskKey } : m,
          ),
        },
        { modelHash: 'f'.repeat(64) },
      ];
      return { ...message, ...kinds[kind] };
    };
    await untilPhase(network, 'share');
    await network.run(() => phaseOf(network) === 'ended');
    expect(leavers(network).length).toBeGreaterThanOrEqual(1);
    expect(network.events.some(({ event }) => event.type === 'updateUploaded')).toBe(false);
  });

  it('can not replay an old round or unmask the same model again and again', async () => {
    const network = await createJobNetwork({ rounds: 2, termsInput: { maxAborts: 5 } });
    // Shares are revealed, then thrown away: the coordinator claims the round failed.
    network.tamper.up = (_from, message) =>
      message.type === 'revealedShares' ? undefined : message;
    await untilPhase(network, 'unmask');
    for (let i = 0; i < 30 && phaseOf(network) !== 'ended'; i++) {
      await network.run();
      await network.passDeadline();
    }
    const reveals = network.toCoordinator.filter(
      ({ from, message }) => from === network.names[0] && message.type === 'revealedShares',
    );
    expect(reveals).toHaveLength(1 + network.terms.maxReruns);
    expect(leavers(network)).toContain('SECAGG_RERUN_REFUSED');
  });
});

describe('a coordinator', () => {
  it('refuses what is malformed, unknown, early, late, doubled or not signed, and goes on', async () => {
    const network = await createJobNetwork({ rounds: 1 });
    await untilPhase(network, 'upload');
    const [first, second] = network.names as [string, string];
    const code = async (from: string, message: unknown): Promise<string> => {
      const result = await network.coordinator().receive(from, message);
      return result.accepted ? 'accepted' : result.code;
    };
    const sentBy = (from: string, type: string): object =>
      network.toCoordinator.find((sent) => sent.from === from && sent.message.type === type)
        ?.message ?? {};
    const advert = sentBy(first, 'keyAdvert');
    const join = sentBy(first, 'join');
    expect(await code(first, null)).toBe('MALFORMED');
    expect(await code(first, { type: 'nonsense', jobId: 'job-1', roundId: 'r' })).toBe('MALFORMED');
    expect(await code(first, { ...advert, channelKey: new Uint8Array(31) })).toBe('MALFORMED');
    expect(await code(first, { ...advert, jobId: 'job-2' })).toBe('UNKNOWN_JOB');
    expect(await code(first, { ...advert, roundId: 'job-1:round-7' })).toBe('UNKNOWN_ROUND');
    expect(await code(first, advert)).toBe('LATE');
    expect(await code('0xstranger', advert)).toBe('UNKNOWN_PARTICIPANT');
    expect(await code(second, join)).toBe('SIGNATURE_INVALID');
    expect(await code('0xstranger', join)).toBe('OPERATOR_NOT_ALLOWED');
    expect(await code(first, { ...join, termsHash: '0'.repeat(64) })).toBe('TERMS_MISMATCH');
    const roundId = network.coordinator().status().roundId;
    const early = {
      type: 'survivorsSignature',
      jobId: 'job-1',
      roundId,
      signature: new Uint8Array(32),
    };
    expect(await code(first, early)).toBe('EARLY');
    const payload = new Uint8Array(10);
    const upload = {
      type: 'maskedUpdate',
      jobId: 'job-1',
      roundId,
      payload,
      signature: new Uint8Array(32),
    };
    expect(await code(first, upload)).toBe('WRONG_SIZE');
    await network.run(() =>
      network.toCoordinator.some(({ message }) => message.type === 'maskedUpdate'),
    );
    const sent = network.toCoordinator.find(({ message }) => message.type === 'maskedUpdate');
    const own = sent?.message as unknown as { payload: Uint8Array };
    const flipped = { ...own, payload: own.payload.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) };
    expect(await code(sent?.from ?? '', flipped)).toBe('SIGNATURE_INVALID');
    expect(await code(sent?.from ?? '', own)).toBe('accepted');
    expect(await code(sent?.from ?? '', own)).toBe('DUPLICATE');
    network.tamper = {};
    await network.run();
    expect(network.completed).toHaveLength(1);
    expect(await code(first, advert)).toBe('JOB_ENDED');
  });

  it('reaches the bit-identical model when killed before or after any event', {
    timeout: 60_000,
  }, async () => {
    const small = { rounds: 2, operators: ['bank', 'telco', 'cloud', 'cloud'] };
    const whole = await createJobNetwork(small);
    await runWholeJob(whole);
    const expected = whole.completed[0]?.modelHash;
    const total = whole.events.length;
    expect(expected).toBeDefined();
    for (let index = 0; index < total; index++) {
      for (const before of [true, false]) {
        const network = await createJobNetwork(small);
        network.killAt = { index, before };
        await runWholeJob(network);
        expect(network.killAt).toBeUndefined();
        expect(network.completed.at(-1)?.modelHash).toBe(expected);
        const perRound = new Map<string, Set<string>>();
        for (const { roundId, payments } of network.notices) {
          const keys = perRound.get(roundId) ?? new Set();
          for (const { key } of payments) keys.add(key);
          perRound.set(roundId, keys);
        }
        expect([...perRound.values()].map((keys) => keys.size)).toEqual([4, 4]);
      }
    }
  });

  it('halts when its log fails, refuses further work, and loses nothing', async () => {
    const network = await createJobNetwork({ rounds: 1 });
    await untilPhase(network, 'upload');
    const events = network.events.length;
    network.events.push(network.events[0] as (typeof network.events)[0]);
    await expect(network.run()).rejects.toThrow('out of turn');
    const refused = await network
      .coordinator()
      .tick()
      .catch((error: unknown) => error);
    expect(isDdaiError(refused, 'COORDINATOR_HALTED')).toBe(true);
    network.events.length = events;
    await network.startCoordinator();
    for (const name of network.names) await network.join(name);
    await network.run();
    expect(network.completed).toHaveLength(1);
  });

  it('repeats a notice that was not taken, with the same keys', async () => {
    const network = await createJobNetwork({ rounds: 1 });
    await runWholeJob(network);
    await network.startCoordinator();
    expect(network.notices).toHaveLength(2);
    expect(network.notices[1]?.payments).toEqual(network.notices[0]?.payments);
    expect(network.completed).toHaveLength(2);
  });

  it('refuses a log of which an event was altered or is missing', async () => {
    const network = await createJobNetwork({ rounds: 1 });
    await runWholeJob(network);
    const intact = [...network.events];
    network.events.splice(3, 1);
    await expect(network.startCoordinator()).rejects.toMatchObject({ code: 'EVENT_LOG_BROKEN' });
    network.events.splice(0, network.events.length, ...intact);
    const altered = { ...(intact[4] as (typeof intact)[0]), at: 5 };
    network.events[4] = altered;
    await expect(network.startCoordinator()).rejects.toThrow(/event 4/);
    // With its own hash corrected the next link breaks.
    network.events[4] = { ...altered, hash: hashEvent(nodeCryptoSuite, altered) };
    await expect(network.startCoordinator()).rejects.toThrow(/event 5/);
  });
});

describe('job terms', () => {
  const input = { jobId: 'job', labels: ['a', 'b'], operators: ['x', 'y', 'z'], participants: 6 };

  it('have sound defaults and survive JSON', () => {
    const terms = createJobTerms(input);
    expect(terms.secureAggregation).toMatchObject({
      threshold: 4,
      minSurvivors: 4,
      assumedCorrupt: 1,
    });
    expect(terms.aggregation).toMatchObject({ bits: 13, modulusBits: 16 });
    expect(parseJobTerms(JSON.parse(JSON.stringify(terms)))).toEqual(terms);
  });

  it('take suggested settings for jobs of any size', () => {
    for (const [participants, examples] of [
      [6, 600],
      [6, 10_000],
      [128, 1_000_000],
      [4, 0],
    ] as const) {
      const settings = suggestJobSettings({ participants, examples });
      expect(() => createJobTerms({ ...input, ...settings, participants })).not.toThrow();
    }
  });

  it.each([
    ['too few operators', { operators: ['x', 'y'] }, 'TERMS_INVALID'],
    ['two operators of one name', { operators: ['x', 'x', 'y'] }, 'TERMS_INVALID'],
    ['a name with a line break', { jobId: 'a\nb' }, 'TERMS_INVALID'],
    ['no rounds', { training: { rounds: 0 } }, 'TERMS_INVALID'],
    ['a learning rate of NaN', { training: { learningRate: Number.NaN } }, 'TERMS_INVALID'],
    ['three participants', { participants: 3 }, 'TERMS_THRESHOLD_UNSOUND'],
    ['a threshold of half', { secureAggregation: { threshold: 3 } }, 'TERMS_THRESHOLD_UNSOUND'],
    [
      'a modulus that overflows',
      { aggregation: { bits: 16, modulusBits: 16 } },
      'TERMS_MODULUS_OVERFLOW',
    ],
    ['unsorted labels', { labels: ['b', 'a'] }, 'MODEL_MALFORMED'],
  ])('refuse %s', (_name, change, code) => {
    try {
      createJobTerms({ ...input, ...change });
    } catch (error) {
      expect(isDdaiError(error, code)).toBe(true);
      return;
    }
    throw new Error('it was not refused');
  });
});
