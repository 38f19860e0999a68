import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { findSettingsPath, maskSecrets, reportError, type Setting } from '@ddai/command-line';
import { findHomePath } from '@ddai/storage';
import { type App, findApp } from '../find-app.ts';
import { printResult } from '../output/print-result.ts';

/** `ddai config show`: every value in force and where it comes from, secrets masked. */
export async function configShow(
  startSettings: readonly Setting[],
  { json }: { readonly json: boolean },
): Promise<void> {
  const settings = [...environmentSettings(), ...startSettings];
  for (const app of ['gateway', 'node'] as const) {
    const asked = await askApp(app);
    if (asked === undefined) return;
    settings.push(...asked);
  }
  const path = findSettingsPath(process.env);
  const exists = path !== undefined && existsSync(path);
  printResult(
    { file: path ?? null, exists, settings },
    {
      json,
      lines: [
        path === undefined
          ? 'No settings file (DDAI_CONFIG is empty).'
          : `Settings file: ${path}${exists ? '' : ' (there is none)'}`,
        ...settings.flatMap((setting, index) => [
          ...(setting.section === settings[index - 1]?.section && index > 0
            ? []
            : [
                '',
                setting.section === undefined
                  ? 'from the environment alone'
                  : `[${setting.section}]`,
              ]),
          `  ${setting.key.padEnd(22)} ${setting.origin.padEnd(12)} ${setting.value ?? '–'}`,
        ]),
      ],
    },
  );
}

/** What has no flag, because it decides where settings are read from, or is a secret. */
function environmentSettings(): Setting[] {
  const { DDAI_HOME, DATABASE_URL } = process.env;
  const row = (name: string, set: string | undefined, otherwise: string | undefined): Setting => ({
    key: name,
    environment: name,
    value: set ? maskSecrets(set) : otherwise,
    origin: set ? 'environment' : 'default',
  });
  return [
    row(`DDAI_HOME`, DDAI_HOME, findHomePath(process.env)),
    row(`DATABASE_URL`, DATABASE_URL, 'the Postgres that comes along'),
  ];
}

/** Only an app knows its own flags, so it is asked; undefined after it has said what is wrong. */
async function askApp(app: App): Promise<Setting[] | undefined> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...process.execArgv,
      findApp(app),
      'settings',
    ]);
    return JSON.parse(stdout) as Setting[];
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (typeof code !== 'number' || !stderr) {
      process.exitCode = reportError(error);
      return undefined;
    }
    process.stderr.write(stderr);
    process.exitCode = code;
    return undefined;
  }
}
