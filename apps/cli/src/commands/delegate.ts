import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs another app's own command line in this terminal: `ddai node …`, `ddai gateway …`. */
export function delegate(app: 'gateway' | 'node', args: readonly string[]): Promise<number> {
  const inSource = import.meta.url.endsWith('.ts');
  const main = fileURLToPath(
    inSource
      ? new URL(`../../../${app}/src/main.ts`, import.meta.url)
      : import.meta.resolve(`@ddai/${app}/main`),
  );
  const child = spawn(process.execPath, [...process.execArgv, main, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
