import { addPacked, packBits, packedLength } from '../aggregation/bit-packing.ts';
import { coordinateBound } from '../aggregation/update-encoding.ts';
import { learningError } from '../errors.ts';

/** Coordinates that share one scale: 4 bytes a block are one eighth of a bit a coordinate. */
const BLOCK = 256;
const SCALE_BYTES = 4;

/** Bytes of an encoded model delta: a scale a block, then every coordinate in `bits` bits. */
export function modelDeltaLength(parameters: number, bits: number): number {
  return SCALE_BYTES * blocksOf(parameters) + packedLength(parameters, bits);
}

/**
 * Encodes the way from one model to the next in few bits, for everyone who holds the first. Each
 * block is rounded to whole multiples of its largest size over 2^(bits−1) − 1, to the nearest: this
 * side of the exchange has no noise to average away, so there is nothing to randomise. Use
 * {@link applyModelDelta} to find the model that all reach, and keep what is left as the residual
 * of the next round (error feedback at the server, Tang et al. 2019, DoubleSqueeze, algorithm 1).
 *
 * @param options.change wanted, residual included; finite.
 * @param options.bits of a coordinate, 2 to 16.
 */
export function encodeModelDelta(options: {
  readonly change: Float64Array;
  readonly bits: number;
}): Uint8Array {
  const { change, bits } = options;
  const bound = coordinateBound(bits);
  const blocks = blocksOf(change.length);
  const bytes = new Uint8Array(modelDeltaLength(change.length, bits));
  const view = new DataView(bytes.buffer);
  const codes = new Uint32Array(change.length);
  for (let block = 0; block < blocks; block++) {
    const end = Math.min((block + 1) * BLOCK, change.length);
    let largest = 0;
    for (let i = block * BLOCK; i < end; i++)
      largest = Math.max(largest, Math.abs(change[i] as number));
    // Both sides must divide and multiply by the very number that is sent.
    const step = Math.fround(largest / bound);
    view.setFloat32(block * SCALE_BYTES, step, true);
    if (step === 0) continue;
    for (let i = block * BLOCK; i < end; i++) {
      const code = Math.round((change[i] as number) / step);
      codes[i] = Math.max(-bound, Math.min(bound, code));
    }
  }
  bytes.set(packBits(codes, bits), blocks * SCALE_BYTES);
  return bytes;
}

/**
 * The model that a delta leads to, the same bits wherever it is applied.
 * @returns a new vector.
 * @throws {DdaiError} `MESSAGE_MALFORMED` on another length or a scale that is not finite.
 */
export function applyModelDelta(options: {
  readonly weights: Float32Array;
  readonly delta: Uint8Array;
  readonly bits: number;
}): Float32Array {
  const { weights, delta, bits } = options;
  if (delta.length !== modelDeltaLength(weights.length, bits))
    throw malformed('has another length');
  const blocks = blocksOf(weights.length);
  const view = new DataView(delta.buffer, delta.byteOffset, delta.length);
  const codes = new Uint32Array(weights.length);
  addPacked(codes, delta.subarray(blocks * SCALE_BYTES), bits);
  const unused = 32 - bits;
  const moved = weights.slice();
  for (let block = 0; block < blocks; block++) {
    const step = view.getFloat32(block * SCALE_BYTES, true);
    if (!(step >= 0 && step < Number.POSITIVE_INFINITY))
      throw malformed('has a scale that is not a finite number from 0');
    const end = Math.min((block + 1) * BLOCK, weights.length);
    for (let i = block * BLOCK; i < end; i++) {
      const code = ((codes[i] as number) << unused) >> unused;
      moved[i] = (weights[i] as number) + code * step;
    }
  }
  return moved;
}

/**
 * One step of a coordinator that sends deltas: takes as much of `change` and of what was left out
 * before as the bits can say.
 *
 * @returns the encoded delta, the model that it leads to, and what is left for the next step.
 */
export function moveByDelta(options: {
  readonly weights: Float32Array;
  readonly change: Float64Array;
  readonly residual: Float32Array | undefined;
  readonly bits: number;
}): { readonly delta: Uint8Array; readonly weights: Float32Array; readonly left: Float32Array } {
  const { weights: before, residual, bits } = options;
  const change = options.change.slice();
  if (residual !== undefined)
    for (let i = 0; i < change.length; i++)
      change[i] = (change[i] as number) + (residual[i] as number);
  const delta = encodeModelDelta({ change, bits });
  const weights = applyModelDelta({ weights: before, delta, bits });
  const left = new Float32Array(weights.length);
  for (let i = 0; i < left.length; i++)
    left[i] = (change[i] as number) - ((weights[i] as number) - (before[i] as number));
  return { delta, weights, left };
}

function blocksOf(parameters: number): number {
  return Math.ceil(parameters / BLOCK);
}

function malformed(what: string): Error {
  return learningError({ code: 'MESSAGE_MALFORMED', message: `a model delta ${what}` });
}
