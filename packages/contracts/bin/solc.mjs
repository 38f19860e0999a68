#!/usr/bin/env node
/**
 * The npm `solc` (WebAssembly) behind the two calls that forge makes of a native compiler:
 * `--version`, and `--standard-json` with the input on standard input. Forge sends every source
 * with its content, so no file is read from here.
 */
import { readFileSync } from 'node:fs';
import solc from 'solc';

if (process.argv.includes('--version')) {
  process.stdout.write(
    `solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`,
  );
} else if (process.argv.includes('--standard-json')) {
  process.stdout.write(solc.compile(readFileSync(0, 'utf8')));
} else {
  process.stderr.write('usage: solc.mjs --version | --standard-json < input.json\n');
  process.exitCode = 2;
}
