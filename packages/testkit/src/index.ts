export { createTemporaryDirectory, type TemporaryDirectory } from './temporary-directory.ts';
export { startTestDatabase, type TestDatabase } from './test-database.ts';
