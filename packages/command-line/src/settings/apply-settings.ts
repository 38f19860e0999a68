import { DdaiError } from '@ddai/core';
import { type Command, InvalidArgumentError, type Option } from 'commander';
import { RepeatableOption } from '../flags.ts';
import type { Section, SettingsFile } from './settings-file.ts';

export interface SettingsSources {
  readonly section: Section;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file: SettingsFile | undefined;
  /** Flags of a sibling command that shares the section: known here, though not for us. */
  readonly alsoKnown?: readonly Option[];
}

/**
 * Fills in every flag that was not given: from the environment (`DDAI_` and the flag's name in
 * capitals), else from the section of `ddai.toml`, else the default stays. To be called after
 * commander has parsed.
 * @throws {DdaiError} `FLAG_INVALID`, `CONFIG_KEY_UNKNOWN`, `CONFIG_VALUE_INVALID`
 */
export function applySettings(command: Command, sources: SettingsSources): void {
  const { section, environment, file, alsoKnown = [] } = sources;
  const options = settableOptions(command);
  const table = file?.sections[section] ?? {};
  for (const key of Object.keys(table)) {
    if ([...options, ...alsoKnown].some((option) => keyOf(option) === key)) continue;
    throw new DdaiError({
      code: 'CONFIG_KEY_UNKNOWN',
      message: `${place(file, section, key)}: unknown key ${key}`,
      remedy: `Keys of [${section}] are ${options.map(keyOf).join(', ')}.`,
    });
  }
  for (const option of options) {
    const attribute = option.attributeName();
    if (command.getOptionValueSource(attribute) === 'cli') continue;
    const name = environmentNameOf(option);
    const text = environment[name];
    const key = keyOf(option);
    if (text !== undefined && text !== '') {
      command.setOptionValueWithSource(attribute, readEnvironment(option, name, text), 'env');
    } else if (key in table) {
      const where = place(file, section, key);
      command.setOptionValueWithSource(attribute, readValue(option, where, table[key]), 'config');
    }
  }
}

/** Flags that a file or the environment can set. */
export function settableOptions(command: Command): readonly Option[] {
  return command.options.filter((option) => option.attributeName() !== 'version');
}

/** The flag's name without dashes in front: its key in `ddai.toml`. */
export function keyOf(option: Option): string {
  return option.name();
}

/** `--chain-port` is `DDAI_CHAIN_PORT`. */
export function environmentNameOf(option: Option): string {
  return `DDAI_${option.name().toUpperCase().replaceAll('-', '_')}`;
}

function readEnvironment(option: Option, name: string, text: string): unknown {
  const fail = (expected: string): DdaiError =>
    new DdaiError({
      code: 'FLAG_INVALID',
      message: `the environment's ${name}=${text}: ${expected}`,
      remedy: `It stands for --${option.name()}.`,
    });
  if (option.isBoolean()) {
    if (/^(true|1)$/.test(text)) return true;
    if (/^(false|0)$/.test(text)) return false;
    throw fail('Expected true, false, 1 or 0.');
  }
  if (option instanceof RepeatableOption) return text.split(';').filter((value) => value !== '');
  return parseText(option, text, fail);
}

function readValue(option: Option, where: string, value: unknown): unknown {
  const fail = (expected: string): DdaiError =>
    new DdaiError({
      code: 'CONFIG_VALUE_INVALID',
      message: `${where}: ${option.name()} = ${JSON.stringify(value)}: ${expected}`,
      remedy: `\`ddai config show\` names each value in force and where it comes from.`,
    });
  if (option.isBoolean()) {
    if (typeof value === 'boolean') return value;
    throw fail('Expected true or false, without quotes.');
  }
  if (option instanceof RepeatableOption) {
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw fail('Expected a list of texts in quotes, in square brackets.');
  }
  if (typeof value !== 'string' && typeof value !== 'number')
    throw fail('Expected text in quotes or a number.');
  const parsed = parseText(option, String(value), fail);
  if (typeof parsed === 'number' && typeof value === 'string')
    throw fail('Expected a number, without quotes.');
  return parsed;
}

function parseText(option: Option, text: string, fail: (expected: string) => DdaiError): unknown {
  try {
    return option.parseArg === undefined ? text : option.parseArg(text, option.defaultValue);
  } catch (error) {
    throw error instanceof InvalidArgumentError ? fail(error.message) : error;
  }
}

function place(file: SettingsFile | undefined, section: Section, key: string): string {
  const line = file?.lineOf(section, key);
  return `${file?.path}${line === undefined ? '' : `, line ${line}`}, [${section}]`;
}
