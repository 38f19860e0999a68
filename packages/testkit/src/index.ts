export { createTemporaryDirectory, type TemporaryDirectory } from './temporary-directory.ts';
export { startTestChain, type TestChain } from './test-chain.ts';
export { startTestDatabase, type TestDatabase } from './test-database.ts';
