import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFileStore } from '../src/file-store.ts';
import { openHome } from '../src/home.ts';
import { readFileLimited } from '../src/read-file-limited.ts';
import { writeFileDurably } from '../src/write-file-durably.ts';

const root = mkdtempSync(join(tmpdir(), 'ddai-storage-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('writeFileDurably', () => {
  it('replaces a file whole, readable by its owner alone, and leaves nothing beside it', () => {
    const path = join(root, 'a', 'value');
    writeFileDurably(path, 'first');
    writeFileDurably(path, 'second');

    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(root, 'a'))).toEqual(['value']);
  });

  it('names a place that cannot be written, and keeps what was there', () => {
    const folder = join(root, 'taken');
    mkdirSync(folder);
    writeFileSync(join(folder, 'inner'), 'kept');

    expect(() => writeFileDurably(folder, 'x')).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_WRITABLE' }),
    );
    expect(readFileSync(join(folder, 'inner'), 'utf8')).toBe('kept');
  });
});

describe('a file store', () => {
  it('gives back what was put, lists keys in order, and forgets what was deleted', () => {
    const store = createFileStore(join(root, 'store'));
    store.put('b', 'two');
    store.put('a', new Uint8Array([1, 2]));
    store.delete('b');

    expect(store.keys()).toEqual(['a']);
    expect(store.get('a')).toEqual(Buffer.from([1, 2]));
    expect(store.get('b')).toBeUndefined();
  });

  it.each(['../escape', '', 'a/b', '.hidden', 'x'.repeat(300)])('refuses the key %j', (key) => {
    expect(() => createFileStore(root).put(key, '')).toThrow(
      expect.objectContaining({ code: 'STORE_KEY_INVALID' }),
    );
  });

  it('does not list what a crash left half-written', () => {
    const directory = join(root, 'crashed');
    mkdirSync(directory);
    writeFileSync(join(directory, 'value.ab12.tmp'), 'half');

    expect(createFileStore(directory).keys()).toEqual([]);
  });
});

describe('readFileLimited', () => {
  it('refuses a file above the limit without reading it', () => {
    const path = join(root, 'large');
    writeFileSync(path, '');
    truncateSync(path, 2 * 1024 ** 3); // Sparse: 2 GiB that take no room.

    expect(() => readFileLimited(path, 1024)).toThrow(
      expect.objectContaining({ code: 'FILE_TOO_LARGE' }),
    );
  });

  it('tells a missing file from a folder', () => {
    expect(() => readFileLimited(join(root, 'nothing'), 1)).toThrow(
      expect.objectContaining({ code: 'FILE_MISSING' }),
    );
    expect(() => readFileLimited(root, 1)).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    );
  });
});

describe('the state folder', () => {
  it('is opened again by the same version and refused by another', () => {
    const path = join(root, 'home');
    openHome(path);
    openHome(path);
    writeFileSync(join(path, 'version.json'), '{"layout": 99}');

    expect(() => openHome(path)).toThrow(
      expect.objectContaining({ code: 'HOME_VERSION_MISMATCH' }),
    );
  });
});
