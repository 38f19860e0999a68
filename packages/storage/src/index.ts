export { createFileStore, type FileStore } from './file-store.ts';
export { findHomePath, type Home, homeAt, openHome } from './home.ts';
export { fileReadError, readFileLimited } from './read-file-limited.ts';
export { fileWriteError, type WriteFileOptions, writeFileDurably } from './write-file-durably.ts';
