import { describe, expect, it } from 'vitest';
import {
  createJobTerms,
  hashJobTerms,
  parseJobTerms,
  parseNamedState,
  nodeCryptoSuite as suite,
  verifyReceipt,
  writeReceipt,
} from '../../src/index.ts';
import { createJobNetwork, type JobNetwork, runWholeJob, verify } from '../job-network.ts';

const ROUNDS = 4;
const aggregation = { maxExamples: 40, bits: 4, clip: 4, errorFeedback: true, downloadBits: 4 };
const createNetwork = (): Promise<JobNetwork> =>
  createJobNetwork({ rounds: ROUNDS, termsInput: { aggregation } });

const phaseOf = (network: JobNetwork): string => network.coordinator().status().phase;
const modelHashOf = (network: JobNetwork): string | undefined => network.completed[0]?.modelHash;
const residualOf = async (network: JobNetwork, name: string): Promise<Float32Array | undefined> => {
  const bytes = await network.stores.get(name)?.get('job-1/residual');
  return bytes === undefined ? undefined : Object.values(parseNamedState(bytes).vectors)[0];
};

async function start(network: JobNetwork): Promise<void> {
  await network.startCoordinator();
  for (const name of network.names) await network.join(name);
}

const undisturbed = await createNetwork();
await runWholeJob(undisturbed);

describe('a job with error feedback and model deltas', () => {
  it('sends whole models to nobody, and ends with one model for all', () => {
    expect(undisturbed.completed).toHaveLength(1);
    const transfers = undisturbed.toParticipants.flatMap(({ message }) =>
      message.type === 'cohort' || message.type === 'jobCompleted' ? [message] : [],
    );
    expect(transfers).toHaveLength(6 * (ROUNDS + 1));
    expect(transfers.filter(({ model }) => model !== undefined)).toEqual([]);
    // Everyone can make the first model: only its hash is sent.
    expect(transfers.filter(({ delta }) => delta === undefined)).toHaveLength(6);
    expect(undisturbed.refusals).toEqual([]);
    expect(
      undisturbed.toCoordinator.filter(({ message }) => message.type === 'leaveRound'),
    ).toEqual([]);
  });

  it('learns', () => {
    const accuracy = undisturbed.notices.map(({ metrics }) => metrics.heldOutAccuracy);
    expect(accuracy.at(-1)).toBeGreaterThan(accuracy[0] as number);
  });

  it('has a receipt that recomputes each delta and what it left out', async () => {
    const lines: string[] = [];
    for await (const line of writeReceipt(undisturbed)) lines.push(line);
    const modelHash = modelHashOf(undisturbed);
    expect(await verifyReceipt({ lines, suite, verify })).toMatchObject({ holds: true, modelHash });
    expect(lines.filter((line) => line.includes('"residualHash"'))).toHaveLength(ROUNDS);
  });

  it('reaches the same bits when the coordinator is killed around any event of two rounds', async () => {
    const closings = undisturbed.events.filter(({ event }) => event.type === 'roundClosed');
    const last = (closings[1]?.index as number) + 3;
    for (let index = 0; index <= last; index += 5) {
      for (const before of [true, false]) {
        const network = await createNetwork();
        network.killAt = { index, before };
        await runWholeJob(network);
        expect(network.killAt).toBeUndefined();
        expect(modelHashOf(network)).toBe(modelHashOf(undisturbed));
      }
    }
  });
});

describe('a participant with a residual', () => {
  it.each(['share', 'upload', 'agree', 'unmask'])(
    'that is killed in phase %s of the second round goes on to the same bits',
    async (phase) => {
      const network = await createNetwork();
      await start(network);
      await network.run(() => network.notices.length === 1 && phaseOf(network) === phase);
      expect(phaseOf(network)).toBe(phase);
      await network.restartParticipant(network.names[3] as string);
      await network.run();
      expect(network.notices.every(({ survivors }) => survivors.length === 6)).toBe(true);
      expect(modelHashOf(network)).toBe(modelHashOf(undisturbed));
    },
  );

  it('keeps it when it was away as its round closed, and hears of that after its return', async () => {
    const network = await createNetwork();
    const away = network.names[2] as string;
    await start(network);
    // It has revealed its shares; that the round closed, and what came after, never reaches it.
    network.tamper.down = (to, message) =>
      to === away && network.events.some(({ event }) => event.type === 'roundClosed')
        ? undefined
        : message;
    await network.run(() => network.notices.length === 1);
    network.tamper = {};
    expect(await residualOf(network, away)).toBeUndefined();
    await network.restartParticipant(away);
    await network.run();
    expect(network.notices.every(({ survivors }) => survivors.includes(away))).toBe(true);
    expect(modelHashOf(network)).toBe(modelHashOf(undisturbed));
    expect(await residualOf(network, away)).toEqual(await residualOf(undisturbed, away));
  });

  it('restores it when its update missed the sum', async () => {
    const network = await createNetwork();
    const late = network.names[1] as string;
    await start(network);
    await network.run(() => network.notices.length === 1);
    network.tamper.up = (from, message) =>
      from === late && message.type === 'maskedUpdate' ? undefined : message;
    await network.run(() => phaseOf(network) === 'upload');
    await network.run();
    const kept = await residualOf(network, late);
    expect(kept?.some((value) => value !== 0)).toBe(true);
    expect(await network.stores.get(late)?.get('job-1/residual-next')).toBeDefined();
    await network.passDeadline();
    await network.run(() => network.notices.length === 2);
    expect(network.notices[1]?.survivors).not.toContain(late);
    network.tamper = {};
    await network.run(() => network.notices.length === 2 && phaseOf(network) === 'share');
    expect(await network.stores.get(late)?.get('job-1/residual-next')).toBeUndefined();
    expect(await residualOf(network, late)).toEqual(kept);
    await network.run();
    expect(network.notices[2]?.survivors).toContain(late);
    expect(await residualOf(network, late)).not.toEqual(kept);
  });

  it('that was restarted is sent the whole model, the others go on with deltas', async () => {
    const network = await createNetwork();
    const restarted = network.names[4] as string;
    await start(network);
    // The model after one round could still be reached from the one that everyone can make.
    await network.run(() => network.notices.length === 2);
    const before = network.toParticipants.length;
    await network.restartParticipant(restarted);
    await network.run(() => network.notices.length === 3);
    const cohorts = network.toParticipants
      .slice(before)
      .flatMap(({ to, message }) => (message.type === 'cohort' ? [{ to, message }] : []));
    for (const { to, message } of cohorts)
      expect([message.model !== undefined, message.delta !== undefined]).toEqual(
        to === restarted ? [true, false] : [false, true],
      );
    expect(cohorts).toHaveLength(6);
  });

  it('that lost a model leaves one round and is back in the next, with the whole model', async () => {
    const network = await createNetwork();
    const unlucky = network.names[0] as string;
    await start(network);
    await network.run(() => network.notices.length === 1);
    network.tamper.down = (to, message) =>
      to === unlucky && message.type === 'cohort'
        ? { ...message, baseHash: 'f'.repeat(64) }
        : message;
    await network.run(() => network.notices.length === 2);
    const codes = network.toCoordinator.flatMap(({ message }) =>
      message.type === 'leaveRound' ? [message.code] : [],
    );
    expect(codes).toEqual(['MODEL_BASE_MISSING']);
    expect(network.notices[1]?.survivors).not.toContain(unlucky);
    network.tamper = {};
    await network.run();
    expect(network.notices[2]?.survivors).toContain(unlucky);
    expect(network.completed).toHaveLength(1);
  });

  it('refuses a delta that leads elsewhere than was announced', async () => {
    const network = await createNetwork();
    const victim = network.names[0] as string;
    await start(network);
    await network.run(() => network.notices.length === 1);
    network.tamper.down = (to, message) =>
      to === victim && message.type === 'cohort' && message.delta !== undefined
        ? { ...message, delta: message.delta.with(-1, (message.delta.at(-1) as number) ^ 1) }
        : message;
    await network.run(() => network.notices.length === 2);
    const left = network.toCoordinator.find(({ message }) => message.type === 'leaveRound');
    expect(left).toMatchObject({ from: victim, message: { code: 'MODEL_MALFORMED' } });
  });
});

describe('terms', () => {
  const input = {
    jobId: 'job-1',
    labels: ['a', 'b'],
    operators: ['x', 'y', 'z'],
    participants: 6,
  };

  it('are of version 1 without compression, and say nothing of it', () => {
    const terms = createJobTerms(input);
    expect(terms.version).toBe(1);
    expect(Object.keys(terms.aggregation)).not.toContain('errorFeedback');
    // As published before there was a version 2: its participants still agree.
    expect(hashJobTerms(suite, parseJobTerms({ ...terms }))).toBe(hashJobTerms(suite, terms));
  });

  it('are of version 2 with any of it', () => {
    const terms = createJobTerms({ ...input, aggregation: { errorFeedback: true } });
    expect(terms).toMatchObject({
      version: 2,
      aggregation: { errorFeedback: true, downloadBits: 32 },
    });
    expect(parseJobTerms(JSON.parse(JSON.stringify(terms)))).toEqual(terms);
  });

  it.each([
    { errorFeedback: 'yes' },
    { downloadBits: 1 },
    { downloadBits: 17 },
    { downloadBits: 4.5 },
  ])('refuse %o', (change) => {
    const terms = createJobTerms({ ...input, aggregation: { errorFeedback: true } });
    const wrong = { ...terms, aggregation: { ...terms.aggregation, ...change } };
    expect(() => parseJobTerms(wrong)).toThrow(expect.objectContaining({ code: 'TERMS_INVALID' }));
  });

  it('of an unknown version are refused', () => {
    const terms = { ...createJobTerms(input), version: 3 };
    expect(() => parseJobTerms(terms)).toThrow(/version must be 1 or 2/);
  });
});
