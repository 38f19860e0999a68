import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@ddai/core';
import { startPostgres } from '@ddai/engines';
import { createTemporaryDirectory } from './temporary-directory.ts';

export interface TestDatabase {
  /** Superuser connection string. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A Postgres of its own, with the binaries shared between test files. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const directory = createTemporaryDirectory();
  const server = await startPostgres(
    {
      directory: join(directory.path, 'pg'),
      enginesDirectory: join(tmpdir(), `ddai-test-engines-${process.getuid?.() ?? 0}`),
    },
    { logger: silentLogger },
  );
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      directory.remove();
    },
  };
}
