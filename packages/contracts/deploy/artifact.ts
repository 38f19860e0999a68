import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DdaiError } from '@ddai/core';
import { concatHex, type Hex, keccak256 } from 'viem';
import type { StorageLayout } from './storage-layout.ts';

/** A contract as `npm run contracts:build` left it; nothing is compiled at run time. */
export interface Artifact {
  readonly contract: string;
  readonly bytecode: Hex;
  readonly storage: StorageLayout;
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
  return parseArtifact(() => readFileSync(join(ARTIFACTS, `${file}.json`), 'utf8'), `${file}.json`);
}

/**
 * Parses an artifact that `npm run contracts:build` of any version wrote.
 * @param name says in the error which one.
 * @throws {DdaiError} `DEPLOY_ARTIFACT_INVALID`
 */
export function parseArtifact(read: () => string, name: string): Artifact {
  try {
    const { contract, bytecode, storage } = JSON.parse(read()) as Partial<Artifact>;
    if (
      typeof contract === 'string' &&
      /^0x[0-9a-f]+$/.test(bytecode ?? '') &&
      typeof storage === 'object' &&
      Object.values(storage).every(Array.isArray)
    ) {
      return { contract, bytecode: bytecode as Hex, storage };
    }
    throw new TypeError('no contract name, bytecode or storage layout');
  } catch (cause) {
    throw new DdaiError({
      code: 'DEPLOY_ARTIFACT_INVALID',
      message: `the artifact ${name} is missing or damaged`,
      remedy: 'Check the file out again, or run `npm run contracts:build`.',
      fields: { file: name },
      cause,
    });
  }
}
