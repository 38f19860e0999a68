#!/usr/bin/env node
/**
 * The npm `solc` (WebAssembly) behind the two calls that forge makes of a native compiler:
 * `--version`, and `--standard-json` with the input on standard input. Forge sends every source
 * with its content, so no file is read from here.
 *
 * Forge names a library file now relative to the project and now by its absolute path. Both become
 * `node_modules/…` for the compiler and are turned back in its answer: imports resolve, and what is
 * compiled never depends on where the checkout lies.
 */
import { readFileSync } from 'node:fs';
import solc from 'solc';

const LIBRARY = /^.*?(?=node_modules\/)/;

function compile(input) {
  const given = new Map();
  const renamed = (name) => {
    const short = name.replace(LIBRARY, '');
    given.set(short, name);
    return short;
  };
  const mapKeys = (object, rename) =>
    Object.fromEntries(Object.entries(object ?? {}).map(([key, value]) => [rename(key), value]));

  const { sources, settings } = input;
  const output = JSON.parse(
    solc.compile(
      JSON.stringify({
        ...input,
        sources: mapKeys(sources, renamed),
        settings: {
          ...settings,
          remappings: settings.remappings.map((line) =>
            line.replace(/=.*?(?=node_modules\/)/, '='),
          ),
          outputSelection: mapKeys(settings.outputSelection, (name) => name.replace(LIBRARY, '')),
        },
      }),
    ),
  );
  const original = (name) => given.get(name) ?? name;
  output.contracts = mapKeys(output.contracts, original);
  output.sources = mapKeys(output.sources, original);
  for (const [name, { ast }] of Object.entries(output.sources)) {
    if (ast === undefined) continue;
    ast.absolutePath = name;
    for (const node of ast.nodes) {
      if (node.nodeType === 'ImportDirective') node.absolutePath = original(node.absolutePath);
    }
  }
  for (const error of output.errors ?? []) {
    if (error.sourceLocation) error.sourceLocation.file = original(error.sourceLocation.file);
  }
  return JSON.stringify(output);
}

if (process.argv.includes('--version')) {
  process.stdout.write(
    `solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`,
  );
} else if (process.argv.includes('--standard-json')) {
  process.stdout.write(compile(JSON.parse(readFileSync(0, 'utf8'))));
} else {
  process.stderr.write('usage: solc.mjs --version | --standard-json < input.json\n');
  process.exitCode = 2;
}
