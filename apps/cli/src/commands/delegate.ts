import { spawn } from 'node:child_process';
import { type App, findApp } from '../find-app.ts';

/** Runs another app's own command line in this terminal: `ddai node …`, `ddai gateway …`. */
export function delegate(app: App, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, findApp(app), ...args], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
