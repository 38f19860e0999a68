// Compiles kernel/index.ts into src/kernel/generated/kernel-wasm.ts, which is checked in.
//
//   npm run build:kernel -w @ddai/learning
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const ARTEFACT = join(root, 'src/kernel/generated/kernel-wasm.ts');

/** No runtime and no relaxed SIMD; nothing that an engine may compute in its own way. */
const FLAGS = ['kernel/index.ts', '--outFile', 'kernel.wasm', '-O3', '--noAssert'].concat([
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--enable',
  'bulk-memory',
]);

/** The text of the artefact, compiled from source now. */
export async function compileKernel(): Promise<string> {
  const written = new Map<string, string | Uint8Array>();
  let messages = '';
  const { error } = await asc.main([...FLAGS, '--baseDir', root], {
    stderr: {
      write: (text: string) => {
        messages += text;
      },
    },
    writeFile: (name: string, contents: string | Uint8Array) => {
      written.set(name, contents);
    },
  });
  const bytes = written.get('kernel.wasm');
  if (error !== null || !(bytes instanceof Uint8Array))
    throw new Error(`the kernel does not compile:\n${messages}`, { cause: error });
  const base64 = Buffer.from(bytes).toString('base64');
  return [
    '// Written by scripts/build-kernel.ts from kernel/. Do not edit.',
    `export const KERNEL_WASM_BASE64 =\n  '${base64}';`,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await compileKernel();
  writeFileSync(ARTEFACT, text);
  process.stdout.write(`${ARTEFACT}: ${text.length} characters\n`);
}
