import { join } from 'node:path';
import {
  listRuns,
  type RecordedRun,
  readLivePid,
  readPostmasterPid,
  stopProcess,
} from '@ddai/engines';
import type { Home } from '@ddai/storage';

/** `ddai start` itself, as it is recorded in `DDAI_HOME/run`. */
export const START = 'start';

/** Where `ddai start` records the gateway and nodes that it started, beside their own record. */
export function partsDirectory(home: Home): string {
  return join(home.run, 'parts');
}

interface LivePart extends RecordedRun {
  /** How it is asked to end, and how long it may take. */
  readonly signal: 'SIGTERM' | 'SIGINT';
  readonly graceMilliseconds: number;
}

const GRACE_MILLISECONDS = 20_000;
/** It ends eleven parts, one after the other. */
const START_GRACE_MILLISECONDS = 120_000;

/**
 * Every live process on a state folder, in the order in which they end without losing anything:
 * who started the others first, then nodes, the gateway, and the engines below it.
 */
export function findLiveParts(home: Home): readonly (readonly LivePart[])[] {
  const runs = listRuns(home.run);
  const named = (test: (name: string) => boolean): LivePart[] =>
    runs
      .filter(({ name }) => test(name))
      .map((run) => ({ ...run, signal: 'SIGTERM', graceMilliseconds: GRACE_MILLISECONDS }));
  const own = (name: string): boolean => name === START || name === 'gateway';
  return [
    named((name) => name === START).map((run) => ({
      ...run,
      graceMilliseconds: START_GRACE_MILLISECONDS,
    })),
    named((name) => !own(name)),
    named((name) => name === 'gateway'),
    findEngines(home),
  ].filter((group) => group.length > 0);
}

/** Ends what an earlier `ddai start` left behind; processes that the user started are left alone. */
export async function stopLeftovers(home: Home): Promise<void> {
  const leftovers = listRuns(partsDirectory(home));
  const end = ({ pid }: RecordedRun): Promise<void> =>
    stopProcess(pid, 'SIGTERM', GRACE_MILLISECONDS);
  await Promise.all(leftovers.filter(({ name }) => name !== 'gateway').map(end));
  await Promise.all(leftovers.filter(({ name }) => name === 'gateway').map(end));
  // The local chain is always a child of `start`; Postgres belongs to whichever gateway is alive.
  for (const engine of findEngines(home)) {
    const isOrphan =
      engine.name === 'anvil' || readLivePid(join(home.run, 'gateway.pid')) === undefined;
    if (isOrphan) await stopProcess(engine.pid, engine.signal, engine.graceMilliseconds);
  }
}

function findEngines(home: Home): LivePart[] {
  const engine = (name: string, pid: number | undefined, signal: LivePart['signal']): LivePart[] =>
    pid === undefined ? [] : [{ name, pid, signal, graceMilliseconds: GRACE_MILLISECONDS }];
  return [
    ...engine('Postgres', readPostmasterPid(join(home.postgres, 'data')), 'SIGINT'),
    ...engine('anvil', readLivePid(join(home.chain, 'anvil.pid')), 'SIGTERM'),
  ];
}
