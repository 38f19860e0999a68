/**
 * Compiles the contracts and writes what others load without compiling: one ABI file per contract
 * in `packages/protocol`, and creation bytecode with compiler settings in `artifacts/`.
 *
 *   node scripts/build.ts                write; refused if a contract could not read what its
 *                                        committed version wrote
 *   node scripts/build.ts --new-layout   write all the same: for layouts that nothing deployed has
 *   node scripts/build.ts --check        compare byte for byte, exit 1 on a difference
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Artifact } from '../deploy/artifact.ts';
import { assertLayoutExtends } from '../deploy/storage-layout.ts';
import { runForge } from './forge.ts';
import { generateFiles } from './generate.ts';

const contracts = dirname(import.meta.dirname);
const check = process.argv.includes('--check');
const newLayout = process.argv.includes('--new-layout');

const code = runForge(contracts, ['build', 'src', '--quiet']);
if (code !== 0) process.exit(code);

const files = generateFiles(contracts);
if (!check && !newLayout) {
  for (const [path, content] of files) assertReadable(join(dirname(contracts), path), content);
}

let stale = 0;
for (const [path, content] of files) {
  const target = join(dirname(contracts), path);
  if (existsSync(target) && readFileSync(target, 'utf8') === content) continue;
  if (check) {
    stale += 1;
    process.stderr.write(`stale: packages/${path}\n`);
  } else {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    process.stdout.write(`wrote packages/${path}\n`);
  }
}
if (stale > 0) {
  process.stderr.write('Run `npm run contracts:build` and commit what it wrote.\n');
  process.exit(1);
}

/** The artifact that is there says what storage the new one must be able to read. */
function assertReadable(target: string, content: string): void {
  if (!target.endsWith('.json') || !existsSync(target)) return;
  const { storage: before = {} } = JSON.parse(readFileSync(target, 'utf8')) as Partial<Artifact>;
  const { contract, storage: after } = JSON.parse(content) as Artifact;
  assertLayoutExtends(contract, { before, after });
}
