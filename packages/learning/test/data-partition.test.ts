import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Partition, parsePartition, partitionRows } from '../src/index.ts';
import { refusalOf } from './refusal.ts';

const CLASSES = Array.from({ length: 1_000 }, (_, row) => row % 10);
const SITES = Array.from({ length: 1_000 }, (_, row) => `site-${row % 7}`);

function deal(partition: Partition, participants: number, seed = 1): Uint32Array[] {
  const rows = CLASSES.length;
  return partitionRows({ rows, participants, partition, seed, classes: CLASSES, groups: SITES });
}

const classesOf = (part: Uint32Array): Set<number> =>
  new Set(Array.from(part, (row) => CLASSES[row] as number));

describe('partitionRows', () => {
  it('deals every row to exactly one participant, the same by seed, whatever the partition', () => {
    const partition = fc.oneof(
      fc.constant('iid'),
      fc.constant('dirichlet:0.5'),
      fc.constant('quantity:1'),
      fc.constant('shards:2'),
      fc.constant('column:site'),
    );
    fc.assert(
      fc.property(
        partition,
        fc.integer({ min: 1, max: 7 }),
        fc.nat(),
        (text, participants, seed) => {
          const parts = deal(parsePartition(text), participants, seed);
          const rows = parts.flatMap((part) => [...part]).sort((a, b) => a - b);
          expect(rows).toEqual(CLASSES.map((_, row) => row));
          expect(deal(parsePartition(text), participants, seed)).toEqual(parts);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives most participants two classes with two shards each (McMahan et al. 2017, §3)', () => {
    const parts = deal({ kind: 'shards', perParticipant: 2 }, 50);
    for (const part of parts) {
      expect(part.length).toBe(20);
      expect(classesOf(part).size).toBeLessThanOrEqual(2);
    }
  });

  it('keeps the distribution of labels and skews sizes with quantity', () => {
    const parts = deal({ kind: 'quantity', alpha: 0.5 }, 5);
    const sizes = parts.map((part) => part.length).sort((a, b) => a - b);
    expect((sizes.at(-1) ?? 0) / (sizes[0] ?? 1)).toBeGreaterThan(2);
    const largest = parts.reduce((a, b) => (a.length > b.length ? a : b));
    for (let label = 0; label < 10; label++) {
      const share = [...largest].filter((row) => CLASSES[row] === label).length / largest.length;
      expect(share).toBeGreaterThan(0.05);
      expect(share).toBeLessThan(0.16);
    }
  });

  it('skews labels with a small alpha of Dirichlet', () => {
    const parts = deal({ kind: 'dirichlet', alpha: 0.1 }, 8);
    const top = parts.map((part) => {
      const counts = new Map<number, number>();
      for (const row of part) {
        const label = CLASSES[row] as number;
        counts.set(label, (counts.get(label) ?? 0) + 1);
      }
      return Math.max(...counts.values()) / part.length;
    });
    expect(Math.max(...top)).toBeGreaterThan(0.3);
  });

  it('keeps rows of one site together, one site a participant when there are as many', () => {
    for (const part of deal({ kind: 'column', column: 'site' }, 7)) {
      expect(new Set(Array.from(part, (row) => SITES[row])).size).toBe(1);
    }
    const owners = new Map<string, Set<number>>();
    deal({ kind: 'column', column: 'site' }, 3).forEach((part, owner) => {
      for (const row of part) {
        const site = SITES[row] as string;
        owners.set(site, (owners.get(site) ?? new Set()).add(owner));
      }
    });
    for (const set of owners.values()) expect(set.size).toBe(1);
  });

  it.each([
    [{ kind: 'iid' }, 1_001],
    [{ kind: 'iid' }, 0],
    [{ kind: 'iid' }, 2.5],
    [{ kind: 'column', column: 'site' }, 8],
    [{ kind: 'dirichlet', alpha: 1e-6 }, 100],
    [{ kind: 'quantity', alpha: 1e-6 }, 100],
  ] as const)('refuses %j over %d participants', async (partition, participants) => {
    const error = await refusalOf(() => deal(partition, participants));
    expect(error.code).toBe('PARTITION_INVALID');
  });

  it('refuses a partition by labels or by a column that are not there', async () => {
    for (const text of ['dirichlet:1', 'shards:2', 'column:site']) {
      const partition = parsePartition(text);
      const error = await refusalOf(() =>
        partitionRows({ rows: 100, participants: 2, partition, seed: 1 }),
      );
      expect(error.code).toBe('PARTITION_INVALID');
    }
  });
});

describe('parsePartition', () => {
  it('reads every kind', () => {
    expect(parsePartition('iid')).toEqual({ kind: 'iid' });
    expect(parsePartition('quantity:0.5')).toEqual({ kind: 'quantity', alpha: 0.5 });
    expect(parsePartition('shards:2')).toEqual({ kind: 'shards', perParticipant: 2 });
    expect(parsePartition('column:a:b')).toEqual({ kind: 'column', column: 'a:b' });
  });

  it.each([
    '',
    'dirichlet',
    'dirichlet:',
    'dirichlet:0',
    'dirichlet:-1',
    'dirichlet:1e9',
    'shards:0',
    'shards:1.5',
    'quantity:x',
    'column:',
    'by:site',
    ':1',
  ])('refuses %j', async (text) => {
    expect((await refusalOf(() => parsePartition(text))).code).toBe('PARTITION_INVALID');
  });
});
