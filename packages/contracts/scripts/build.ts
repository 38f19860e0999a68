/**
 * Compiles the contracts and writes what others load without compiling: one ABI file per contract
 * in `packages/protocol`, and creation bytecode with compiler settings in `artifacts/`.
 *
 *   node scripts/build.ts           write
 *   node scripts/build.ts --check   compare byte for byte, exit 1 on a difference
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runForge } from './forge.ts';
import { generateFiles } from './generate.ts';

const contracts = dirname(import.meta.dirname);
const check = process.argv.includes('--check');

const code = runForge(contracts, ['build', 'src', '--quiet']);
if (code !== 0) process.exit(code);

let stale = 0;
for (const [path, content] of generateFiles(contracts)) {
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
