import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./support/fill-disk.ts', import.meta.url));

/**
 * How a small disk is had: a file system of 1 MiB in a mount namespace of its own, which takes
 * root; for everybody, a limit on the size of files (in blocks of 512 bytes), which the kernel
 * enforces in the same place with another code.
 */
const SMALL_DISKS: Readonly<Record<string, string[]>> = {
  'a file size limit': ['sh', '-c', 'ulimit -f 512; exec "$@"', 'sh'],
  ...(process.getuid?.() === 0
    ? {
        'a full file system': [
          'unshare',
          '-m',
          'sh',
          '-c',
          'mount -t tmpfs -o size=1m tmpfs "$DISK"; exec "$@"',
          'sh',
        ],
      }
    : {}),
};

describe('a value that does not fit', () => {
  it.each(Object.entries(SMALL_DISKS))(
    'under %s is refused in words, and the old one stays whole',
    (_name, [command = '', ...before]) => {
      const directory = mkdtempSync(join(tmpdir(), 'ddai-full-'));
      const args = [...before, process.execPath, '--conditions=@ddai/source', SCRIPT, directory];
      const { stdout, stderr } = spawnSync(command, args, {
        env: { ...process.env, DISK: directory },
        encoding: 'utf8',
      });
      rmSync(directory, { recursive: true, force: true });

      expect(stdout, stderr).not.toBe('');
      expect(JSON.parse(stdout)).toEqual({ code: 'DISK_FULL', value: 'old', names: ['value'] });
    },
  );
});
