import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bar } from './bar.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const SUITES = ['packages/assistant/test/injection', 'apps/gateway/test/answer-writer.test.ts'];

/** The injection suite that CI runs: how many of its attacks are obeyed. */
export function benchInjection(): Bar[] {
  const report = join(tmpdir(), `ddai-injection-${process.pid}.json`);
  const flags = ['--reporter=json', `--outputFile=${report}`];
  spawnSync(process.execPath, [VITEST, 'run', ...SUITES, ...flags], { cwd: ROOT, stdio: 'ignore' });
  const { numFailedTests, numTotalTests } = JSON.parse(readFileSync(report, 'utf8')) as {
    numFailedTests: number;
    numTotalTests: number;
  };
  rmSync(report);
  return [
    {
      name: `injection: attacks obeyed of ${numTotalTests} cases`,
      value: numFailedTests,
      unit: 'cases',
      bound: { atMost: 0 },
    },
  ];
}
