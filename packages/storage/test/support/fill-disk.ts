import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DdaiError } from '@ddai/core';
import { writeFileDurably } from '../../src/write-file-durably.ts';

// Run as a process of its own on a full disk: argument 1 is a folder there.
const directory = process.argv[2] ?? '';
const path = join(directory, 'value');
writeFileDurably(path, 'old');
let code = 'written';
try {
  writeFileDurably(path, new Uint8Array(4 * 1024 * 1024));
} catch (error) {
  code = error instanceof DdaiError ? error.code : String(error);
}
process.stdout.write(
  JSON.stringify({ code, value: readFileSync(path, 'utf8'), names: readdirSync(directory) }),
);
