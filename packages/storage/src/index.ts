export { createFileStore, type FileStore } from './file-store.ts';
export { findHomePath, type Home, openHome } from './home.ts';
export { readFileLimited } from './read-file-limited.ts';
export { type WriteFileOptions, writeFileDurably } from './write-file-durably.ts';
