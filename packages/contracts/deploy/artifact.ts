import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DdaiError } from '@ddai/core';
import type { Hex } from 'viem';

/** A contract as `npm run contracts:build` left it; nothing is compiled at run time. */
export interface Artifact {
  readonly contract: string;
  readonly bytecode: Hex;
}

/**
 * Reads `artifacts/<file>.json`.
 * @throws {DdaiError} `DEPLOY_ARTIFACT_INVALID`
 */
export function loadArtifact(file: string): Artifact {
  const path = join(import.meta.dirname, '..', 'artifacts', `${file}.json`);
  try {
    const { contract, bytecode } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Artifact>;
    if (typeof contract === 'string' && /^0x[0-9a-f]+$/.test(bytecode ?? '')) {
      return { contract, bytecode: bytecode as Hex };
    }
    throw new TypeError('no contract name or bytecode');
  } catch (cause) {
    throw new DdaiError({
      code: 'DEPLOY_ARTIFACT_INVALID',
      message: `the artifact ${file}.json of @ddai/contracts is missing or damaged`,
      remedy: 'Check the file out again, or run `npm run contracts:build`.',
      fields: { file },
      cause,
    });
  }
}
