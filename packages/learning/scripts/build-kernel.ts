// Compiles kernel/ and writes the artefact:   npm run build:kernel -w @ddai/learning
import { writeFileSync } from 'node:fs';
import { ARTEFACT, compileKernel } from './compile-kernel.ts';

const text = await compileKernel();
writeFileSync(ARTEFACT, text);
process.stdout.write(`${ARTEFACT}: ${text.length} characters\n`);
