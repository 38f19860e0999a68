import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DdaiError } from '@ddai/core';
import { concatHex, type Hex, keccak256 } from 'viem';

/** A contract as `npm run contracts:build` left it; nothing is compiled at run time. */
export interface Artifact {
  readonly contract: string;
  readonly bytecode: Hex;
}

const ARTIFACTS = join(import.meta.dirname, '..', 'artifacts');

/** Hash of all creation bytecode: what version of the contracts this is. */
export function artifactsDigest(): Hex {
  const files = readdirSync(ARTIFACTS).filter((file) => file.endsWith('.json'));
  return keccak256(
    concatHex(files.sort().map((file) => loadArtifact(file.slice(0, -'.json'.length)).bytecode)),
  );
}

/**
 * Reads `artifacts/<file>.json`.
 * @throws {DdaiError} `DEPLOY_ARTIFACT_INVALID`
 */
export function loadArtifact(file: string): Artifact {
  const path = join(ARTIFACTS, `${file}.json`);
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
