/**
 * How much of `src` the unit and attack tests reach, by contract; exit 1 below the bounds. Gas and
 * invariant tests are left out: they reach nothing of their own.
 *
 *   node scripts/coverage.ts             the table
 *   node scripts/coverage.ts --missing   also every line and branch that no test reaches
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { captureForge } from './forge.ts';
import { type FileCoverage, parseLcov } from './lcov.ts';
import { createScratchProject } from './scratch-project.ts';

const MIN_LINES = 98;
const MIN_BRANCHES = 95;

const { values } = parseArgs({ options: { missing: { type: 'boolean', default: false } } });
const project = createScratchProject(dirname(import.meta.dirname));
process.on('exit', () => project.remove());

const report = join(project.directory, 'lcov.info');
const { status, output } = captureForge(
  project.directory,
  ['coverage', '--threads', '1', '--report', 'lcov', '--report-file', report],
  // Forge switches the optimiser off itself, so that every line is one.
  { FOUNDRY_FUZZ_RUNS: '64' },
);
if (status !== 0) {
  process.stderr.write(`${output}\nCoverage needs every test to pass.\n`);
  process.exit(1);
}

const files = parseLcov(readFileSync(report, 'utf8')).filter(({ path }) => path.startsWith('src/'));
const rows = [...files, sum(files)];
const width = Math.max(...rows.map(({ path }) => path.length)) + 2;
for (const { path, lines, branches } of rows) {
  process.stdout.write(`${path.padEnd(width)}${share(lines)}${share(branches)}\n`);
}
if (values.missing) {
  for (const { path, lines, branches } of files) {
    for (const at of lines.missing) process.stdout.write(`${path}:${at} line\n`);
    for (const at of branches.missing) process.stdout.write(`${path}:${at} branch\n`);
  }
}
const all = sum(files);
const enough = percent(all.lines) >= MIN_LINES && percent(all.branches) >= MIN_BRANCHES;
if (!enough) {
  process.stderr.write(`Below ${MIN_LINES}% of lines or ${MIN_BRANCHES}% of branches.\n`);
}
process.exit(enough ? 0 : 1);

function sum(each: readonly FileCoverage[]): FileCoverage {
  const add = (kind: 'lines' | 'branches') => ({
    found: each.reduce((total, file) => total + file[kind].found, 0),
    hit: each.reduce((total, file) => total + file[kind].hit, 0),
    missing: [],
  });
  return { path: 'all', lines: add('lines'), branches: add('branches') };
}

function percent({ found, hit }: { found: number; hit: number }): number {
  return found === 0 ? 100 : (100 * hit) / found;
}

function share(counted: { found: number; hit: number }): string {
  return (
    `${percent(counted).toFixed(2)}%`.padStart(9) + ` ${counted.hit}/${counted.found}`.padEnd(12)
  );
}
