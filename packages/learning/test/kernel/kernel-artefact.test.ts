import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ARTEFACT, compileKernel } from '../../scripts/compile-kernel.ts';

it('the kernel module that is checked in follows from its source', async () => {
  const fresh = await compileKernel();
  const hint = 'run: npm run build:kernel -w @ddai/learning';
  expect(readFileSync(ARTEFACT, 'utf8') === fresh, hint).toBe(true);
});
