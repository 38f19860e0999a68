import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeededRandom } from '@ddai/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, runDdai } from './support/run-ddai.ts';

let home: string;
const at = (name: string): string => join(home, name);

const SCHEMA = {
  format: 'ddai-table-1',
  columns: [
    { kind: 'numeric', name: 'x', lower: -1, upper: 1 },
    { kind: 'numeric', name: 'y', lower: -1, upper: 1 },
    { kind: 'categorical', name: 'site', values: ['north', 'south', 'west'] },
    { kind: 'target', name: 'side', task: 'binary', values: ['left', 'right'] },
  ],
};

/** 600 points, right of a line or left of it, from three sites. */
function writeTable(): void {
  const random = createSeededRandom(5);
  const rows = Array.from({ length: 600 }, (_, i) => {
    const [x, y] = [2 * random.next() - 1, 2 * random.next() - 1];
    const side = 2 * x - y > 0 ? 'right' : 'left';
    return `${x.toFixed(4)},${y.toFixed(4)},${['north', 'south', 'west'][i % 3]},${side}`;
  });
  writeFileSync(at('table.csv'), `x,y,site,side\n${rows.join('\n')}\n`);
  writeFileSync(at('schema.json'), JSON.stringify(SCHEMA));
}

function writeTickets(): void {
  const rows = ['card lost', 'card stolen', 'card blocked', 'bill wrong', 'bill late', 'bill due'];
  const lines = Array.from({ length: 60 }, (_, i) => {
    const text = rows[i % rows.length] as string;
    return `my ${text} ${i % 7},${text.split(' ')[0]}`;
  });
  writeFileSync(at('tickets.csv'), `text,category\n${lines.join('\n')}\n`);
}

/** Two IDX files of 40 images, 4 × 4: bright above or bright below. */
function writeImages(): void {
  const random = createSeededRandom(6);
  const pixels = Array.from({ length: 40 * 16 }, (_, i) => {
    const isBright = Math.floor((i % 16) / 8) === Math.floor(i / 16) % 2;
    return (isBright ? 180 : 10) + random.below(60);
  });
  const labels = Array.from({ length: 40 }, (_, i) => i % 2);
  writeFileSync(
    at('images.idx'),
    Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 4, 0, 0, 0, 4, ...pixels]),
  );
  writeFileSync(at('labels.idx'), Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 40, ...labels]));
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ddai-simulate-'));
  writeTable();
  writeTickets();
  writeImages();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const simulate = (...args: string[]): Promise<Ended> =>
  runDdai(['learn', 'simulate', ...args], { home });
const table = (...args: string[]): Promise<Ended> =>
  simulate(
    '--data',
    at('table.csv'),
    '--schema',
    at('schema.json'),
    '--participants',
    '9',
    '--rounds',
    '6',
    '--epochs',
    '2',
    ...args,
  );

interface Printed {
  readonly seeds: readonly {
    readonly accuracy: readonly number[];
    readonly auc?: number;
    readonly modelHash: string;
    readonly refusedUpdates: number;
  }[];
  readonly bytesPerClientRound: number;
}

async function printed(ended: Promise<Ended>): Promise<Printed> {
  const { code, stdout, stderr } = await ended;
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Printed;
}

const accuracyOf = (result: Printed): number => result.seeds[0]?.accuracy.at(-1) ?? 0;

describe('ddai learn simulate over virtual participants', () => {
  it('gives the same model on one thread and on three, and learns', async () => {
    const one = await printed(table('--strategy', 'fedavg', '--workers', '1', '--json'));
    const three = await printed(table('--strategy', 'fedavg', '--workers', '3', '--json'));
    expect(three.seeds).toEqual(one.seeds);
    expect(accuracyOf(one)).toBeGreaterThan(0.9);
    expect(one.seeds[0]?.auc).toBeGreaterThan(0.97);
  });

  it('takes a natural partition, stateful strategies, bits and a cohort', async () => {
    const natural = await printed(
      table(
        '--partition',
        'column:site',
        '--participants',
        '3',
        '--strategy',
        'scaffold',
        '--json',
      ),
    );
    expect(accuracyOf(natural)).toBeGreaterThan(0.9);
    const coarse = await printed(
      table('--bits', '4', '--download-bits', '4', '--cohort', '5', '--json'),
    );
    expect(accuracyOf(coarse)).toBeGreaterThan(0.9);
    expect(coarse.bytesPerClientRound).toBeLessThan(natural.bytesPerClientRound);
  });

  it('holds against attackers with a robust rule, and counts what it refused', async () => {
    const held = await printed(
      table(
        '--attack',
        'large-noise:2',
        '--strategy',
        'multi-krum',
        '--participants',
        '11',
        '--json',
      ),
    );
    expect(accuracyOf(held)).toBeGreaterThan(0.9);
    const counted = await printed(table('--attack', 'not-a-number:2', '--json'));
    expect(counted.seeds[0]?.refusedUpdates).toBe(12);
  });

  it('trains on tickets and on images', async () => {
    const tickets = ['--train', at('tickets.csv'), '--test', at('tickets.csv')];
    const words = await printed(
      simulate(
        ...tickets,
        '--participants',
        '3',
        '--rounds',
        '3',
        '--strategy',
        'fedadam',
        '--json',
      ),
    );
    expect(accuracyOf(words)).toBeGreaterThan(0.9);
    const images = await printed(
      simulate(
        '--data',
        at('images.idx'),
        '--labels',
        at('labels.idx'),
        '--test',
        at('images.idx'),
        '--test-labels',
        at('labels.idx'),
        '--participants',
        '4',
        '--rounds',
        '10',
        '--model',
        'mlp:8',
        '--batch',
        '2',
        '--json',
      ),
    );
    expect(accuracyOf(images)).toBe(1);
  });

  it('trains sparse softmax with Adam and an embedding bag on tickets', async () => {
    const tickets = ['--train', at('tickets.csv'), '--test', at('tickets.csv'), '--json'];
    const few = [...tickets, '--participants', '3', '--rounds', '8'];
    const adam = simulate(...few, '--optimiser', 'adam', '--learning-rate', '0.05');
    expect(accuracyOf(await printed(adam))).toBeGreaterThan(0.9);
    const bag = simulate(...few, '--model', 'embedding-bag', '--strategy', 'fedavg');
    expect(accuracyOf(await printed(bag))).toBeGreaterThan(0.9);
  });

  it('takes a model from a file, and refuses one that does not fit the data', async () => {
    const spec = { kind: 'linear', inputs: 6, outputs: 1, loss: 'binary-cross-entropy' };
    const withSpec = (change: object): Promise<Ended> => {
      writeFileSync(at('model.json'), JSON.stringify({ ...spec, ...change }));
      return table('--model', at('model.json'), '--json');
    };
    expect(accuracyOf(await printed(withSpec({})))).toBeGreaterThan(0.9);
    for (const [change, code] of [
      [{ loss: 'squared-error' }, 'SIMULATION_INVALID'],
      [{ outputs: 2 }, 'SIMULATION_INVALID'],
      [{ kind: 'sparse-linear', dimension: 6, inputs: undefined }, 'SIMULATION_INVALID'],
      [{ inputs: 7 }, 'EXAMPLES_INVALID'],
      [{ depth: 3 }, 'MODEL_SPEC_INVALID'],
    ] as const) {
      const { code: exitCode, stderr } = await withSpec(change);
      expect(exitCode, code).not.toBe(0);
      expect(stderr).toContain(code);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });

  it('writes curves and results that compare reads, with an interval over seeds', async () => {
    const short = ['--seeds', '1,2,3', '--rounds', '1', '--attack', 'label-flip:7'];
    const a = await table(...short, '--json', at('a.json'), '--plot', at('a.svg'));
    expect(a.code, a.stderr).toBe(0);
    expect(a.stderr).toContain('round 3/3, seed 3');
    expect((await table('--seeds', '1,2,3', '--json', at('b.json'))).code).toBe(0);
    expect(readFileSync(at('a.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);

    const compare = ['learn', 'compare', at('a.json'), at('b.json'), '--plot', at('both.svg')];
    const { stdout, code } = await runDdai(compare, { home });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^B is better by \d+\.\d points of AUC \(95 % interval .* 3 seeds\)/);
    expect(readFileSync(at('both.svg'), 'utf8')).toContain('A: ');
  });

  it.each([
    ['more in a cohort than take part', ['--cohort', '10'], 'SIMULATION_INVALID'],
    ['a strategy that does not exist', ['--strategy', 'fedmagic'], 'STRATEGY_INVALID'],
    ['a setting that is no number', ['--strategy', 'fedavg:serverRate=fast'], 'STRATEGY_INVALID'],
    ['an attack that does not exist', ['--attack', 'rumour:2'], 'ATTACK_INVALID'],
    ['more attackers than participants', ['--attack', 'sign-flip:9'], 'SIMULATION_INVALID'],
    ['a model of text for a table', ['--model', 'embedding-bag'], 'SIMULATION_INVALID'],
    [
      'a partition by a column that is not there',
      ['--partition', 'column:iban'],
      'TABLE_COLUMN_MISSING',
    ],
    ['more participants than rows', ['--participants', '5000'], 'PARTITION_INVALID'],
    ['secure rounds of a table', ['--secure'], 'SIMULATION_INVALID'],
  ])('refuses %s', async (_, args, code) => {
    const ended = await table(...args);
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain(code);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });
});

describe('ddai learn check', () => {
  it('says that a table fits, or what does not, without a value of a row', async () => {
    const check = (file: string): Promise<Ended> =>
      runDdai(['learn', 'check', '--data', file, '--schema', at('schema.json'), '--json'], {
        home,
      });
    expect((await check(at('table.csv'))).code).toBe(0);
    writeFileSync(at('bad.csv'), 'x,y,site,side\nSECRET,0.5,north,GEHEIM\n');
    const { code, stdout } = await check(at('bad.csv'));
    expect(code).toBe(1);
    expect(stdout).toContain('DATA_CELL_INVALID');
    expect(stdout).not.toMatch(/SECRET|GEHEIM/);
  });
});
