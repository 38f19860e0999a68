import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { nodeCryptoSuite as suite, verifyReceipt, writeReceipt } from '../src/index.ts';
import { hashEvent, type RecordedEvent } from '../src/job/event-log.ts';
import { base64ToBytes, bytesToBase64 } from '../src/receipt/base64.ts';
import { createJobNetwork, verify } from './job-network.ts';

let lines: string[] = [];
let modelHash = '';
const check = (changed: readonly string[]) => verifyReceipt({ lines: changed, suite, verify });

async function linesOf(network: Awaited<ReturnType<typeof createJobNetwork>>): Promise<string[]> {
  const written: string[] = [];
  for await (const line of writeReceipt({ events: network.events, blobs: network.blobs }))
    written.push(line);
  return written;
}

beforeAll(async () => {
  const network = await createJobNetwork({ rounds: 2 });
  // One site is lost in the first round: the receipt holds shares of both kinds.
  const lost = network.names[4] as string;
  await network.startCoordinator();
  for (const name of network.names) await network.join(name);
  await network.run(() => network.coordinator().status().phase === 'upload');
  await network.disconnect(lost);
  await network.run(() => network.notices.length === 1);
  await network.join(lost);
  await network.run();
  lines = await linesOf(network);
  modelHash = network.completed[0]?.modelHash ?? '';
});

describe('verifyReceipt', () => {
  it('recomputes every sum and model of a whole job', async () => {
    expect(await check(lines)).toMatchObject({
      holds: true,
      jobId: 'job-1',
      closedRounds: 2,
      status: 'completed',
      modelHash,
    });
  });

  it('fails on any one altered bit, with a place and a reason', async () => {
    const text = lines.join('\n');
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 0, max: 6 }), async (at, bit) => {
        const flipped = String.fromCharCode(text.charCodeAt(at) ^ (1 << bit));
        const changed = `${text.slice(0, at)}${flipped}${text.slice(at + 1)}`;
        const verdict = await check(changed.split('\n'));
        expect(verdict.holds).toBe(false);
        if (!verdict.holds) expect(verdict.reason.length).toBeGreaterThan(3);
      }),
      { numRuns: 60 },
    );
  });

  it('fails on a line left out, doubled or swapped', async () => {
    for (const at of [1, 2, 5, Math.floor(lines.length / 2)]) {
      expect((await check(lines.toSpliced(at, 1))).holds).toBe(false);
      expect((await check(lines.toSpliced(at, 0, lines[at] as string))).holds).toBe(false);
      expect(
        (await check(lines.toSpliced(at, 2, lines[at + 1] as string, lines[at] as string))).holds,
      ).toBe(false);
    }
  });

  it('holds as far as it goes when cut off, and says that the job had not ended', async () => {
    const end = lines.findIndex((line) => line.includes('"roundClosed"')) + 1;
    expect(await check(lines.slice(0, end))).toMatchObject({
      holds: true,
      status: 'running',
      closedRounds: 1,
    });
  });

  /** Alters an event and forges the chain after it, as a coordinator could. */
  function forge(alter: (event: RecordedEvent['event']) => unknown): string[] {
    let previousHash: string | undefined;
    return lines.flatMap((line) => {
      const parsed = JSON.parse(line) as { event?: RecordedEvent };
      if (parsed.event === undefined) return [line];
      const event = alter(parsed.event.event) as RecordedEvent['event'];
      const link = {
        ...parsed.event,
        event,
        previousHash: previousHash ?? parsed.event.previousHash,
      };
      const hash = hashEvent(suite, link);
      previousHash = hash;
      const { at, index } = link;
      return [
        JSON.stringify({ event: { at, event, hash, index, previousHash: link.previousHash } }),
      ];
    });
  }
  const canonical = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(canonical)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([k, v]) => [k, canonical(v)]),
          )
        : value;

  it.each([
    ['another model', 'roundClosed', { modelHash: 'a'.repeat(64) }, 'another model'],
    ['another sum', 'roundClosed', { sumHash: 'a'.repeat(64) }, 'another sum'],
    ['better metrics', 'roundClosed', { metrics: { weight: 1 } }, 'not what the round adds up to'],
    ['an unsigned upload', 'updateUploaded', { signature: '00'.repeat(32) }, 'SIGNATURE_INVALID'],
    ['fewer survivors', 'survivorsFixed', { survivors: [] }, 'not the step that must follow'],
    ['a forged join', 'participantJoined', { operator: 'cloud' }, 'SIGNATURE_INVALID'],
    ['a changed cohort', 'roundOpened', { cohort: [] }, 'no step was due'],
  ])('finds %s although the chain was forged to fit', async (_name, type, change, reason) => {
    const forged = forge((event) =>
      event.type === type ? canonical({ ...event, ...change }) : event,
    );
    const verdict = await check(forged);
    expect(verdict).toMatchObject({ holds: false });
    if (!verdict.holds) expect(verdict.reason).toContain(reason);
  });

  it('checks operators against a registry when one is given', async () => {
    const verdict = await verifyReceipt({ lines, suite, verify, operatorOf: () => 'telco' });
    expect(verdict).toMatchObject({ holds: false, index: 1 });
  });
});

describe('base64', () => {
  it('agrees with Node and reads back one spelling only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = bytesToBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect(base64ToBytes(text)).toEqual(bytes);
      }),
    );
    for (const text of ['A', 'AB==', 'AA=A', 'A===', 'AAA*', 'AAé=', 'AAB=']) {
      expect(base64ToBytes(text)).toBeUndefined();
    }
  });
});
