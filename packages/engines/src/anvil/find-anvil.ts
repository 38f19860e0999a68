import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DdaiError } from '@ddai/core';

/** Path of the anvil binary that the lockfile brought. @throws {DdaiError} `CHAIN_BINARY_MISSING` */
export function findAnvil(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const name = `@foundry-rs/anvil-${process.platform}-${arch}`;
  try {
    return join(
      dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)),
      'bin',
      'anvil',
    );
  } catch (cause) {
    throw new DdaiError({
      code: 'CHAIN_BINARY_MISSING',
      message: `no anvil for this system: the package ${name} is not installed`,
      remedy:
        'Give `ddai start --anvil PATH` an anvil of Foundry 1.7; or run a chain yourself and start `ddai gateway` and `ddai node` with --rpc URL.',
      cause,
    });
  }
}
