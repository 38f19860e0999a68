import { createHash } from 'node:crypto';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** An index as it was written, and the shard of the same pages. */
export interface StoredSnapshot {
  readonly bytes: Uint8Array;
  /** SHA-256; undefined where the pages are more than a node takes. */
  readonly shard: string | undefined;
}

/** Indexes in files, so that a gateway that starts again need not read all pages again. */
export interface SnapshotStore {
  /** Where to write the index of a revision; whole files only. */
  pathOf(tenantId: string, revision: string, shard: string | undefined): string;
  /** Undefined when there is none of this revision. */
  find(tenantId: string, revision: string): Promise<StoredSnapshot | undefined>;
  /** Erases what is not of this revision; all without one. */
  keepOnly(tenantId: string, revision?: string): Promise<void>;
  /** UUIDs of the tenants that have any. */
  tenants(): Promise<string[]>;
}

const ENDING = '.index';
const NO_SHARD = 'no-shard';

export function createSnapshotStore(directory: string): SnapshotStore {
  const hashOf = (revision: string): string => createHash('sha256').update(revision).digest('hex');
  const list = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
  return {
    pathOf: (tenantId, revision, shard) =>
      join(directory, tenantId, `${hashOf(revision)}-${shard ?? NO_SHARD}${ENDING}`),
    async find(tenantId, revision) {
      const start = `${hashOf(revision)}-`;
      const names = await list(join(directory, tenantId));
      const name = names.find((each) => each.startsWith(start) && each.endsWith(ENDING));
      if (name === undefined) return undefined;
      const shard = name.slice(start.length, -ENDING.length);
      const bytes = await readWhole(join(directory, tenantId, name));
      return { bytes, shard: shard === NO_SHARD ? undefined : shard };
    },
    async keepOnly(tenantId, revision) {
      const folder = join(directory, tenantId);
      const start = revision === undefined ? undefined : `${hashOf(revision)}-`;
      for (const name of await list(folder))
        if (start === undefined || !name.startsWith(start))
          await rm(join(folder, name), { force: true });
    },
    tenants: () => list(directory),
  };
}

/** In one piece of memory that nothing else shares, whatever its size. */
async function readWhole(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.allocUnsafeSlow(size);
    let end = 0;
    for (let read = -1; read !== 0 && end < size; end += read)
      read = (await file.read(bytes, end, size - end, end)).bytesRead;
    return bytes.subarray(0, end);
  } finally {
    await file.close();
  }
}
