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
        'Pass --anvil PATH to a Foundry 1.7 anvil, or --rpc URL of a chain that already runs.',
      cause,
    });
  }
}
