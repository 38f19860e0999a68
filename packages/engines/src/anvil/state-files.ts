import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from '@ddai/storage';

/** What we need of anvil's dump to know that it is whole. */
export interface ChainState {
  readonly bestBlock: number;
  /** Unix seconds of the newest block. */
  readonly headTimestamp: number;
  /** The dump itself: what was checked is what is kept, although anvil may write meanwhile. */
  readonly bytes: Uint8Array;
}

/** Names of the dumps in the chain's directory. anvil itself writes only `live`. */
export const STATE_FILES = {
  live: 'state.live.json',
  newest: 'state.good-0.json',
  older: 'state.good-1.json',
} as const;

/** Reads a dump; undefined when it is absent or was cut short. */
export function readChainState(path: string): ChainState | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const bytes = readFileSync(path);
    const state = JSON.parse(bytes.toString('utf8')) as {
      block?: { timestamp?: string };
      best_block_number?: number | string;
      accounts?: object;
    };
    if (state.accounts === undefined || state.best_block_number === undefined) return undefined;
    return {
      bestBlock: Number(state.best_block_number),
      headTimestamp: Number(state.block?.timestamp ?? 0),
      bytes,
    };
  } catch {
    return undefined;
  }
}

/** The whole dump with the highest block; of equals, the one named first here. */
export function findNewestState(directory: string): ChainState | undefined {
  let newest: ChainState | undefined;
  for (const name of [STATE_FILES.live, STATE_FILES.newest, STATE_FILES.older]) {
    const state = readChainState(join(directory, name));
    if (state !== undefined && (newest === undefined || state.bestBlock > newest.bestBlock))
      newest = state;
  }
  return newest;
}

/**
 * Keeps the last two good dumps: when `live` is whole and ahead of the newest copy, that copy
 * becomes the older one and `live` the newest. Returns the block that is now safe on disk.
 */
export function keepGoodState(directory: string, lastKept: number | undefined): number | undefined {
  const state = readChainState(join(directory, STATE_FILES.live));
  if (state === undefined || (lastKept !== undefined && state.bestBlock <= lastKept))
    return lastKept;
  const newest = join(directory, STATE_FILES.newest);
  if (existsSync(newest)) renameSync(newest, join(directory, STATE_FILES.older));
  writeFileDurably(newest, state.bytes);
  return state.bestBlock;
}
