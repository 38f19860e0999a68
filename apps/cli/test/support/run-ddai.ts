import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/ddai.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly home: string;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** A command that runs it, for instance with fewer rights. */
  readonly through?: readonly string[];
}

export interface Running {
  readonly child: ChildProcess;
  /** What it wrote until now. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
}

/** Runs the command as a user does, and waits for its end. */
export function runDdai(args: readonly string[], options: RunOptions): Promise<Ended> {
  return spawnDdai(args, options).ended;
}

/** Starts the command as a user does. Nothing of our own environment leaks in. */
export function spawnDdai(
  args: readonly string[],
  { home, env = {}, cwd, through = [] }: RunOptions,
): Running {
  const [command = process.execPath, ...rest] = [...through, process.execPath, BIN, ...args];
  const child = spawn(command, rest, {
    env: { ...inherited(), ...env, DDAI_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout: stdout(), stderr: stderr() }));
  });
  return { child, stdout, stderr, ended };
}

/** `name` of every process that works on the state folder `home`, as `pid command`. */
export function findProcessesOf(home: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      const command = readProc(pid, 'cmdline');
      // A zombie has neither; Postgres hides its environment but names its data folder.
      const isOurs = `${command}\0${readProc(pid, 'environ')}`.includes(home);
      return isOurs ? [`${pid} ${command.replaceAll('\0', ' ')}`] : [];
    });
}

function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('DDAI_') && name !== 'DATABASE_URL' && name !== 'INIT_CWD',
    ),
  );
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (part: string) => {
    text += part;
  });
  return () => text;
}

function readProc(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return ''; // It ended meanwhile.
  }
}
