import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A copy of what forge compiles, without gas and invariant tests, that scripts may break. */
export interface ScratchProject {
  readonly directory: string;
  remove(): void;
}

const LIBRARIES = ['@openzeppelin/contracts', '@openzeppelin/contracts-upgradeable'];

/**
 * The libraries are copied into it, because coverage cannot read any outside of the project. There is
 * one compiler profile instead of two: whoever uses this switches the optimiser off.
 */
export function createScratchProject(contracts: string): ScratchProject {
  // Its real path, because forge takes a library behind a link for another one.
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'ddai-contracts-')));
  for (const part of ['src', 'test/base', 'test/unit', 'test/attack']) {
    cpSync(join(contracts, part), join(directory, part), { recursive: true });
  }
  const require = createRequire(import.meta.url);
  for (const library of LIBRARIES) {
    const from = dirname(require.resolve(`${library}/package.json`));
    cpSync(from, join(directory, 'node_modules', library), { recursive: true });
  }
  const compiler = writeCompiler(directory, join(contracts, 'bin', 'solc.mjs'));
  const settings = readFileSync(join(contracts, 'foundry.toml'), 'utf8')
    .replaceAll('../../node_modules', 'node_modules')
    .replace(/^(additional_compiler_profiles|compilation_restrictions) .*$/gm, '')
    .replace(/^solc .*$/m, `solc = "${compiler}"`);
  writeFileSync(join(directory, 'foundry.toml'), settings);
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Forge asks for the compiler's version several times a run, half a second each: told once. */
function writeCompiler(directory: string, compiler: string): string {
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  const { stdout } = spawnSync(process.execPath, [compiler, '--version'], { encoding: 'utf8' });
  writeFileSync(join(bin, 'version.txt'), stdout);
  const script = join(bin, 'solc.sh');
  writeFileSync(
    script,
    `#!/bin/sh\n[ "$1" = --version ] && exec cat "${bin}/version.txt"\nexec "${compiler}" "$@"\n`,
    { mode: 0o755 },
  );
  return script;
}
