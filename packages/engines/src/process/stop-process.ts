import { setTimeout as delay } from 'node:timers/promises';

/** Sends `signal`, waits, then kills. Resolves when the process is gone. */
export async function stopProcess(
  pid: number,
  signal: NodeJS.Signals,
  graceMilliseconds: number,
): Promise<void> {
  if (!sendSignal(pid, signal)) return;
  const steps = Math.ceil(graceMilliseconds / 25);
  for (let step = 0; step < steps; step++) {
    if (!sendSignal(pid, 0)) return;
    await delay(25);
  }
  sendSignal(pid, 'SIGKILL');
  while (sendSignal(pid, 0)) await delay(25);
}

function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
