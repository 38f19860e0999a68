import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { portNumber, RepeatableOption, tokenAmount } from '../src/flags.ts';
import { createProgram } from '../src/run-program.ts';
import { applySettings } from '../src/settings/apply-settings.ts';
import { describeSettings, maskSecrets } from '../src/settings/describe-settings.ts';
import { readSettingsFile } from '../src/settings/settings-file.ts';

const home = mkdtempSync(join(tmpdir(), 'ddai-settings-'));
const file = join(home, 'ddai.toml');
afterAll(() => rmSync(home, { recursive: true }));
beforeEach(() => rmSync(file, { force: true }));

function parse(
  args: readonly string[],
  { toml, environment = {} }: { toml?: string; environment?: Record<string, string> } = {},
): Command {
  if (toml !== undefined) writeFileSync(file, toml);
  const command = createProgram('test')
    .option('--port <port>', '', portNumber, 8787)
    .option('--price <ddai>', '', tokenAmount, '0.02')
    .option('--once', '', false)
    .option('--rpc <url>', '')
    .addOption(new RepeatableOption('--gateway <url>', ''));
  command.action(() => undefined).parse(args, { from: 'user' });
  const all = { DDAI_HOME: home, ...environment };
  applySettings(command, { section: 'node', environment: all, file: readSettingsFile(all) });
  return command;
}

function refusal(toml: string): unknown {
  try {
    parse([], { toml });
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('settings', () => {
  it('takes a flag before the environment, that before ddai.toml, and that before the default', () => {
    const toml = '[node]\nport = 1001\nprice = 3\nonce = true\n';
    const environment = { DDAI_PORT: '1002', DDAI_PRICE: '4' };

    const command = parse(['--port', '1003'], { toml, environment });

    expect(command.opts()).toMatchObject({ port: 1003, price: '4', once: true });
    expect(describeSettings(command, 'node').map(({ key, origin }) => [key, origin])).toEqual([
      ['port', 'flag'],
      ['price', 'environment'],
      ['once', 'ddai.toml'],
      ['rpc', 'default'],
      ['gateway', 'default'],
    ]);
  });

  it('replaces a list, never adds to it', () => {
    const toml = '[node]\ngateway = ["ws://a", "ws://b"]\n';

    expect(parse([], { toml }).opts().gateway).toEqual(['ws://a', 'ws://b']);
    expect(parse(['--gateway', 'ws://c'], { toml }).opts().gateway).toEqual(['ws://c']);
    expect(
      parse([], { toml, environment: { DDAI_GATEWAY: 'ws://d;ws://e' } }).opts().gateway,
    ).toEqual(['ws://d', 'ws://e']);
  });

  it('reads false from the environment as false', () => {
    expect(parse([], { environment: { DDAI_ONCE: 'false' } }).opts().once).toBe(false);
    expect(() => parse([], { environment: { DDAI_ONCE: 'maybe' } })).toThrow(/DDAI_ONCE=maybe/);
  });

  it('ignores a file that is not there, unless DDAI_CONFIG names it', () => {
    expect(parse([]).opts().port).toBe(8787);
    expect(() => parse([], { environment: { DDAI_CONFIG: '/nowhere.toml' } })).toThrow(
      expect.objectContaining({ code: 'FILE_MISSING' }),
    );
  });

  it('reads no file when DDAI_CONFIG is empty', () => {
    const command = parse([], { toml: '[node]\nport = 1\n', environment: { DDAI_CONFIG: '' } });

    expect(command.opts().port).toBe(8787);
  });

  const wrong: [string, string, string, RegExp][] = [
    ['text that is not TOML', '[node]\nport 1\n', 'CONFIG_INVALID', /ddai\.toml, line 2, column/],
    [
      'an unknown section',
      '[start]\n[nodes]\n',
      'CONFIG_KEY_UNKNOWN',
      /line 2: unknown section \[nodes\]/,
    ],
    ['a key outside a section', 'port = 1\n', 'CONFIG_KEY_UNKNOWN', /line 1: unknown key port/],
    [
      'an unknown key',
      '[node]\n\nprot = 1\n',
      'CONFIG_KEY_UNKNOWN',
      /line 3, \[node\]: unknown key prot/,
    ],
    [
      'a number in quotes',
      '[node]\nport = "1"\n',
      'CONFIG_VALUE_INVALID',
      /line 2, \[node\]: port = "1": Expected a number/,
    ],
    ['a number out of range', '[node]\nport = 0\n', 'CONFIG_VALUE_INVALID', /1 to 65535/],
    ['text where a switch is', '[node]\nonce = "true"\n', 'CONFIG_VALUE_INVALID', /true or false/],
    [
      'a list where one value is',
      '[node]\nrpc = ["a"]\n',
      'CONFIG_VALUE_INVALID',
      /text in quotes/,
    ],
    ['one value where a list is', '[node]\ngateway = "a"\n', 'CONFIG_VALUE_INVALID', /list/],
  ];
  it.each(wrong)('refuses %s, naming file, line and key', (_, toml, code, message) => {
    expect(refusal(toml)).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(refusal(toml)).toMatchObject({ message: expect.stringContaining(file) });
  });

  it('masks passwords in what it shows, and nothing else', () => {
    expect(maskSecrets('postgres://ddai:p%40ss@db:5432/x')).toBe('postgres://ddai:***@db:5432/x');
    expect(maskSecrets('postgres://db/x?user=a&password=b')).toBe(
      'postgres://db/x?user=a&password=***',
    );
    expect(maskSecrets('http://127.0.0.1:8545')).toBe('http://127.0.0.1:8545');
    const [rpc] = describeSettings(parse(['--rpc', 'https://me:secret@rpc']), 'node').filter(
      ({ key }) => key === 'rpc',
    );
    expect(rpc?.value).toBe('https://me:***@rpc');
  });
});
