import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordRun } from '@ddai/engines';
import { homeAt, openHome } from '@ddai/storage';
import { createTemporaryDirectory, type TemporaryDirectory } from '@ddai/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { partsDirectory, stopLeftovers } from '../src/recorded-parts.ts';
import { runDdai } from './support/run-ddai.ts';

let folder: TemporaryDirectory;
let path: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = createTemporaryDirectory();
  path = join(folder.path, 'home');
  openHome(path);
  mkdirSync(join(path, 'nodes', 'default'), { recursive: true });
  writeFileSync(join(path, 'nodes', 'default', 'operator.json'), '{}');
  writeFileSync(join(path, 'ddai.toml'), '');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  folder.remove();
});

/** A process that stands for a part: it ends when it is asked to. */
function startStandIn(
  record: string,
  directory = homeAt(path).run,
): ChildProcess & { pid: number } {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  children.push(child);
  const { pid } = child;
  if (pid === undefined) throw new Error('no process');
  recordRun(directory, record, pid);
  return Object.assign(child, { pid });
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

describe('ddai reset', () => {
  it('erases nothing where nobody can be asked, and says what it would erase', async () => {
    const { code, stdout, stderr } = await runDdai(['reset'], { home: path });

    expect(code).toBe(2);
    expect(stdout).toContain('the keys of 1 nodes (default)');
    expect(stderr).toContain('RESET_NOT_CONFIRMED');
    expect(existsSync(join(path, 'nodes', 'default', 'operator.json'))).toBe(true);
  });

  it('erases all but ddai.toml with --yes', async () => {
    expect((await runDdai(['reset', '--yes'], { home: path })).code).toBe(0);
    expect(readdirSync(path)).toEqual(['ddai.toml']);
  });

  it('erases what a run leaves that ended in the middle of its training', async () => {
    writeFileSync(join(path, 'training-order.json'), '{}');

    expect((await runDdai(['reset', '--yes'], { home: path })).code).toBe(0);
    expect(readdirSync(path)).toEqual(['ddai.toml']);
  });

  it('refuses a folder with files that are not its own', async () => {
    writeFileSync(join(path, 'thesis.txt'), 'years of work');

    const { code, stderr } = await runDdai(['reset', '--yes'], { home: path });

    expect(code).toBe(2);
    expect(stderr).toContain('thesis.txt');
    expect(existsSync(join(path, 'version.json'))).toBe(true);
  });

  it('refuses while any part lives, names each, and can be followed: ddai stop, then reset', async () => {
    const gateway = startStandIn('gateway');
    const node = startStandIn('node.default');
    const anvil = startStandIn('anvil', join(path, 'chain'));

    const refused = await runDdai(['reset', '--yes'], { home: path });

    expect(refused.code).toBe(2);
    for (const { pid } of [gateway, node, anvil]) expect(refused.stderr).toContain(`pid ${pid}`);
    expect(refused.stderr).toContain('`ddai stop`');

    const stopped = await runDdai(['stop'], { home: path });
    await Promise.all([gateway, node, anvil].map(ended));

    expect(stopped.code).toBe(0);
    expect(stopped.stdout.split('\n').map((line) => line.split(' ')[1])).toEqual([
      'node.default',
      'gateway',
      'anvil',
      undefined,
    ]);
    expect((await runDdai(['reset', '--yes'], { home: path })).code).toBe(0);
  });
});

describe('stopLeftovers', () => {
  it('ends what a killed start left behind, and not what the user started', async () => {
    const home = homeAt(path);
    const left = startStandIn('site-1', partsDirectory(home));
    const own = startStandIn('node.default');

    await stopLeftovers(home);
    await ended(left);

    expect(left.signalCode).toBe('SIGTERM');
    expect(own.exitCode ?? own.signalCode).toBeNull();
  });
});

describe('ddai start', () => {
  it('refuses a folder on which another start runs', async () => {
    const other = startStandIn('start');

    const { code, stderr } = await runDdai(['start', '--once'], { home: path });

    expect(code).toBe(2);
    expect(stderr).toContain(`start already runs on this state folder (pid ${other.pid}`);
    expect(stderr).toContain('HOME_IN_USE');
  });
});
