import type { Command } from 'commander';
import { environmentNameOf, keyOf, settableOptions } from './apply-settings.ts';
import type { Section } from './settings-file.ts';

/** Where a value comes from; later ones win. */
export type Origin = 'default' | 'ddai.toml' | 'environment' | 'flag';

/** One value in force, safe to print. */
export interface Setting {
  /** Section of `ddai.toml`; undefined for what only the environment sets. */
  readonly section?: Section;
  readonly key: string;
  /** Name in the environment. */
  readonly environment: string;
  /** Undefined when nothing sets it and there is no default. */
  readonly value: string | undefined;
  readonly origin: Origin;
}

const ORIGINS: Readonly<Record<string, Origin>> = {
  config: 'ddai.toml',
  env: 'environment',
  cli: 'flag',
};

/** Every flag of a parsed command to which `applySettings` was applied. */
export function describeSettings(command: Command, section: Section): Setting[] {
  return settableOptions(command).map((option) => {
    const attribute = option.attributeName();
    const value: unknown = command.getOptionValue(attribute);
    return {
      section,
      key: keyOf(option),
      environment: environmentNameOf(option),
      value: value === undefined ? undefined : maskSecrets(show(value)),
      origin: ORIGINS[command.getOptionValueSource(attribute) ?? ''] ?? 'default',
    };
  });
}

/** Hides the password of every URL in `text`, before the host or among its parameters. */
export function maskSecrets(text: string): string {
  return text
    .replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/]*@/gi, '$1:***@')
    .replaceAll(/([?&](?:password|token|api[-_]?key)=)[^&\s;]*/gi, '$1***');
}

function show(value: unknown): string {
  return Array.isArray(value) ? value.join('; ') : String(value);
}
