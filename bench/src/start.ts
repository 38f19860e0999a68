import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DdaiError } from '@ddai/core';
import { findFreePort } from '@ddai/engines';
import { createTemporaryDirectory } from '@ddai/testkit';
import type { Bar } from './bar.ts';

const CLI = fileURLToPath(new URL('../../apps/cli/bin/ddai.mjs', import.meta.url));

/** The main job from nothing to its result page, in an empty state folder. */
export async function benchStart(): Promise<Bar[]> {
  const directory = createTemporaryDirectory();
  try {
    const file = join(directory.path, 'result.json');
    const ports = [
      '--chain-port',
      String(await findFreePort()),
      '--gateway-port',
      String(await findFreePort()),
    ];
    const child = spawn(process.execPath, [CLI, 'start', '--once', '--json', file, ...ports], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DDAI_HOME: join(directory.path, 'home') },
    });
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0)
      throw new DdaiError({ code: 'BENCH_FAILED', message: `ddai start ended with ${code}` });
    const { seconds, reconciled } = JSON.parse(readFileSync(file, 'utf8')) as {
      seconds: number;
      reconciled: boolean;
    };
    return [
      { name: 'start to result page', value: seconds, unit: 's', bound: { atMost: 180 } },
      {
        name: 'books hold to the wei',
        value: reconciled ? 1 : 0,
        unit: '1 = yes',
        bound: { atLeast: 1 },
      },
    ];
  } finally {
    directory.remove();
  }
}
