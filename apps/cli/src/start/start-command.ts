import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { withoutControls } from '@ddai/command-line';
import { DdaiError } from '@ddai/core';
import { assertPortFree, assertRunFree, claimRun, findPortHolder } from '@ddai/engines';
import { fileReadError, findHomePath, type Home, homeAt, openHome } from '@ddai/storage';
import { callerPath } from '../input/caller-path.ts';
import { START, stopLeftovers } from '../recorded-parts.ts';
import { blameFullDisk } from './blame-full-disk.ts';
import { keepRunning, type RestartablePart } from './keep-running.ts';
import { resultToJson } from './result-json.ts';
import { renderResultPage } from './result-page.ts';
import { runJob } from './run-job.ts';
import { hasExamples, readScenario, type Scenario } from './scenario.ts';

export interface StartFlags {
  readonly once: boolean;
  readonly json?: string;
  readonly tickets?: string;
  readonly knowledge?: string;
  readonly questions?: string;
  readonly participants: number;
  readonly seed: string;
  readonly chainPort: number;
  readonly gatewayPort: number;
  readonly anvil?: string;
}

/** `npm start`: the whole network on this machine, one real job, one page; stays up unless `--once`. */
export async function startCommand(flags: StartFlags): Promise<void> {
  const startedAt = performance.now();
  const scenario = await readInput(flags);
  const home = await takeHome(flags);
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
    await stopLeftovers(home); // What was just being started when we were told to stop.
  };
  let parts: readonly RestartablePart[];
  let interruption: Promise<never> | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interruption !== undefined) return;
      process.stderr.write('\nStopping every process …\n');
      interruption = stopAll().then(() => process.exit(flags.once ? 1 : 0));
    });
  }
  try {
    const result = await runJob({ flags, scenario, home, stops, startedAt });
    ({ parts } = result);
    process.stdout.write(`\n${withoutControls(renderResultPage(result))}\n\n`);
    if (flags.json !== undefined)
      writeFileSync(
        callerPath(flags.json),
        `${JSON.stringify(resultToJson(result), bigintToText, 2)}\n`,
      );
    if (!result.settlement.reconciliation.holds) process.exitCode = 1;
  } catch (error) {
    if (interruption !== undefined) await interruption; // Parts that end on request are no failure.
    const failure = blameFullDisk(error, home.path); // Before anybody tidies up.
    await stopAll();
    throw failure;
  }
  if (flags.once) {
    await stopAll();
    return;
  }
  process.stdout.write(
    `The network stays up until Ctrl-C. State and logs: ${home.path} (npx ddai reset erases it).\n`,
  );
  const letGo = keepRunning(parts, (line) => process.stderr.write(`${line}\n`));
  stops.push(async () => letGo()); // The first of all: then they may end.
}

/** Everything the caller handed over, read and checked before anything is made or started. */
async function readInput({ json, anvil, ...flags }: StartFlags): Promise<Scenario> {
  if (flags.chainPort === flags.gatewayPort) {
    throw new DdaiError({
      code: 'FLAG_INVALID',
      message: `--gateway-port ${flags.gatewayPort}: --chain-port is the same`,
      remedy: 'Give the chain and the gateway a port each.',
    });
  }
  if (!hasExamples()) {
    throw new DdaiError({
      code: 'EXAMPLES_MISSING',
      message: 'the example data is not beside this program',
      remedy: 'Run it in a clone of the repository.',
    });
  }
  const { tickets, knowledge, questions, participants, seed } = flags;
  const scenario = await readScenario({ tickets, knowledge, questions, participants, seed });
  if (anvil !== undefined) assertAccess(callerPath(anvil), constants.X_OK, fileReadError);
  if (json !== undefined) {
    const path = callerPath(json);
    if (existsSync(path) && statSync(path).isDirectory()) throw notWritable(path, 'a folder');
    assertAccess(existsSync(path) ? path : dirname(path), constants.W_OK, (where, cause) =>
      notWritable(where, String((cause as NodeJS.ErrnoException).code), cause),
    );
  }
  return scenario;
}

/** Ends what a killed run left behind, and makes the state folder ours. */
async function takeHome(flags: StartFlags): Promise<Home> {
  const path = findHomePath(process.env);
  assertRunFree(homeAt(path).run, START);
  await stopLeftovers(homeAt(path)); // They would hold the ports.
  await assertPortFree(flags.chainPort, '--chain-port', findPortHolder);
  await assertPortFree(flags.gatewayPort, '--gateway-port', findPortHolder);
  const home = openHome(path);
  claimRun(home.run, START);
  return home;
}

function assertAccess(
  path: string,
  mode: number,
  toError: (path: string, cause: unknown) => DdaiError,
): void {
  try {
    accessSync(path, mode);
  } catch (cause) {
    throw toError(path, cause);
  }
}

function notWritable(path: string, reason: string, cause?: unknown): DdaiError {
  return new DdaiError({
    code: 'FILE_NOT_WRITABLE',
    message: `--json: cannot write to ${path} (${reason})`,
    remedy: 'Name a file in a folder that this user may write.',
    cause,
  });
}

function bigintToText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
