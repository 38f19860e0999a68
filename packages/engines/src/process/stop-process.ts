import { setTimeout as delay } from 'node:timers/promises';
import { isRunning } from './process-state.ts';

/** Sends `signal`, waits, then kills. Resolves when the process is gone. */
export async function stopProcess(
  pid: number,
  signal: NodeJS.Signals,
  graceMilliseconds: number,
): Promise<void> {
  if (!sendSignal(pid, signal)) return;
  const steps = Math.ceil(graceMilliseconds / 25);
  for (let step = 0; step < steps; step++) {
    if (!isRunning(pid)) return;
    await delay(25);
  }
  sendSignal(pid, 'SIGKILL');
  while (isRunning(pid)) await delay(25);
}

function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
