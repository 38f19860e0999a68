import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
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
  /** Superuser connection string, the same after a restart. Holds the password: never log it. */
  readonly url: string;
  /** The process now running; changes when it is restarted. */
  pid(): number | undefined;
  /** Ends Postgres with a fast shutdown. */
  stop(): Promise<void>;
}

const SUPERUSER = 'postgres';
const START_TIMEOUT_MILLISECONDS = 30_000;
const STOP_GRACE_MILLISECONDS = 15_000;
const RESTART_PAUSE_MILLISECONDS = 500;

/**
 * Runs a real Postgres on a free loopback port, initialising the data directory the first time,
 * and starts it again on that port when it dies: what it had committed is in its own log. One
 * left over from a killed parent is stopped first.
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
  const secretPath = join(directory, 'superuser.secret');
  const password = readOrCreatePassword(secretPath, user);
  const bin = (name: string): string => join(binaries.directory, 'bin', name);
  const as = user === undefined ? {} : { uid: user.uid, gid: user.gid };
  const spawnOptions = { ...as, cwd: directory, env: { PATH: process.env.PATH, LC_ALL: 'C' } };

  if (!existsSync(join(data, 'PG_VERSION'))) {
    rmSync(data, { recursive: true, force: true }); // A first start that was killed half-way.
    const encoding = ['--encoding=UTF8', '--locale=C'];
    const login = ['-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${secretPath}`];
    const init = spawnSync(bin('initdb'), ['-D', data, ...login, ...encoding], {
      ...spawnOptions,
      encoding: 'utf8',
    });
    if (init.status !== 0)
      throw startError(`initdb failed: ${lastLine(init.stderr) || init.error?.message}`, directory);
  }

  const port = await findFreePort();
  const url = `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  const logPath = join(directory, 'postgres.log');
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=100',
  ];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  let child: ChildProcess | undefined;
  let stopping = false;
  let restarting = Promise.resolve();

  const launch = async (): Promise<void> => {
    await stopLeftover(data);
    const log = openSync(logPath, 'a', 0o600);
    try {
      child = spawn(bin('postgres'), ['-D', data, ...flags], {
        ...spawnOptions,
        stdio: ['ignore', log, log],
      });
    } finally {
      closeSync(log); // The child has its own.
    }
    const launched = child;
    try {
      await waitForConnection({ url, child: launched, logPath, directory });
    } catch (error) {
      await end(launched);
      throw error;
    }
    launched.once('exit', (code, signal) => {
      restarting = relaunch(code ?? signal);
    });
    if (launched.exitCode !== null) restarting = relaunch(launched.exitCode);
  };

  const relaunch = async (why: string | number | null): Promise<void> => {
    while (!stopping) {
      logger.warn({ why }, 'Postgres ended unasked: starting it again');
      try {
        await launch();
        return;
      } catch (error) {
        if (stopping) return;
        logger.error({ error }, 'Postgres did not start again; trying once more');
        await delay(RESTART_PAUSE_MILLISECONDS);
      }
    }
  };

  await launch();
  logger.info({ port, version: binaries.version }, 'Postgres is up');
  return {
    url,
    pid: () => child?.pid,
    stop: async () => {
      stopping = true;
      await end(child); // A start under way fails by this, and is not tried again.
      await restarting;
    },
  };
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await stopProcess(child.pid, 'SIGINT', STOP_GRACE_MILLISECONDS);
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
  if (pid !== undefined) await stopProcess(pid, 'SIGINT', STOP_GRACE_MILLISECONDS);
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
  while (
    Date.now() < deadline &&
    spawnError === undefined &&
    child.exitCode === null &&
    child.signalCode === null
  ) {
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
