// Installs the tarballs of build/ (`npm run pack`) in an empty directory, as a user of the registry
// would, and runs what they promise. Third-party packages come from npm's cache where it has them.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tarballs = globSync(join(root, 'build', '*.tgz')).sort();
if (tarballs.length === 0) {
  console.error('No tarball in build/: run `npm run pack` first.');
  process.exit(1);
}
const directory = mkdtempSync(join(tmpdir(), 'ddai-pack-'));
const home = join(directory, 'home');
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

// Nothing of this clone may help: neither its binaries nor its settings.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(DDAI_|npm_|INIT_CWD$|NODE_OPTIONS$|DATABASE_URL$)/.test(name),
  ),
);
environment.PATH = (process.env.PATH ?? '')
  .split(':')
  .filter((folder) => !folder.startsWith(root))
  .join(':');
environment.DDAI_HOME = home;

/** Runs a command there; ends this script with what it said unless it exits with `code`. */
function expectExit(code, command, args) {
  const words = `${command} ${args.join(' ')}`;
  const ended = spawnSync(command, args, { cwd: directory, env: environment, encoding: 'utf8' });
  const output = `${ended.stdout}${ended.stderr}`;
  if (ended.status !== code) fail(`${words}: exit ${ended.status}, expected ${code}\n${output}`);
  return output;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function expectWords(words, command, args, code = 0) {
  const output = expectExit(code, command, args);
  if (!output.includes(words))
    fail(`${command} ${args.join(' ')} does not say "${words}":\n${output}`);
  console.log(`  ✓ ${args.join(' ').replaceAll(root, '.')}`);
}

writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
console.log(`Installing ${tarballs.length} tarballs in an empty directory ...`);
expectExit(0, 'npm', [
  'install',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--ignore-scripts',
  '--loglevel=error',
  ...tarballs,
]);

const knowledge = join(root, 'examples', 'bank', 'knowledge');
expectWords('Usage: ddai', 'npx', ['ddai', '--help']);
expectWords('--query-price', 'npx', ['ddai', 'gateway', '--help']);
expectWords('--wait-for-funds', 'npx', ['ddai', 'node', 'join', '--help']);
expectWords('Usage: ddai node', 'npx', ['ddai', 'node', '--help']);
expectWords('Sources', 'npx', [
  'ddai',
  'ask',
  'How do I block a lost card?',
  '--knowledge',
  knowledge,
]);
expectWords('[gateway]', 'npx', ['ddai', 'config', 'show']);
expectWords('FILE_MISSING', 'npx', ['ddai', 'receipt', 'verify', 'nothing.jsonl'], 2);

// What programs read at run time is beside them: creation bytecode, and the database's migrations.
const installed = join(directory, 'node_modules', '@ddai');
for (const path of [
  'contracts/artifacts/payments-escrow.json',
  'gateway/drizzle/meta/_journal.json',
  'core/LICENSE',
])
  if (!existsSync(join(installed, path))) fail(`${path} is not in its tarball`);
if (existsSync(home)) fail('a command that only reads made a state folder');
console.log('  ✓ artifacts, migrations and licences are in their packages');
