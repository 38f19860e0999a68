import { describe, expect, it } from 'vitest';
import { GOLDEN_HASHES } from './golden-hashes.ts';
import { runGolden } from './golden-run.ts';

describe.each(['mlp', 'cnn'] as const)('the golden training of the %s', (model) => {
  it.each(['wasm', 'typescript'] as const)(
    'has its hash in Node by the kernel in %s',
    async (kernel) => {
      expect(await runGolden(model, kernel)).toBe(GOLDEN_HASHES[model]);
    },
  );
});
