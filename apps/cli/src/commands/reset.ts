import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DdaiError } from '@ddai/core';
import { readLivePid } from '@ddai/engines';
import { findHomePath } from '@ddai/storage';

/** What `openHome` and the parts put into a state folder; anything else is not ours to erase. */
const OURS = [
  'addresses.json',
  'chain',
  'companies',
  'engines',
  'gateway',
  'logs',
  'nodes',
  'postgres',
  'receipts',
  'sites',
  'version.json',
];

/**
 * `ddai reset`: erases the local network's state.
 * @throws {DdaiError} `HOME_IN_USE`, `HOME_FOREIGN_FILES`
 */
export function reset(): void {
  const home = findHomePath(process.env);
  if (!existsSync(home)) {
    process.stdout.write(`There is nothing at ${home}.\n`);
    return;
  }
  const names = readdirSync(home);
  const foreign = names.filter((name) => !OURS.includes(name));
  if (foreign.length > 0 || (names.length > 0 && !names.includes('version.json'))) {
    throw new DdaiError({
      code: 'HOME_FOREIGN_FILES',
      message: `${home} holds what is not ours: ${foreign.slice(0, 5).join(', ') || 'no version.json'}`,
      remedy: 'Check DDAI_HOME; move those files away first.',
    });
  }
  const pid = readLivePid(join(home, 'chain', 'anvil.pid'));
  if (pid !== undefined) {
    throw new DdaiError({
      code: 'HOME_IN_USE',
      message: `a network is running on ${home} (anvil, pid ${pid})`,
      remedy: 'Stop it with Ctrl-C first.',
    });
  }
  rmSync(home, { recursive: true, force: true });
  process.stdout.write(`Erased ${home}.\n`);
}
