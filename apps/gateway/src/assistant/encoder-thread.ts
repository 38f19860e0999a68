import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Encoding, SentenceEncoder } from '@ddai/assistant';
import { createBundledEncoder } from '@ddai/encoders';
import { Tinypool } from 'tinypool';

/** The encoder that npm ships, in a thread of its own. */
export interface EncoderThread extends SentenceEncoder {
  close(): Promise<void>;
}

/** Source and built files lie beside each other in the same way. */
const TASKS = new URL(`./encoder-tasks${extname(import.meta.url)}`, import.meta.url);
const FROM_SOURCE = extname(import.meta.url) === '.ts';
/** Its weights take about 160 MB: a thread that nobody needed for so long gives them back. */
const IDLE_MILLISECONDS = 600_000;
/** Calls that wait; at a second for the passages of a new question, later ones would be too late. */
const MOST_CALLS = 4;

/** No thread starts before the first text. */
export function createEncoderThread(): EncoderThread {
  const pool = new Tinypool({
    filename: fileURLToPath(TASKS),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MILLISECONDS,
    execArgv: FROM_SOURCE ? ['--conditions=@ddai/source'] : [],
  });
  const { name, dimensions } = createBundledEncoder((module) => import(module));
  let calls = 0;
  return {
    name,
    dimensions,
    async encode(texts) {
      if (calls >= MOST_CALLS) return { fault: 'busy' };
      calls++;
      try {
        return (await pool.run([...texts], { name: 'encode' })) as Encoding;
      } finally {
        calls--;
      }
    },
    close: () => pool.destroy(),
  };
}
