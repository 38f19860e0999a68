import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DdaiError } from '@ddai/core';
import { recordRun, stopProcess } from '@ddai/engines';
import type { Home } from '@ddai/storage';
import { type App, findApp } from '../find-app.ts';
import { partsDirectory } from '../recorded-parts.ts';

/** What a part says on standard output: one JSON object a line, each with `event`. */
export interface PartEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface PartOptions {
  /** For people: `gateway`, `node-1`. */
  readonly name: string;
  /** Which app's `main` to run. */
  readonly app: App;
  readonly args: readonly string[];
  readonly home: Home;
}

/** One process of the network, under our care. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  /** The next, or an earlier, event of this name. @throws {DdaiError} `PART_ENDED`, `PART_SILENT` */
  waitFor(event: string, timeoutMilliseconds: number): Promise<PartEvent>;
  /** How it ended, once it has: its exit code or signal. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

const STOP_GRACE_MILLISECONDS = 20_000;

/** Starts an app as a process of its own; its log goes to `<home>/logs/<name>.log`. */
export function startPart({ name, app, args, home }: PartOptions): Part {
  const logPath = join(home.path, 'logs', `${name}.log`);
  mkdirSync(dirname(logPath), { recursive: true, mode: 0o700 });
  const log = openSync(logPath, 'a', 0o600);
  const logStart = fstatSync(log).size;
  const child: ChildProcess = spawn(
    process.execPath,
    [...process.execArgv, findApp(app), ...args],
    {
      stdio: ['ignore', 'pipe', log],
      env: environmentOf(home),
    },
  );
  closeSync(log);
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) {
    throw new DdaiError({ code: 'PART_ENDED', message: `${name} could not be started` });
  }
  const forget = recordRun(partsDirectory(home), name, pid);
  const events = new EventEmitter();
  const seen = new Map<string, PartEvent>();
  let hasEnded = false;
  createInterface({ input: stdout }).on('line', (line) => {
    const event = parseEvent(line);
    if (event === undefined) return;
    seen.set(event.event, event);
    events.emit('event', event);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      hasEnded = true;
      forget();
      resolve(String(signal ?? `exit code ${code}`));
      events.emit('ended');
    });
  });

  const waitFor = (wanted: string, timeoutMilliseconds: number): Promise<PartEvent> =>
    new Promise((resolve, reject) => {
      const known = seen.get(wanted);
      if (known !== undefined) {
        resolve(known);
        return;
      }
      const finish = (then: () => void): void => {
        clearTimeout(timer);
        events.off('event', onEvent);
        events.off('ended', onEnded);
        then();
      };
      const fail = (code: string, what: string): void =>
        finish(() =>
          reject(
            new DdaiError({
              code,
              message: [`${name} ${what}`, readLastReport(logPath, logStart)].join(''),
              remedy: `Its log is ${logPath}.`,
            }),
          ),
        );
      const onEvent = (event: PartEvent): void => {
        if (event.event === wanted) finish(() => resolve(event));
      };
      const onEnded = (): void =>
        fail(
          'PART_ENDED',
          `ended before it was ${wanted} (exit ${child.exitCode ?? child.signalCode})`,
        );
      const timer = setTimeout(
        () => fail('PART_SILENT', `was not ${wanted} after ${timeoutMilliseconds / 1000} s`),
        timeoutMilliseconds,
      );
      events.on('event', onEvent);
      events.on('ended', onEnded);
      if (hasEnded) onEnded();
    });

  return {
    name,
    pid,
    waitFor,
    ended,
    stop: async () => {
      if (!hasEnded) await stopProcess(pid, 'SIGTERM', STOP_GRACE_MILLISECONDS);
    },
    kill: async () => {
      if (!hasEnded) await stopProcess(pid, 'SIGKILL', 0);
    },
  };
}

/** `start` says everything a part needs by flags: settings for the user's own gateway or node stay out. */
function environmentOf(home: Home): NodeJS.ProcessEnv {
  const { DDAI_LOG_LEVEL, ...rest } = process.env;
  const foreign = Object.entries(rest).filter(([name]) => !name.startsWith('DDAI_'));
  return {
    ...Object.fromEntries(foreign),
    ...(DDAI_LOG_LEVEL === undefined ? {} : { DDAI_LOG_LEVEL }),
    DDAI_HOME: home.path,
    DDAI_CONFIG: '',
  };
}

const REPORT = /^ddai[a-z ]*: (.+)$/gm;

/** What the part said last of why it ended, as `: …`; empty when it said nothing. */
function readLastReport(logPath: string, from: number): string {
  const log = readFileSync(logPath).subarray(from).toString('utf8');
  const last = [...log.matchAll(REPORT)].at(-1)?.[1];
  return last === undefined ? '' : `: ${last}`;
}

function parseEvent(line: string): PartEvent | undefined {
  try {
    const value = JSON.parse(line) as Partial<PartEvent>;
    return typeof value.event === 'string' ? (value as PartEvent) : undefined;
  } catch {
    return undefined; // Not for us.
  }
}
