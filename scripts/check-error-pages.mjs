// Every error code in the sources has a page under docs/errors, and every page a code.
//
//   node scripts/check-error-pages.mjs           check; exit 1 and a list on a difference
//   node scripts/check-error-pages.mjs --write   also write docs/errors/README.md anew
//
// What counts as a code, in packages/*/src, packages/contracts/deploy and apps/*/src (without
// generated files):
//   1. a single-quoted string of capitals, digits and underscores with at least one underscore,
//      wherever it stands, unless NOT_CODES names it;
//   2. a single-quoted string of capitals alone where only a code can stand: after `code:`, `??`
//      or `refuse(`, and as a member of a union type whose name ends in `Code` or of `reason`.
// Comments are left out. Codes are never built from parts, so plain text finds them all.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Strings that look like codes: names in contracts, in a Postgres data directory, of a library, of
 * the parquet format, a method of HTTP.
 */
const NOT_CODES = new Set([
  'BYTE_ARRAY',
  'BYTE_STREAM_SPLIT',
  'CSV_MAX_RECORD_SIZE',
  'CANCELLER_ROLE',
  'DATA_PAGE',
  'DATA_PAGE_V2',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
  'DICTIONARY_PAGE',
  'EXECUTOR_ROLE',
  'GET',
  'INITIAL_SUPPLY',
  'PG_VERSION',
  'PLAIN_DICTIONARY',
  'PROPOSER_ROLE',
  'QUORUM_FLOOR',
  'RLE_DICTIONARY',
]);

const LONG_CODE = /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g;
const SHORT_CODE = /(?:\bcode: |\?\? |\brefuse\()'([A-Z]{3,})'/g;
const CODE_UNION = /\btype \w*Code\s*=([^;]*);|\breadonly reason: ('[^;]*);/g;
const QUOTED = /'([A-Z][A-Z0-9_]+)'/g;
/** A path such as /v1/* in a string begins no comment. */
const COMMENT = /^\s*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const INDEX = 'README.md';

/** Codes in one source text. */
export function findCodes(text) {
  const code = text.replace(COMMENT, '');
  const found = new Set();
  for (const [, name] of code.matchAll(LONG_CODE)) if (!NOT_CODES.has(name)) found.add(name);
  for (const [, name] of code.matchAll(SHORT_CODE)) if (!NOT_CODES.has(name)) found.add(name);
  for (const [, members, reasons] of code.matchAll(CODE_UNION))
    for (const [, name] of (members ?? reasons).matchAll(QUOTED)) found.add(name);
  return found;
}

/** Every code of the repository at `root`, with the first file that holds it. */
export function collectCodes(root = repository) {
  const codes = new Map();
  for (const file of sourceFiles(root))
    for (const code of findCodes(readFileSync(file, 'utf8')))
      if (!codes.has(code)) codes.set(code, relative(root, file));
  return codes;
}

/** Pages by code, with their first paragraph. */
export function collectPages(root = repository) {
  const folder = join(root, 'docs', 'errors');
  const pages = new Map();
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.md') || name === INDEX) continue;
    const [title = '', , summary = ''] = readFileSync(join(folder, name), 'utf8').split('\n');
    pages.set(basename(name, '.md'), { title, summary });
  }
  return pages;
}

/** What is wrong, one line each; empty when all is well. */
export function findProblems(root = repository) {
  const codes = collectCodes(root);
  const pages = collectPages(root);
  const problems = [];
  for (const [code, file] of codes)
    if (!pages.has(code)) problems.push(`${code}: no page docs/errors/${code}.md (${file})`);
  for (const [code, { title, summary }] of pages) {
    if (!codes.has(code)) problems.push(`docs/errors/${code}.md: no source uses this code`);
    if (title !== `# ${code}`)
      problems.push(`docs/errors/${code}.md: expected the title # ${code}`);
    if (summary === '') problems.push(`docs/errors/${code}.md: no sentence below the title`);
  }
  const index = readFileSync(join(root, 'docs', 'errors', INDEX), 'utf8');
  if (index !== renderIndex(pages))
    problems.push('docs/errors/README.md is stale: run node scripts/check-error-pages.mjs --write');
  return problems.sort();
}

function renderIndex(pages) {
  const rows = [...pages].map(([code, { summary }]) => `| [${code}](${code}.md) | ${summary} |`);
  return [
    '# Error codes',
    '',
    'Every error that this project raises on purpose carries a code. The command line prints it, the',
    'API returns it in `code` (see [the API reference](../reference/api.md)), and a peer gets it in an',
    'error frame (see [the wire protocol](../reference/wire.md)). The index is written by',
    '`node scripts/check-error-pages.mjs --write`.',
    '',
    '| code | meaning |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function sourceFiles(root) {
  const folders = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name, 'src')),
  );
  return [...folders, join(root, 'packages', 'contracts', 'deploy')].flatMap(listTypeScript).sort();
}

function listTypeScript(folder) {
  try {
    return readdirSync(folder, { recursive: true })
      .filter((name) => name.endsWith('.ts') && !name.split('/').includes('generated'))
      .map((name) => join(folder, name));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--write'))
    writeFileSync(join(repository, 'docs', 'errors', INDEX), renderIndex(collectPages()));
  const problems = findProblems();
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
  else process.stdout.write(`${collectCodes().size} error codes, each with its page\n`);
}
