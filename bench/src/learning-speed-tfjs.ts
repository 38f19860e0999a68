import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peersFolder } from './peers.ts';

/** Samples per CPU-second of the 2NN, or of the CNN, in tfjs on one thread of a process of its own. */
export function measureTfjs(options: {
  readonly backend: 'wasm' | 'cpu';
  readonly model: '2NN' | 'CNN';
  /** Pixels of one batch of 28 × 28 images. */
  readonly pixels: Float32Array;
  readonly seconds: number;
}): number {
  const { backend, model, pixels, seconds } = options;
  const folder = mkdtempSync(join(tmpdir(), 'ddai-bench-'));
  try {
    const file = join(folder, 'pixels');
    writeFileSync(file, new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
    const script = join(peersFolder(), 'tfjs.mjs');
    const args = [script, backend, model, String(seconds), file];
    return Number(execFileSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
