import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryDirectory } from '@ddai/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assertRunFree, recordRun } from '../src/index.ts';
import { stopProcess } from '../src/process/stop-process.ts';

const folder = createTemporaryDirectory();
let parent: ChildProcess;
let zombie: number;

/** A child whose parent never asks after it: it ends, and stays in the process table. */
beforeEach(async () => {
  parent = spawn('sh', ['-c', 'sleep 60 & exec sh -c "echo $!; exec sleep 60"'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [pid] = (await once(parent.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  zombie = Number(pid.toString());
  // From then on it is a program that knows nothing of the child.
  await vi.waitFor(() => expect(readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n'));
});
afterEach(() => parent.kill('SIGKILL'));
afterEach(() => folder.remove());

describe.runIf(process.platform === 'linux')('a process that ended and was not reaped', () => {
  it('no longer holds its state folder', async () => {
    const runs = join(folder.path, 'run');
    recordRun(runs, 'start', zombie);
    expect(() => assertRunFree(runs, 'start')).toThrow(/already runs/);

    await end();

    expect(() => assertRunFree(runs, 'start')).not.toThrow();
  });

  it('is not waited for', async () => {
    await end();

    await expect(stopProcess(zombie, 'SIGTERM', 50)).resolves.toBeUndefined();
  });
});

async function end(): Promise<void> {
  process.kill(zombie, 'SIGKILL');
  await vi.waitFor(() => expect(readFileSync(`/proc/${zombie}/stat`, 'utf8')).toMatch(/\) Z /));
}
