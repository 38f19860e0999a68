import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from './child-process.ts';

/** A part that can be started again under its name and with its state. */
export interface RestartablePart {
  /** The process now running, or the last one. */
  readonly part: Part;
  /** Resolves when it works again; `part` is then the new process. */
  restart(): Promise<void>;
}

const PAUSE_MILLISECONDS = 1000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/** Starts again whatever ends unasked, and says so, until the function it returns is called. */
export function keepRunning(
  parts: readonly RestartablePart[],
  say: (line: string) => void,
): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;

  const keep = async (kept: RestartablePart): Promise<void> => {
    let pause = PAUSE_MILLISECONDS;
    const stopped = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    while (!signal.aborted) {
      const { name, ended } = kept.part;
      const reason = await Promise.race([ended, stopped]);
      if (reason === undefined || signal.aborted) return;
      say(`${name} ended (${reason}); starting it again`);
      try {
        await kept.restart();
        say(`${name} is back`);
        pause = PAUSE_MILLISECONDS;
      } catch (error) {
        if (signal.aborted) return;
        say(
          `${name} did not start again: ${error instanceof Error ? error.message : String(error)}`,
        );
        await delay(pause, undefined, { signal }).catch(() => undefined);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLISECONDS);
      }
    }
  };
  for (const part of parts) void keep(part);
  return () => stopping.abort();
}
