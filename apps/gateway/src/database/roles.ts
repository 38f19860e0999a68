import type { ClientConfig } from 'pg';

/** Owns the tables and the functions that look across tenants. */
export const OWNER_ROLE = 'ddai_owner';
/** What requests run as: under row-level security, no owner, no superuser. */
export const APP_ROLE = 'ddai_app';

/**
 * A connection to `url` whose session role is `role` from its first statement on. The login may
 * be a superuser, for whom row-level security would not count.
 */
export function connectionAs(url: string, role: typeof OWNER_ROLE | typeof APP_ROLE): ClientConfig {
  return { connectionString: url, options: `-c role=${role}` };
}
