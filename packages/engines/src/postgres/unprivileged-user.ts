import { readFileSync } from 'node:fs';
import { DdaiError } from '@ddai/core';

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const CANDIDATES = ['postgres', 'nobody'];

/**
 * Who runs Postgres when we run as root, which it refuses for itself: the first of `postgres`
 * and `nobody` in /etc/passwd. Undefined when we are not root: then Postgres runs as us.
 * @throws {DdaiError} `POSTGRES_USER_MISSING`
 */
export function findUnprivilegedUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const candidate of CANDIDATES) {
    const entry = entries.find(([name]) => name === candidate);
    if (entry !== undefined)
      return { name: candidate, uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new DdaiError({
    code: 'POSTGRES_USER_MISSING',
    message: `Postgres refuses to run as root, and this system has no user ${CANDIDATES.join(' or ')}`,
    remedy: 'Start DDAI as an ordinary user, add the user postgres, or set DATABASE_URL.',
  });
}
