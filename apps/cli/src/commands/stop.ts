import { stopProcess } from '@ddai/engines';
import { findHomePath, homeAt } from '@ddai/storage';
import { findLiveParts } from '../recorded-parts.ts';

/** `ddai stop`: ends every process that works on the state folder, politely and in order. */
export async function stop(): Promise<void> {
  const home = homeAt(findHomePath(process.env));
  const asked = new Set<number>();
  // Looked up again after each group: `start` ends its own parts, a gateway its own Postgres.
  for (;;) {
    const group = findLiveParts(home)
      .map((parts) => parts.filter(({ pid }) => !asked.has(pid)))
      .find((parts) => parts.length > 0);
    if (group === undefined) break;
    await Promise.all(
      group.map(async ({ name, pid, signal, graceMilliseconds }) => {
        asked.add(pid);
        await stopProcess(pid, signal, graceMilliseconds);
        process.stdout.write(`Stopped ${name} (pid ${pid}).\n`);
      }),
    );
  }
  if (asked.size === 0) process.stdout.write(`Nothing runs on ${home.path}.\n`);
}
