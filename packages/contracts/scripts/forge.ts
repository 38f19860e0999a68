import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname } from 'node:path';

/** Where npm put the forge binary of this platform; `forge` on the PATH elsewhere. */
function forgeBinary(): string {
  const name = `@foundry-rs/forge-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const binary = `${dirname(manifest)}/bin/forge`;
    if (existsSync(binary)) return binary;
  } catch {
    // No npm binary for this platform: a forge installed by hand is as good.
  }
  return 'forge';
}

interface ForgeRun {
  readonly directory: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly output: 'inherit' | 'pipe';
}

function startForge({ directory, args, environment, output }: ForgeRun) {
  // Forge starts `bin/solc.mjs`, whose first line asks the PATH for node: this one.
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  const result = spawnSync(forgeBinary(), args, {
    cwd: directory,
    stdio: ['inherit', output, output],
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    env: { ...process.env, ...environment, PATH },
  });
  if (result.error) {
    process.stderr.write(
      `forge did not start (${result.error.message}); install Foundry 1.7 or run on linux-x64\n`,
    );
    return { status: 127, output: '' };
  }
  return { status: result.status ?? 1, output: `${result.stdout ?? ''}${result.stderr ?? ''}` };
}

/** Runs forge in `directory` with its output shown; answers the exit code. */
export function runForge(
  directory: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): number {
  return startForge({ directory, args, environment, output: 'inherit' }).status;
}

/** Runs forge in `directory`; answers the exit code and all that it wrote. */
export function captureForge(
  directory: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { status: number; output: string } {
  return startForge({ directory, args, environment, output: 'pipe' });
}
