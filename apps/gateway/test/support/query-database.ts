import { Client } from 'pg';

/** Reads past row-level security what a database holds. */
export async function queryDatabase(
  url: string,
  text: string,
  values: readonly string[] = [],
): Promise<Record<string, unknown>[]> {
  const superuser = new Client({ connectionString: url });
  await superuser.connect();
  const { rows } = await superuser.query(text, [...values]);
  await superuser.end();
  return rows as Record<string, unknown>[];
}
