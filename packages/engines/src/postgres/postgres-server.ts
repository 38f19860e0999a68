import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DdaiError, type Logger } from '@ddai/core';
import { Client } from 'pg';
import { findFreePort } from '../process/free-port.ts';
import { stopProcess } from '../process/stop-process.ts';
import { installPostgresBinaries } from './install-binaries.ts';
import { readPostmasterPid } from './postmaster-pid.ts';
import { findUnprivilegedUser, type SystemUser } from './unprivileged-user.ts';

export interface PostgresOptions {
  /** Holds `data/`, the password file and the log; created. */
  readonly directory: string;
  /** Where the binaries are copied to, shared by all data directories. */
  readonly enginesDirectory: string;
}

export interface PostgresServer {
  /** Superuser connection string. Holds the password: never log it. */
  readonly url: string;
  readonly pid: number | undefined;
  /** Ends Postgres with a fast shutdown. */
  stop(): Promise<void>;
}

const SUPERUSER = 'postgres';
const START_TIMEOUT_MILLISECONDS = 30_000;

/**
 * Starts a real Postgres on a free loopback port, initialising the data directory the first
 * time. One left over from a killed parent is stopped first: its data is safe in its own log.
 * @throws {DdaiError} `POSTGRES_START_FAILED`, `POSTGRES_BINARIES_MISSING`, `POSTGRES_USER_MISSING`
 */
export async function startPostgres(
  { directory, enginesDirectory }: PostgresOptions,
  { logger }: { readonly logger: Logger },
): Promise<PostgresServer> {
  const user = findUnprivilegedUser();
  const binaries = installPostgresBinaries(enginesDirectory);
  const data = join(directory, 'data');
  prepareDirectory(directory, user);
  const password = readOrCreatePassword(join(directory, 'superuser.secret'), user);
  const bin = (name: string): string => join(binaries.directory, 'bin', name);
  const as = user === undefined ? {} : { uid: user.uid, gid: user.gid };
  const spawnOptions = { ...as, cwd: directory, env: { PATH: process.env.PATH, LC_ALL: 'C' } };

  if (!existsSync(join(data, 'PG_VERSION'))) {
    rmSync(data, { recursive: true, force: true }); // A first start that was killed half-way.
    const args = [
      '-D',
      data,
      '-U',
      SUPERUSER,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
    ];
    args.push(`--pwfile=${join(directory, 'superuser.secret')}`);
    const init = spawnSync(bin('initdb'), args, { ...spawnOptions, encoding: 'utf8' });
    if (init.status !== 0)
      throw startError(`initdb failed: ${lastLine(init.stderr) || init.error?.message}`, directory);
  } else {
    await stopLeftover(data);
  }

  const port = await findFreePort();
  const logPath = join(directory, 'postgres.log');
  const log = openSync(logPath, 'a', 0o600);
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=100',
  ];
  const child = spawn(
    bin('postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...spawnOptions,
      stdio: ['ignore', log, log],
    },
  );
  const url = `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  await waitForConnection({ url, child, logPath, directory });
  logger.info({ port, version: binaries.version }, 'Postgres is up');
  return {
    url,
    pid: child.pid,
    stop: async () => {
      if (child.pid !== undefined) await stopProcess(child.pid, 'SIGINT', 15_000);
    },
  };
}

/** The data directory is 0700 and owned by whoever runs Postgres. */
function prepareDirectory(directory: string, user: SystemUser | undefined): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
}

function readOrCreatePassword(path: string, user: SystemUser | undefined): string {
  if (!existsSync(path)) {
    writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (user !== undefined) chownSync(path, user.uid, user.gid);
  }
  return readFileSync(path, 'utf8').trim();
}

/** One whose parent was killed; SIGINT is Postgres's fast shutdown. */
async function stopLeftover(data: string): Promise<void> {
  const pid = readPostmasterPid(data);
  if (pid !== undefined) await stopProcess(pid, 'SIGINT', 15_000);
}

interface WaitOptions {
  readonly url: string;
  readonly child: ChildProcess;
  readonly logPath: string;
  readonly directory: string;
}

async function waitForConnection({ url, child, logPath, directory }: WaitOptions): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MILLISECONDS;
  let spawnError: Error | undefined;
  child.once('error', (error) => {
    spawnError = error;
  });
  while (Date.now() < deadline && spawnError === undefined && child.exitCode === null) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    try {
      await client.connect();
      return;
    } catch {
      await delay(50); // Still starting or recovering.
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  const reason =
    spawnError?.message ?? lastLine(existsSync(logPath) ? readFileSync(logPath, 'utf8') : '');
  throw startError(reason || 'no connection in time', directory);
}

function lastLine(text: string | null): string {
  return text?.trim().split('\n').at(-1) ?? '';
}

function startError(reason: string, directory: string): DdaiError {
  return new DdaiError({
    code: 'POSTGRES_START_FAILED',
    message: `Postgres did not start in ${directory}: ${reason}`,
    remedy:
      'See postgres.log there: a full disk or an unreachable parent directory are the usual reasons.',
  });
}
