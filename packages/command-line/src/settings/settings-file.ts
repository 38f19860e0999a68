import { join } from 'node:path';
import { bytesToUtf8, DdaiError } from '@ddai/core';
import { fileReadError, findHomePath, readFileLimited } from '@ddai/storage';
import { parse, TomlError } from 'smol-toml';

type Environment = Readonly<Record<string, string | undefined>>;

/** The tables of `ddai.toml`: one a program. */
export const SECTIONS = ['start', 'gateway', 'node'] as const;
export type Section = (typeof SECTIONS)[number];

/** `ddai.toml`, read but not yet understood. */
export interface SettingsFile {
  readonly path: string;
  readonly sections: Readonly<Partial<Record<Section, Readonly<Record<string, unknown>>>>>;
  /** Line of a key, from 1; undefined where it is written in a way that a search misses. */
  lineOf(section: string, key?: string): number | undefined;
}

const MAX_SETTINGS_BYTES = 64 * 1024;

/** `DDAI_CONFIG`, else `ddai.toml` in the state folder; undefined when `DDAI_CONFIG` is empty. */
export function findSettingsPath(environment: Environment): string | undefined {
  const { DDAI_CONFIG } = environment;
  if (DDAI_CONFIG === '') return undefined;
  return DDAI_CONFIG ?? join(findHomePath(environment), 'ddai.toml');
}

/**
 * Reads the settings file where there is one.
 * @throws {DdaiError} `FILE_…`, `CONFIG_INVALID`, `CONFIG_KEY_UNKNOWN`
 */
export function readSettingsFile(environment: Environment): SettingsFile | undefined {
  const path = findSettingsPath(environment);
  if (path === undefined) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = readFileLimited(path, MAX_SETTINGS_BYTES);
  } catch (error) {
    const isMissing = error instanceof DdaiError && error.code === 'FILE_MISSING';
    if (isMissing && environment.DDAI_CONFIG === undefined) return undefined;
    throw error instanceof DdaiError ? error : fileReadError(path, error);
  }
  return parseSettings(path, bytesToUtf8(bytes));
}

/** @throws {DdaiError} `CONFIG_INVALID`, `CONFIG_KEY_UNKNOWN` naming file, line and key. */
export function parseSettings(path: string, text: string): SettingsFile {
  let tables: Record<string, unknown>;
  try {
    tables = parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    throw new DdaiError({
      code: 'CONFIG_INVALID',
      message: `${path}, line ${cause.line}, column ${cause.column}: ${cause.message.split('\n')[0]}`,
      remedy: 'It is TOML: [section] lines, and key = value below them; text in quotes.',
      cause,
    });
  }
  const lineOf = (section: string, key?: string): number | undefined =>
    findLine(text, section, key);
  for (const [section, table] of Object.entries(tables)) {
    const isTable = typeof table === 'object' && table !== null && !Array.isArray(table);
    if (isTable && SECTIONS.some((known) => known === section)) continue;
    const line = isTable ? lineOf(section) : lineOf('', section);
    throw new DdaiError({
      code: 'CONFIG_KEY_UNKNOWN',
      message: `${path}${line === undefined ? '' : `, line ${line}`}: unknown ${isTable ? `section [${section}]` : `key ${section} outside a section`}`,
      remedy: `The sections are ${SECTIONS.map((name) => `[${name}]`).join(', ')}.`,
    });
  }
  return { path, sections: tables as SettingsFile['sections'], lineOf };
}

/** The parser keeps no positions; keys are bare or quoted names at the start of a line. */
function findLine(text: string, section: string, key: string | undefined): number | undefined {
  let current = '';
  for (const [index, line] of text.split('\n').entries()) {
    const header = /^\s*\[\s*["']?([^\]"']+?)["']?\s*\]/.exec(line)?.[1];
    if (header !== undefined) current = header;
    if (key === undefined && header === section) return index + 1;
    const name = /^\s*["']?([\w-]+)["']?\s*=/.exec(line)?.[1];
    if (key !== undefined && current === section && name === key) return index + 1;
  }
  return undefined;
}
