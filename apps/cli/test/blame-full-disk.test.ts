import { tmpdir } from 'node:os';
import { DdaiError } from '@ddai/core';
import { describe, expect, it } from 'vitest';
import { blameFullDisk } from '../src/start/blame-full-disk.ts';

const failure = new DdaiError({ code: 'PART_ENDED', message: 'gateway ended (exit 1)' });

describe('blameFullDisk', () => {
  it('names the disk without room, and what failed on it', () => {
    expect(blameFullDisk(failure, '/state', () => 128 * 1024)).toMatchObject({
      code: 'DISK_FULL',
      message: 'the disk that holds /state is full: gateway ended (exit 1)',
      cause: failure,
    });
  });

  it('leaves a failure alone where there is room', () => {
    expect(blameFullDisk(failure, '/state', () => 1024 ** 3)).toBe(failure);
    expect(blameFullDisk(failure, tmpdir())).toBe(failure);
  });
});
