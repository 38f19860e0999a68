import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Where the artefact lies, which is checked in. */
export const ARTEFACT = join(root, 'src/kernel/generated/kernel-module.ts');

/** The artefact as it follows from the source in `kernel/`. */
export async function compileKernel(): Promise<string> {
  let bytes = new Uint8Array(0);
  const messages = asc.createMemoryStream();
  const { error } = await asc.main(
    ['kernel/index.ts', '--baseDir', root, '--outFile', 'kernel.wasm', '-O3', '--noAssert']
      // No garbage collector, and no relaxed SIMD, whose results depend on the processor.
      .concat(['--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory']),
    {
      stderr: messages,
      writeFile: (name, contents) => {
        if (name === 'kernel.wasm') bytes = Uint8Array.from(contents as Uint8Array);
      },
    },
  );
  if (error) throw new Error(`the kernel does not compile:\n${messages.toString()}`);
  const base64 = Buffer.from(bytes).toString('base64');
  return [
    '// Written by `npm run build:kernel -w @ddai/learning` from kernel/. Do not edit.',
    `export const KERNEL_MODULE =\n  '${base64}';`,
    '',
  ].join('\n');
}
