import { fileURLToPath } from 'node:url';
import { DdaiError } from '@ddai/core';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';
import { APP_ROLE, connectionAs, OWNER_ROLE } from './roles.ts';

/** Two gateways that start at once take turns: any number, the same for all. */
const MIGRATION_LOCK = 7_263_001;
const MIGRATIONS = fileURLToPath(new URL('../../drizzle', import.meta.url));
const OLDEST_POSTGRES = 150_000;

/**
 * Brings the database at `url` up to date. `url` is whoever may create roles the first time;
 * afterwards any member of `ddai_owner` and `ddai_app`.
 * @param migrations the folder of migrations, for tests that stop at an earlier version
 * @throws {DdaiError} `DATABASE_UNREACHABLE`, `DATABASE_TOO_OLD`, `DATABASE_ROLES_MISSING`
 */
export async function migrateDatabase(url: string, migrations = MIGRATIONS): Promise<void> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
  } catch (cause) {
    throw new DdaiError({
      code: 'DATABASE_UNREACHABLE',
      message: `cannot connect to the database: ${(cause as Error).message}`,
      remedy: 'Check DATABASE_URL; without it the gateway starts a Postgres of its own.',
      retryable: true,
      cause,
    });
  }
  try {
    const version = Number(
      (await client.query('SHOW server_version_num')).rows[0]?.server_version_num,
    );
    if (version < OLDEST_POSTGRES) {
      throw new DdaiError({
        code: 'DATABASE_TOO_OLD',
        message: `the database is Postgres ${Math.floor(version / 10_000)}; 15 or later is needed`,
        remedy: 'Name a newer server in DATABASE_URL.',
      });
    }
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureRoles(client, version);
    const owner = new Client(connectionAs(url, OWNER_ROLE));
    await owner.connect();
    try {
      await migrate(drizzle(owner), { migrationsFolder: migrations });
    } finally {
      await owner.end();
    }
  } finally {
    await client.end(); // Also gives the advisory lock back.
  }
}

/** From Postgres 16 on, having made a role is not yet the right to take it on. */
const SET_ROLE_RIGHT_SINCE = 160_000;

async function ensureRoles(client: Client, version: number): Promise<void> {
  const right = version >= SET_ROLE_RIGHT_SINCE ? 'SET' : 'MEMBER';
  try {
    for (const role of [OWNER_ROLE, APP_ROLE]) {
      const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
      if (rowCount === 0) await client.query(`CREATE ROLE ${role} NOLOGIN NOSUPERUSER NOBYPASSRLS`);
      const member = await client.query('SELECT pg_has_role(current_user, $1, $2) AS may', [
        role,
        right,
      ]);
      if (member.rows[0]?.may !== true) await client.query(`GRANT ${role} TO CURRENT_USER`);
    }
    // The migrator keeps its own list in a schema that it creates.
    await client.query(
      `DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO ${OWNER_ROLE}', current_database()); END $$`,
    );
    await client.query(`GRANT USAGE, CREATE ON SCHEMA public TO ${OWNER_ROLE}`);
    await client.query(`GRANT USAGE ON SCHEMA public TO ${APP_ROLE}`);
  } catch (cause) {
    throw new DdaiError({
      code: 'DATABASE_ROLES_MISSING',
      message: `this database user may not set up the roles ${OWNER_ROLE} and ${APP_ROLE}: ${(cause as Error).message}`,
      remedy: 'Let DATABASE_URL name the database owner with CREATEROLE for the first start.',
      cause,
    });
  }
}
