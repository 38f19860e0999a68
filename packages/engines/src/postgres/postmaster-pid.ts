import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The Postgres that runs on this data directory, also when whoever started it was killed. */
export function readPostmasterPid(data: string): number | undefined {
  const path = join(data, 'postmaster.pid');
  if (!existsSync(path)) return undefined;
  const [pid, directory] = readFileSync(path, 'utf8').split('\n');
  return directory === data && isPostgres(Number(pid)) ? Number(pid) : undefined;
}

function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
  } catch {
    return false;
  }
}
