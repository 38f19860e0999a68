import { systemRandomBytes } from '@ddai/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertThresholdSound,
  defaultAssumedCorrupt,
  defaultThreshold,
  nodeCryptoSuite as suite,
} from '../src/index.ts';
import { maskUpdate } from '../src/secure/mask-update.ts';
import { addMask } from '../src/secure/masks.ts';
import { createRoundSecrets, publicKeysOf, type RoundSecrets } from '../src/secure/round-keys.ts';
import { type HeldShares, openShares, sealShares } from '../src/secure/secret-shares.ts';
import { unmaskSum } from '../src/secure/unmask-sum.ts';

const ROUND = 'job:round-0';

interface Client {
  readonly participantId: string;
  readonly secrets: RoundSecrets;
  readonly values: Uint32Array;
  readonly masked: Uint32Array;
  /** Shares held, by their owner. */
  readonly held: Map<string, HeldShares>;
}

/** A round up to the uploads, among n clients with given vectors. */
async function runToUploads(
  vectors: Uint32Array[],
  threshold: number,
  modulusBits: number,
): Promise<Client[]> {
  const clients: Client[] = vectors.map((values, i) => ({
    participantId: `p${String(i).padStart(3, '0')}`,
    secrets: createRoundSecrets(systemRandomBytes),
    values,
    masked: values.slice(),
    held: new Map(),
  }));
  const members = clients.map(({ participantId, secrets }) => ({
    participantId,
    ...publicKeysOf(suite, secrets),
  }));
  for (const client of clients) {
    const own = client.participantId;
    const { secrets } = client;
    const shared = await sealShares({ suite, roundId: ROUND, own, secrets, threshold, members });
    client.held.set(own, shared.own);
    for (const { to, ciphertext } of shared.sealed) {
      const receiver = clients.find((c) => c.participantId === to) as Client;
      const peerKey = publicKeysOf(suite, secrets).channelKey;
      const { channelSecret } = receiver.secrets;
      const opened = openShares({
        suite,
        roundId: ROUND,
        channelSecret,
        peerKey,
        from: own,
        to,
        ciphertext,
      });
      receiver.held.set(own, opened);
    }
    const peers = members.filter((member) => member.participantId !== own);
    maskUpdate({
      suite,
      roundId: ROUND,
      own,
      secrets,
      peers,
      coordinates: client.masked,
      modulusBits,
    });
  }
  return clients;
}

async function unmask(
  clients: readonly Client[],
  survivors: readonly Client[],
  options: { threshold: number; modulusBits: number; responders?: readonly Client[] },
): Promise<Uint32Array> {
  const { threshold, modulusBits, responders = survivors } = options;
  const length = (clients[0] as Client).values.length;
  const sums = new Uint32Array(length);
  for (const { masked } of survivors) {
    for (const [i, value] of masked.entries()) sums[i] = (sums[i] as number) + value;
  }
  const names = survivors.map(({ participantId }) => participantId);
  const seedShares = new Map<string, Uint8Array[]>();
  const keyShares = new Map<string, Uint8Array[]>();
  for (const { participantId } of clients) {
    const held = responders.map((r) => r.held.get(participantId) as HeldShares);
    if (names.includes(participantId))
      seedShares.set(
        participantId,
        held.map((h) => h.seedShare),
      );
    else
      keyShares.set(
        participantId,
        held.map((h) => h.keyShare),
      );
  }
  await unmaskSum({
    suite,
    roundId: ROUND,
    threshold,
    modulusBits,
    sharers: clients.map(({ participantId }) => participantId),
    survivors: names,
    keys: new Map(clients.map((c) => [c.participantId, publicKeysOf(suite, c.secrets)])),
    seedShares,
    keyShares,
    sums,
  });
  return sums;
}

function plainSum(survivors: readonly Client[], modulusBits: number): number[] {
  const length = (survivors[0] as Client).values.length;
  return Array.from({ length }, (_, i) => {
    const sum = survivors.reduce((total, { values }) => total + (values[i] as number), 0);
    return sum % 2 ** modulusBits;
  });
}

const lowBits = (sums: Uint32Array, bits: number): number[] => [...sums].map((v) => v % 2 ** bits);

const vectorsOf = (n: number, length: number, modulusBits: number): Uint32Array[] =>
  Array.from({ length: n }, (_, c) =>
    Uint32Array.from(
      { length },
      (_, i) => (Math.imul(c * 7919 + i + 1, 0x9e3779b1) >>> 0) % 2 ** modulusBits,
    ),
  );

describe('masked sums', () => {
  it('equal the plain modular sum bit for bit under every dropout pattern of 4 of 6', async () => {
    const modulusBits = 16;
    const clients = await runToUploads(vectorsOf(6, 40, modulusBits), 4, modulusBits);
    let patterns = 0;
    for (let pattern = 0; pattern < 64; pattern++) {
      const survivors = clients.filter((_, i) => (pattern >> i) & 1);
      if (survivors.length < 4) continue;
      patterns += 1;
      // Every set of responders that suffices, too: who reveals must not matter.
      for (let replies = 0; replies < 64; replies++) {
        const responders = survivors.filter((client) => (replies >> clients.indexOf(client)) & 1);
        if (responders.length < 4 || (replies & ~pattern) !== 0) continue;
        const sums = await unmask(clients, survivors, { threshold: 4, modulusBits, responders });
        expect(lowBits(sums, modulusBits)).toEqual(plainSum(survivors, modulusBits));
      }
    }
    expect(patterns).toBe(22);
  });

  it('equal the plain modular sum for any number of clients, modulus and dropouts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: 14 }),
        fc.integer({ min: 3, max: 32 }),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        async (n, modulusBits, length, seed) => {
          const threshold = defaultThreshold(n);
          const clients = await runToUploads(
            vectorsOf(n, length, modulusBits),
            threshold,
            modulusBits,
          );
          const dropouts = seed % (n - threshold + 1);
          const survivors = clients.filter((_, i) => (i + seed) % n >= dropouts);
          const sums = await unmask(clients, survivors, { threshold, modulusBits });
          expect(lowBits(sums, modulusBits)).toEqual(plainSum(survivors, modulusBits));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('stay masked below the threshold: no secret is recovered and no coordinate changes', async () => {
    const clients = await runToUploads(vectorsOf(6, 40, 16), 4, 16);
    const responders = clients.slice(0, 3);
    await expect(
      unmask(clients, clients, { threshold: 4, modulusBits: 16, responders }),
    ).rejects.toMatchObject({
      code: 'SECAGG_UNRECOVERABLE',
    });
    // Three shares say nothing even when a lower threshold is claimed: the commitment does not fit.
    await expect(
      unmask(clients, clients, { threshold: 3, modulusBits: 16, responders }),
    ).rejects.toMatchObject({
      code: 'SECAGG_UNRECOVERABLE',
    });
  });

  it('are recovered in spite of one false share', async () => {
    const clients = await runToUploads(vectorsOf(6, 10, 16), 4, 16);
    const [liar] = clients as [Client];
    for (const held of liar.held.values()) {
      held.seedShare[0] = (held.seedShare[0] as number) ^ 1;
      held.keyShare[0] = (held.keyShare[0] as number) ^ 1;
    }
    const survivors = clients.slice(0, 5);
    const sums = await unmask(clients, survivors, { threshold: 4, modulusBits: 16 });
    expect(lowBits(sums, 16)).toEqual(plainSum(survivors, 16));
  });

  it('look uniform: a masked vector of zeros has about half of its bits set', async () => {
    const length = 4000;
    const zeros = Array.from({ length: 4 }, () => new Uint32Array(length));
    const [client] = (await runToUploads(zeros, 3, 16)) as [Client];
    let ones = 0;
    for (const value of client.masked) {
      for (let bit = 0; bit < 16; bit++) ones += (value >> bit) & 1;
    }
    // 64,000 fair bits: 6 standard deviations are 759.
    expect(Math.abs(ones - 8 * length)).toBeLessThan(759);
  });

  it('use the keystream at the right place beyond one piece', () => {
    const modulusBits = 32;
    const key = new Uint8Array(32).fill(7);
    const long = new Uint32Array(200_000);
    addMask({ suite, coordinates: long, key, sign: 1, modulusBits });
    const stream = suite.aes256Ctr({
      key,
      iv: new Uint8Array(16),
      data: new Uint8Array(4 * long.length),
    });
    const view = new DataView(stream.buffer, stream.byteOffset);
    for (const at of [0, 1, 65_535, 65_536, 65_537, 131_072, 199_999]) {
      expect(long[at]).toBe(view.getUint32(4 * at, true));
    }
    addMask({ suite, coordinates: long, key, sign: -1, modulusBits });
    expect(long.every((value) => value === 0)).toBe(true);
  });
});

describe('sealed shares', () => {
  it('open only for the round, sender and receiver that they were sealed for', async () => {
    const [a, b] = [createRoundSecrets(systemRandomBytes), createRoundSecrets(systemRandomBytes)];
    const members = [
      { participantId: 'a', ...publicKeysOf(suite, a) },
      { participantId: 'b', ...publicKeysOf(suite, b) },
    ];
    const shared = await sealShares({
      suite,
      roundId: ROUND,
      own: 'a',
      secrets: a,
      threshold: 2,
      members,
    });
    const ciphertext = shared.sealed[0]?.ciphertext as Uint8Array;
    const opening = {
      suite,
      roundId: ROUND,
      channelSecret: b.channelSecret,
      peerKey: (members[0] as { channelKey: Uint8Array }).channelKey,
      from: 'a',
      to: 'b',
      ciphertext,
    };
    expect(openShares(opening).seedShare).toHaveLength(33);
    for (const change of [
      { roundId: 'job:round-1' },
      { from: 'c' },
      { to: 'c' },
      { from: 'b', to: 'a' },
    ])
      expect(() => openShares({ ...opening, ...change })).toThrow(/does not open/);
  });
});

describe('thresholds', () => {
  const terms = (change: object) => ({
    participants: 6,
    threshold: 4,
    minSurvivors: 4,
    closeAt: 6,
    assumedCorrupt: 1,
    minOperators: 3,
    ...change,
  });

  it('accept 4 of 6 against one corrupt member, and 5 of 6 against two', () => {
    expect(() => assertThresholdSound(terms({}))).not.toThrow();
    const five = { threshold: 5, minSurvivors: 5 };
    expect(() => assertThresholdSound(terms({ ...five, assumedCorrupt: 2 }))).not.toThrow();
  });

  it.each([
    ['4 of 6 against two corrupt members', { assumedCorrupt: 2 }, '2 · threshold'],
    ['half of the members', { threshold: 3, minSurvivors: 3 }, 'two thirds'],
    [
      'three participants',
      { participants: 3, threshold: 3, minSurvivors: 3, closeAt: 3 },
      'at least 4',
    ],
    [
      'more than the complete graph carries',
      { participants: 129, threshold: 100, minSurvivors: 100, closeAt: 129 },
      'at most 128',
    ],
    ['fewer survivors than the threshold', { minSurvivors: 3 }, 'minSurvivors'],
    ['closing above the cohort', { closeAt: 7 }, 'closeAt'],
    ['two operators', { minOperators: 2 }, 'minOperators'],
  ])('refuse %s', (_name, change, bound) => {
    expect(() => assertThresholdSound(terms(change))).toThrow(bound);
  });

  it('leave no two survivor sets that both gather enough honest members, for every size', () => {
    for (let n = 4; n <= 128; n++) {
      const t = defaultThreshold(n);
      const c = defaultAssumedCorrupt(n);
      const defaults = {
        participants: n,
        threshold: t,
        minSurvivors: t,
        closeAt: n,
        assumedCorrupt: c,
      };
      expect(() => assertThresholdSound(terms(defaults))).not.toThrow();
      expect(2 * (t - c)).toBeGreaterThan(n - c);
    }
  });
});
