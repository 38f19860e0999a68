export { createFileStore, type FileStore } from './file-store.ts';
export { type WriteFileOptions, writeFileDurably } from './write-file-durably.ts';
