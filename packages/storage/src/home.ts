import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { DdaiError } from '@ddai/core';
import { writeFileDurably } from './write-file-durably.ts';

/** Where everything mutable lives (`docs/reference/state.md`). */
export interface Home {
  readonly path: string;
  /** Dumps and log of the local chain. */
  readonly chain: string;
  /** Binaries copied out of node_modules. */
  readonly engines: string;
  readonly postgres: string;
  readonly gateway: string;
  /** One folder per node. */
  readonly nodes: string;
  /** Which processes work on this folder: one pid file each. */
  readonly run: string;
  /** Addresses of the contracts on the local chain. */
  readonly addressBook: string;
}

/** Grows when an older program could not read what a newer one wrote. */
const LAYOUT_VERSION = 1;

/** `DDAI_HOME`, else /var/lib/ddai for root and ~/.local/share/ddai for everybody else. */
export function findHomePath(environment: Readonly<Record<string, string | undefined>>): string {
  const { DDAI_HOME, INIT_CWD } = environment;
  if (DDAI_HOME !== undefined && DDAI_HOME !== '') return resolve(INIT_CWD ?? '', DDAI_HOME);
  return process.getuid?.() === 0 ? '/var/lib/ddai' : join(homedir(), '.local', 'share', 'ddai');
}

/** The folders under `path`, whether they are there or not: makes and checks nothing. */
export function homeAt(path: string): Home {
  return {
    path,
    chain: join(path, 'chain'),
    engines: join(path, 'engines'),
    postgres: join(path, 'postgres'),
    gateway: join(path, 'gateway'),
    nodes: join(path, 'nodes'),
    run: join(path, 'run'),
    addressBook: join(path, 'addresses.json'),
  };
}

/**
 * Opens the state folder at `path`: writes its version file the first time, checks it later. The folder itself
 * is 0711: an unprivileged Postgres passes through it; everything inside has its own rights.
 * @throws {DdaiError} `HOME_VERSION_MISMATCH`, `FILE_NOT_WRITABLE`
 */
export function openHome(path: string): Home {
  const home = homeAt(path);
  const versionFile = join(path, 'version.json');
  if (!existsSync(versionFile)) {
    makeDirectory(path);
    writeFileDurably(versionFile, JSON.stringify({ layout: LAYOUT_VERSION }));
    return home;
  }
  const layout = readLayout(versionFile);
  if (layout !== LAYOUT_VERSION) {
    throw new DdaiError({
      code: 'HOME_VERSION_MISMATCH',
      message: `${path} has layout ${layout ?? 'unknown'}, this program needs ${LAYOUT_VERSION}`,
      remedy: '`ddai reset` erases it; or set DDAI_HOME to another folder.',
    });
  }
  return home;
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o711 });
  } catch (cause) {
    throw new DdaiError({
      code: 'FILE_NOT_WRITABLE',
      message: `cannot make the folder ${path} (${(cause as NodeJS.ErrnoException).code})`,
      remedy: 'Set DDAI_HOME to a folder that this user may write.',
      cause,
    });
  }
}

function readLayout(versionFile: string): number | undefined {
  try {
    return (JSON.parse(readFileSync(versionFile, 'utf8')) as { layout?: number }).layout;
  } catch {
    return undefined;
  }
}
