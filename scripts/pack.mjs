// Builds every publishable workspace and packs it into build/: one tarball each, which together
// install anywhere (`npm install ./*.tgz`).
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const build = join(root, 'build');

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status === 0) return;
  console.error(
    `${command} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}`,
  );
  process.exit(1);
}

/** Directories of the workspaces that are not private. */
function publishable() {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return workspaces
    .flatMap((pattern) => globSync(join(pattern, 'package.json'), { cwd: root }))
    .map((path) => dirname(path))
    .filter((path) => !JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')).private)
    .sort();
}

/** The compiler never removes what a source left that is gone; a package must not ship it. */
function removeStaleOutput(workspace) {
  const { compilerOptions } = JSON.parse(
    readFileSync(join(root, workspace, 'tsconfig.json'), 'utf8'),
  );
  const output = join(root, workspace, compilerOptions.outDir);
  for (const name of readdirSync(output, { recursive: true })) {
    const source = /^(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(name)?.[1];
    if (source === undefined) continue;
    if (existsSync(join(root, workspace, compilerOptions.rootDir, `${source}.ts`))) continue;
    rmSync(join(output, name));
  }
}

const workspaces = publishable();
run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b']);
for (const workspace of workspaces) removeStaleOutput(workspace);
rmSync(build, { recursive: true, force: true });
mkdirSync(build);

// Each package carries the licence; npm takes it from the package's own folder only.
const licences = workspaces
  .map((workspace) => join(root, workspace, 'LICENSE'))
  .filter((path) => !existsSync(path));
try {
  for (const path of licences) copyFileSync(join(root, 'LICENSE'), path);
  run('npm', [
    'pack',
    '--silent',
    '--ignore-scripts',
    '--pack-destination',
    build,
    ...workspaces.map((workspace) => `--workspace=${workspace}`),
  ]);
} finally {
  for (const path of licences) rmSync(path, { force: true });
}
