import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTaskClassifier, parseIntentModel } from '@ddai/learning';
import { createTemporaryDirectory } from '@ddai/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { type Ended, runDdai } from './support/run-ddai.ts';

const BANK = fileURLToPath(new URL('../../../examples/bank', import.meta.url));
const folder = createTemporaryDirectory();
const train = join(BANK, 'tickets.csv');
const heldOut = join(BANK, 'tickets-held-out.csv');
const out = join(folder.path, 'model.safetensors');
afterAll(() => folder.remove());

const intents = (...args: string[]): Promise<Ended> =>
  runDdai(['intents', ...args], { home: join(folder.path, 'home') });

describe('ddai intents', () => {
  it('trains a calibrated model of any label column, and calibrates it anew', async () => {
    const trained = await intents(
      ...['train', '--train', train, '--label-column', 'priority', '--out', out, '--json'],
    );
    const again = join(folder.path, 'again.safetensors');
    const calibrated = await intents(
      ...['calibrate', '--model', out, '--tickets', heldOut, '--label-column', 'priority'],
      ...['--kept', '0.9', '--out', again, '--json'],
    );
    const model = parseIntentModel(new Uint8Array(readFileSync(out)));
    const second = parseIntentModel(new Uint8Array(readFileSync(again)));

    expect(JSON.parse(trained.stdout)).toMatchObject({
      labels: ['high', 'low', 'normal', 'urgent'],
      temperature: model.temperature,
      outOfScope: { kept: 0.95, tickets: 536 },
    });
    expect(JSON.parse(calibrated.stdout)).toMatchObject({
      outOfScope: { kept: 0.9, tickets: 133 },
    });
    expect(second.weights).toEqual(model.weights);
    expect(second.outOfScope).not.toEqual(model.outOfScope);
    const { intent } = createTaskClassifier({ intent: second }).classify('My card was stolen');
    expect(intent?.label).toBe('urgent');
  });

  it('says how much of what is out of scope is found', async () => {
    const strange = join(folder.path, 'strange.csv');
    const texts = [
      'Which wine goes with lamb',
      'The opera begins at eight',
      'Prune roses in spring',
    ];
    writeFileSync(strange, `text,category\n${texts.map((text) => `${text},none`).join('\n')}\n`);
    const { stdout } = await intents(
      ...['evaluate', '--train', train, '--test', heldOut, '--out-of-scope', strange, '--json'],
    );
    const result = JSON.parse(stdout) as Record<string, number> & {
      outOfScope: { texts: number; recall: number; areaUnderCurve: number };
    };

    expect(result.inScopeKept).toBeGreaterThan(0.85);
    expect(result.calibrationError).toBeGreaterThan(0);
    expect(result.calibrationError).toBeLessThan(0.2);
    expect(result.outOfScope.texts).toBe(3);
    expect(result.outOfScope.areaUnderCurve).toBeGreaterThan(0.8);
  });

  it.each([
    ['a label column that is not there', ['--label-column', 'mood'], /TICKETS_COLUMN_MISSING/],
    ['the text as label', ['--label-column', 'text'], /label-column/],
    ['a share of 1', ['--kept', '1'], /above 0 and below 1/],
  ])('refuses %s and writes nothing', async (_what, flags, message) => {
    const refused = join(folder.path, 'refused.safetensors');
    const { code, stderr } = await intents('train', '--train', train, '--out', refused, ...flags);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(refused)).toBe(false);
  });

  it('refuses a file that is no model, and tickets with a label that the model has not', async () => {
    const noModel = await intents(
      ...['calibrate', '--model', train, '--tickets', heldOut, '--out', `${out}.2`],
    );
    const otherLabels = await intents(
      ...['calibrate', '--model', out, '--tickets', heldOut, '--out', `${out}.2`],
    );
    expect(noModel.stderr).toMatch(/SAFETENSORS_MALFORMED/);
    expect(otherLabels.stderr).toMatch(/TICKETS_LABEL_UNKNOWN/);
    expect([noModel.code, otherLabels.code]).toEqual([2, 2]);
    expect(existsSync(`${out}.2`)).toBe(false);
  });
});
