/** A process that works on syncs until it is killed: `node run-syncs.ts DATABASE_URL`. */
import { silentLogger } from '@ddai/core';
import { connectDatabase } from '../../src/database/database.ts';
import { createDocumentReaders } from '../../src/knowledge/document-readers.ts';
import { createKnowledgeFiles } from '../../src/knowledge/knowledge-files.ts';
import { createKnowledgeThreads } from '../../src/knowledge/knowledge-threads.ts';
import { createSyncRunner } from '../../src/sync/sync-runner.ts';

const [url = ''] = process.argv.slice(2);
const database = connectDatabase({ url });
const files = createKnowledgeFiles({
  database,
  readers: createDocumentReaders(),
  threads: createKnowledgeThreads(),
  knowledge: { changed: async () => undefined },
});
createSyncRunner({
  database,
  files,
  isAllowedAddress: (address) => address === '127.0.0.1',
  logger: silentLogger,
}).poll();
