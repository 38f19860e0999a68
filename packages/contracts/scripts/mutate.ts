/**
 * Breaks one guard of the contracts at a time and expects a test to fail: whatever survives is a
 * claim that nothing proves. By hand, before a release; it works on a copy.
 *
 *   node scripts/mutate.ts                 all mutants; exit 1 if one survives or does not compile
 *   node scripts/mutate.ts --only NAME     one of them, or all of a file (`--only Staking.sol`);
 *                                          as often as wanted
 *   node scripts/mutate.ts --list          says whether every guard is where the list expects it
 *   node scripts/mutate.ts --json FILE     also writes the results
 */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { captureForge } from './forge.ts';
import { ALL_MUTANTS } from './mutants/all-mutants.ts';
import { ATTACKS, type Mutant, type MutantGroup } from './mutants/mutant.ts';
import { createScratchProject } from './scratch-project.ts';

type Verdict = 'killed' | 'survived' | 'did not compile';

interface Result {
  readonly name: string;
  readonly file: string;
  readonly protects: string;
  readonly attack?: string;
  readonly verdict: Verdict;
  /** The first test that failed. */
  readonly by: string;
  readonly seconds: number;
}

const contracts = dirname(import.meta.dirname);

/**
 * Compiling is what takes the time. Tests ask forge for the contracts' code when they run, so a
 * mutant recompiles the contracts that hold it and no test; unoptimised, which changes gas and size
 * but nothing that a test of a guard looks at; few fuzz runs, because a broken guard shows at once.
 */
const FORGE = {
  FOUNDRY_DYNAMIC_TEST_LINKING: 'true',
  FOUNDRY_OPTIMIZER: 'false',
  FOUNDRY_AST: 'false',
  FOUNDRY_CODE_SIZE_LIMIT: '200000',
  FOUNDRY_FUZZ_RUNS: '64',
};

/**
 * A test that expects a constructor to revert ends there and passes when the code comes from outside,
 * whatever it expects. So these are compiled as usual, which takes longer.
 */
const FORGE_FOR_CONSTRUCTORS = {
  ...FORGE,
  FOUNDRY_DYNAMIC_TEST_LINKING: 'false',
  FOUNDRY_CODE_SIZE_LIMIT: '10000000',
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});

const problems = findProblems(ALL_MUTANTS);
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}
const groups = select(ALL_MUTANTS, values.only);
const total = groups.reduce((sum, group) => sum + group.mutants.length, 0);
if (total === 0) {
  process.stderr.write(`No mutant and no file is called ${values.only.join(' or ')}.\n`);
  process.exit(1);
}
process.stdout.write(`${total} mutants, every guard in its place\n`);
if (values.list) process.exit(0);

const project = createScratchProject(contracts);
process.on('exit', () => project.remove());

const results = groups.flatMap(runGroup);
report(results);
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
}
process.exit(results.every(({ verdict }) => verdict === 'killed') ? 0 : 1);

/** What is wrong with the list itself, in words. */
function findProblems(all: readonly MutantGroup[]): string[] {
  const found: string[] = [];
  const names = new Set<string>();
  const attacked = new Set<string>();
  for (const { file, tests, mutants } of all) {
    const source = readFileSync(join(contracts, 'src', file), 'utf8');
    for (const { name, guard, attack, tests: own } of mutants) {
      const times = source.split(guard).length - 1;
      if (times !== 1) {
        found.push(
          `${name}: its guard occurs ${times} times in src/${file}, expected once:\n  ${guard}`,
        );
      }
      if (names.has(name)) found.push(`${name}: two mutants are called so`);
      names.add(name);
      if (attack !== undefined) attacked.add(attack);
      for (const test of own ?? tests) {
        if (!existsSync(join(contracts, testPath(test)))) {
          found.push(`${name}: ${testPath(test)} does not exist`);
        }
      }
    }
  }
  for (const attack of ATTACKS) {
    if (!attacked.has(attack)) found.push(`no mutant breaks the defence against: ${attack}`);
  }
  return found;
}

function select(all: readonly MutantGroup[], only: readonly string[]): MutantGroup[] {
  if (only.length === 0) return [...all];
  return all.map((group) =>
    only.includes(group.file.split('/').at(-1) ?? '')
      ? group
      : { ...group, mutants: group.mutants.filter(({ name }) => only.includes(name)) },
  );
}

/**
 * Only the tests of the mutants in hand lie in the project: forge compiles everything once more to
 * find out what a filter on its command line leaves, which costs as much as a mutant.
 */
function runGroup(group: MutantGroup): Result[] {
  const suites = new Map<string, Mutant[]>();
  for (const mutant of group.mutants) {
    const tests = (mutant.tests ?? group.tests).join(' ');
    const suite = `${mutant.inConstructor === true}/${tests}`;
    suites.set(suite, [...(suites.get(suite) ?? []), mutant]);
  }
  return [...suites.values()].flatMap((mutants) => {
    const [first] = mutants;
    installTests(first?.tests ?? group.tests);
    const { status, output } = runTests(first);
    if (status !== 0) {
      process.stderr.write(`${output}\nThese tests must pass before anything is mutated.\n`);
      process.exit(1);
    }
    return mutants.map((mutant) => run(group.file, mutant));
  });
}

function installTests(tests: readonly string[]): void {
  for (const folder of ['unit', 'attack']) {
    rmSync(join(project.directory, 'test', folder), { recursive: true, force: true });
  }
  for (const test of tests) {
    cpSync(join(contracts, testPath(test)), join(project.directory, testPath(test)));
  }
}

function run(file: string, mutant: Mutant): Result {
  const path = join(project.directory, 'src', file);
  const source = readFileSync(path, 'utf8');
  const started = Date.now();
  // A function, because a dollar sign in a replacement string would have a meaning.
  writeFileSync(
    path,
    source.replace(mutant.guard, () => mutant.becomes),
  );
  const { status, output } = runTests(mutant);
  writeFileSync(path, source);
  const failed = /^\[FAIL.*\] (\w+)\(/m.exec(output)?.[1];
  const verdict = status === 0 ? 'survived' : failed ? 'killed' : 'did not compile';
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(`${verdict.padEnd(16)}${`${seconds} s`.padEnd(7)}${mutant.name}\n`);
  if (verdict === 'did not compile') process.stdout.write(`${output.slice(-2_000)}\n`);
  return {
    name: mutant.name,
    file,
    protects: mutant.protects,
    ...(mutant.attack === undefined ? {} : { attack: mutant.attack }),
    verdict,
    by: failed ?? '',
    seconds,
  };
}

function runTests(mutant: Mutant | undefined): { status: number; output: string } {
  const settings = mutant?.inConstructor === true ? FORGE_FOR_CONSTRUCTORS : FORGE;
  return captureForge(project.directory, ['test', '--threads', '1', '--fail-fast'], settings);
}

function testPath(test: string): string {
  return `test/${test}.t.sol`;
}

function report(all: readonly Result[]): void {
  const width = Math.max(...all.map(({ name }) => name.length)) + 2;
  const lines = all.map(
    ({ verdict, name, by, protects }) =>
      `${verdict.padEnd(17)}${name.padEnd(width)}${by || protects}`,
  );
  const count = (verdict: Verdict): number => all.filter((each) => each.verdict === verdict).length;
  process.stdout.write(
    `\n${lines.join('\n')}\n\n${count('killed')} killed, ${count('survived')} survived, ` +
      `${count('did not compile')} did not compile, of ${all.length}\n`,
  );
}
