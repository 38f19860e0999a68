/**
 * Everything forge checks: unit, attack and invariant tests, then the gas of full transactions on
 * both EVM versions against `snapshots/`, then that the generated files are those of this source.
 *
 *   node scripts/test-forge.ts               all of it
 *   node scripts/test-forge.ts --write-gas   only the gas, writing `snapshots/`
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { runForge } from './forge.ts';

const contracts = dirname(import.meta.dirname);
const writeGas = process.argv.includes('--write-gas');

function step(title: string, run: () => number): void {
  const started = Date.now();
  process.stdout.write(`\n== ${title}\n`);
  const code = run();
  process.stdout.write(`== ${title}: ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
  if (code !== 0) process.exit(code);
}

function gas(evmVersion: 'cancun' | 'prague'): number {
  const mode = writeGas ? '--gas-snapshot-emit' : '--gas-snapshot-check';
  const args = ['test', '--isolate', '--match-path', 'test/gas/*', mode, 'true'];
  // A folder of its own, or the two versions would compile each other's cache away.
  const other = [
    '--evm-version',
    evmVersion,
    '--out',
    'out/prague',
    '--cache-path',
    'cache/prague',
  ];
  return runForge(contracts, evmVersion === 'cancun' ? args : [...args, ...other], {
    DDAI_GAS_SNAPSHOT: evmVersion,
  });
}

if (!writeGas) {
  step('unit, attack and invariant tests', () =>
    runForge(contracts, ['test', '--no-match-path', 'test/gas/*']),
  );
}
step('gas on cancun', () => gas('cancun'));
step('gas on prague', () => gas('prague'));
if (!writeGas) {
  step('generated files are fresh', () => {
    const script = join(import.meta.dirname, 'build.ts');
    return spawnSync(process.execPath, [script, '--check'], { stdio: 'inherit' }).status ?? 1;
  });
}
