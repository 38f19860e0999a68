import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { queryDatabase } from './query-database.ts';
import type { TestGateway } from './test-gateway.ts';

/**
 * Where a gateway holds a text: tables of its database, past row-level security, and `a file` of its
 * folder. Sorted.
 */
export async function findHeld(gateway: TestGateway, text: string): Promise<string[]> {
  const { databaseUrl, directory } = gateway;
  const tables = await queryDatabase(
    databaseUrl,
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
  );
  const found: string[] = [];
  for (const { relname } of tables) {
    const [row] = await queryDatabase(
      databaseUrl,
      `SELECT count(*) AS n FROM "${String(relname)}" AS t WHERE t::text LIKE $1 OR t::text LIKE $2`,
      [`%${text}%`, `%${Buffer.from(text).toString('hex')}%`],
    );
    if (Number(row?.n) > 0) found.push(String(relname));
  }
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && readFileSync(path).includes(text)) found.push('a file');
  }
  return found.sort();
}
