import { resolve } from 'node:path';

/**
 * A path as the caller meant it: `npm start` changes to the package's folder first, and leaves
 * the caller's in INIT_CWD.
 */
export function callerPath(path: string, environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment.INIT_CWD ?? process.cwd(), path);
}
