import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { DdaiError } from '@ddai/core';
import { findHomePath, type Home, homeAt } from '@ddai/storage';
import { findLiveParts } from '../recorded-parts.ts';

/** What the parts put into a state folder; anything else is not ours to erase. */
const OURS = [
  'accounts',
  'addresses.json',
  'chain',
  'companies',
  'engines',
  'gateway',
  'logs',
  'nodes',
  'postgres',
  'receipts',
  'run',
  'sites',
  'training-order.json',
  'version.json',
];
/** The user's own writing: it stays. */
const SETTINGS = 'ddai.toml';

/**
 * `ddai reset`: erases the state folder, after asking, when nothing works on it.
 * @throws {DdaiError} `HOME_IN_USE`, `HOME_FOREIGN_FILES`, `RESET_NOT_CONFIRMED`
 */
export async function reset({ yes }: { readonly yes: boolean }): Promise<void> {
  const home = homeAt(findHomePath(process.env));
  const names = existsSync(home.path)
    ? readdirSync(home.path).filter((name) => name !== SETTINGS)
    : [];
  if (names.length === 0) {
    process.stdout.write(`There is nothing to erase at ${home.path}.\n`);
    return;
  }
  assertOurs(home.path, names);
  assertIdle(home);
  process.stdout.write(`${describeLoss(home, names).join('\n')}\n`);
  if (!yes) await confirm(home.path);
  for (const name of names) rmSync(join(home.path, name), { recursive: true, force: true });
  process.stdout.write(`Erased ${home.path}.\n`);
}

function assertOurs(path: string, names: readonly string[]): void {
  const foreign = names.filter((name) => !OURS.includes(name));
  if (foreign.length === 0 && names.includes('version.json')) return;
  throw new DdaiError({
    code: 'HOME_FOREIGN_FILES',
    message: `${path} holds what is not ours: ${foreign.slice(0, 5).join(', ') || 'no version.json'}`,
    remedy: 'Check DDAI_HOME; move those files away first.',
  });
}

function assertIdle(home: Home): void {
  const live = findLiveParts(home).flat();
  if (live.length === 0) return;
  throw new DdaiError({
    code: 'HOME_IN_USE',
    message: `${home.path} is in use by ${live.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ')}`,
    remedy: '`ddai stop` ends them.',
  });
}

function describeLoss(home: Home, names: readonly string[]): string[] {
  const nodes = existsSync(home.nodes)
    ? readdirSync(home.nodes).filter((name) => existsSync(join(home.nodes, name, 'operator.json')))
    : [];
  return [
    `This erases from ${home.path}: ${names.join(', ')}.`,
    ...(nodes.length === 0
      ? []
      : [
          `With it go the keys of ${nodes.length} nodes (${nodes.join(', ')}). What they have at stake on a chain`,
          'that goes on without this folder can then never be taken back.',
        ]),
  ];
}

async function confirm(path: string): Promise<void> {
  const fail = (message: string): DdaiError =>
    new DdaiError({
      code: 'RESET_NOT_CONFIRMED',
      message: `${path} was left as it is: ${message}`,
      remedy: 'Answer yes, or pass --yes where nobody can answer.',
    });
  if (!process.stdin.isTTY) throw fail('there is no terminal to ask on');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question('Erase it? Type yes: ');
    if (answer.trim().toLowerCase() !== 'yes') throw fail('the answer was not yes');
  } finally {
    terminal.close();
  }
}
