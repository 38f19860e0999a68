import { bytesToHex } from '@ddai/core';
import { addPacked, packBits } from '../aggregation/bit-packing.ts';
import { applyFedAvg, meanChange } from '../aggregation/fed-avg.ts';
import { decodeSum, encodedLength, type UpdateScalars } from '../aggregation/update-encoding.ts';
import { moveByDelta } from '../compression/model-delta.ts';
import { hashModelBytes } from '../model/intent-model.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import { unmaskSum } from '../secure/unmask-sum.ts';
import type { BlobStore } from './event-log.ts';
import type { RoundMetrics } from './job-events.ts';
import { type JobModel, serialiseModel } from './job-model.ts';
import type { RoundState } from './job-state.ts';
import type { JobTerms } from './job-terms.ts';
import { type ModelDifference, serialiseResidual } from './model-difference.ts';
import { hasModelDeltas } from './model-transfer.ts';
import { readBlob } from './read-blob.ts';

/** What a round's uploads and revealed shares add up to. */
export interface RoundResult {
  readonly model: JobModel;
  readonly modelBytes: Uint8Array;
  readonly modelHash: string;
  /** SHA-256 of the unmasked sum, packed. */
  readonly sumHash: string;
  readonly metrics: RoundMetrics;
  /** With model deltas in the terms, otherwise undefined. */
  readonly difference: ModelDifference | undefined;
  /** Of the difference's residual, as a blob. */
  readonly stored: { readonly bytes: Uint8Array; readonly hash: string } | undefined;
}

/**
 * Adds the survivors' uploads, unmasks the sum and averages it into `model`. Additions are modulo a
 * power of two, so their order can't matter; the rest is in a fixed order. Used alike by the
 * coordinator and by whoever verifies a receipt.
 *
 * @throws {DdaiError} `SECAGG_UNRECOVERABLE` when the revealed shares do not suffice,
 * `BLOB_MISSING` when an upload is gone, `MESSAGE_MALFORMED` when one has another length.
 */
export async function closeRound(options: {
  readonly suite: CryptoSuite;
  readonly terms: JobTerms;
  readonly round: RoundState;
  readonly model: JobModel;
  /** What the round before left out of the model; none at first. */
  readonly residual: Float32Array | undefined;
  readonly blobs: Pick<BlobStore, 'get'>;
}): Promise<RoundResult> {
  const { suite, terms, round, model, residual, blobs } = options;
  const { aggregation: encoding } = terms;
  const parameters = model.weights.length;
  const sums = new Uint32Array(encodedLength(parameters, encoding.bits));
  for (const participantId of round.survivors) {
    const hash = round.uploads.get(participantId)?.payloadHash ?? '';
    const upload = await readBlob({ suite, blobs, hash, what: 'upload' });
    addPacked(sums, upload, encoding.modulusBits);
  }
  await unmaskSum({
    suite,
    sums,
    roundId: round.roundId,
    threshold: terms.secureAggregation.threshold,
    modulusBits: encoding.modulusBits,
    sharers: round.sharers,
    survivors: round.survivors,
    keys: round.adverts,
    seedShares: sharesByOwner(round, 'seed'),
    keyShares: sharesByOwner(round, 'key'),
  });
  const sumHash = hashSum(suite, sums, encoding.modulusBits);
  const { model: next, metrics, difference } = averageInto({ model, residual, sums, terms });
  const modelBytes = serialiseModel(next);
  const modelHash = hashModelBytes(suite, modelBytes);
  const stored =
    difference === undefined ? undefined : serialiseResidual(suite, difference.residual);
  return { model: next, modelBytes, modelHash, sumHash, metrics, difference, stored };
}

/** The name of a modular sum: SHA-256 of it packed to the modulus. */
export function hashSum(suite: CryptoSuite, sums: Uint32Array, modulusBits: number): string {
  return bytesToHex(suite.sha256(packBits(sums, modulusBits)));
}

/**
 * The model and metrics that a plain modular sum leads to. With model deltas in the terms, the next
 * model is the one that participants reach by the delta, and the job goes on from there: all hold
 * the same bits, and what the delta left out comes later.
 */
export function averageInto<Model extends JobModel>(options: {
  readonly model: Model;
  readonly residual?: Float32Array | undefined;
  readonly sums: Uint32Array;
  readonly terms: Pick<JobTerms, 'aggregation'>;
}): Pick<RoundResult, 'metrics' | 'difference'> & { readonly model: Model } {
  const { model, residual, sums, terms } = options;
  const { aggregation: encoding } = terms;
  const sum = decodeSum({ sums, parameters: model.weights.length, encoding });
  const { maxExamples, downloadBits } = encoding;
  const metrics = metricsOf(sum.scalars);
  if (downloadBits === undefined || !hasModelDeltas(terms)) {
    const weights = model.weights.slice();
    applyFedAvg({ weights, sum, maxExamples });
    return { model: { ...model, weights }, metrics, difference: undefined };
  }
  const change = meanChange({ sum, maxExamples });
  const { weights: before } = model;
  const { delta, weights, left } = moveByDelta({
    weights: before,
    change,
    residual,
    bits: downloadBits,
  });
  return { model: { ...model, weights }, metrics, difference: { delta, residual: left } };
}

function metricsOf(scalars: UpdateScalars): RoundMetrics {
  const { weight, heldOut, heldOutCorrect, heldOutMilliLoss, trainMilliLoss } = scalars;
  return {
    weight,
    trainLoss: weight === 0 ? 0 : trainMilliLoss / weight / 1000,
    heldOut,
    heldOutAccuracy: heldOut === 0 ? 0 : heldOutCorrect / heldOut,
    heldOutLoss: heldOut === 0 ? 0 : heldOutMilliLoss / heldOut / 1000,
  };
}

function sharesByOwner(round: RoundState, wanted: 'seed' | 'key'): Map<string, Uint8Array[]> {
  const shares = new Map<string, Uint8Array[]>();
  for (const revealed of round.revealed.values()) {
    for (const { of, kind, share } of revealed) {
      if (kind !== wanted) continue;
      const own = shares.get(of);
      if (own === undefined) shares.set(of, [share]);
      else own.push(share);
    }
  }
  return shares;
}
