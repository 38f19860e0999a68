#!/usr/bin/env node
// Runs on any Node: finds one that is new enough (this one, or the lockfile's) and starts the
// command with it, from source in a clone and from dist in an installed package.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = [24, 11];
const directory = dirname(fileURLToPath(import.meta.url));
const isInstalled = directory.includes(`${sep}node_modules${sep}`);

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

function findNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  try {
    const name = `node-${process.platform}-${process.arch}`;
    return join(
      dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)),
      'bin',
      'node',
    );
  } catch {
    console.error(
      `DDAI Network needs Node ${NEEDED.join('.')} or later, and this is ${process.versions.node}.\n` +
        'On Linux (x64, arm64) `npm ci` brings one; elsewhere install it from nodejs.org.',
    );
    process.exit(1);
  }
}

const entry = isInstalled
  ? [join(directory, '..', 'dist', 'main.js')]
  : ['--conditions=@ddai/source', join(directory, '..', 'src', 'main.ts')];
const child = spawn(findNode(), [...entry, ...process.argv.slice(2)], { stdio: 'inherit' });
// A terminal sends its signals to the whole group; a supervisor sends them to us alone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
