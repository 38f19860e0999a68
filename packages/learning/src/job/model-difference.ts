import { bytesToHex } from '@ddai/core';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import { parseNamedState, serialiseNamedState, vectorOf } from '../strategies/named-state.ts';

/** The way to the next model as participants get it, and what it leaves out. */
export interface ModelDifference {
  readonly delta: Uint8Array;
  /** Part of the next round's change. */
  readonly residual: Float32Array;
}

const NAME = 'residual';

/** A residual as it is stored, and its name in the blob store. */
export function serialiseResidual(
  suite: CryptoSuite,
  residual: Float32Array,
): { readonly bytes: Uint8Array; readonly hash: string } {
  const bytes = serialiseNamedState({ vectors: { [NAME]: residual }, numbers: {} });
  return { bytes, hash: bytesToHex(suite.sha256(bytes)) };
}

/** @throws {DdaiError} `SAFETENSORS_MALFORMED` or `STRATEGY_STATE_MALFORMED`. */
export function parseResidual(bytes: Uint8Array, parameters: number): Float32Array {
  return vectorOf(parseNamedState(bytes), NAME, parameters);
}
