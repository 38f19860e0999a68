import { fileURLToPath } from 'node:url';

export type App = 'gateway' | 'node';

/** Path of another app's program: its source in a clone, its build in an installed package. */
export function findApp(app: App): string {
  return fileURLToPath(
    app === 'gateway'
      ? import.meta.resolve('@ddai/gateway/main')
      : import.meta.resolve('@ddai/node/main'),
  );
}
