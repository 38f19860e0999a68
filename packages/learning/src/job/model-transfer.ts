import { applyModelDelta } from '../compression/model-delta.ts';
import { learningError } from '../errors.ts';
import { hashModelBytes } from '../model/intent-model.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import { initialModelOf, type JobModel, parseModel, serialiseModel } from './job-model.ts';
import { type JobTerms, WHOLE_MODEL_BITS } from './job-terms.ts';

/** A model on its way to a participant: named by its hash, and as little more as will do. */
export interface ModelTransfer {
  readonly modelHash: string;
  /** The whole model, as safetensors. */
  readonly model?: Uint8Array;
  /** The way to it from the model of this hash; neither this nor `model` for one that is held. */
  readonly baseHash?: string;
  readonly delta?: Uint8Array;
}

/** Whether participants are sent the way from model to model instead of whole models. */
export function hasModelDeltas(terms: Pick<JobTerms, 'aggregation'>): boolean {
  const { downloadBits } = terms.aggregation;
  return downloadBits !== undefined && downloadBits < WHOLE_MODEL_BITS;
}

/** A participant's copy of the job's model. A restart loses it; then it is sent whole again. */
export interface HeldModel {
  /**
   * @throws {DdaiError} `MODEL_MALFORMED` when it is not the model that was announced, or not of the
   * kind in the terms; `MODEL_BASE_MISSING` when it builds on a model that is not held.
   */
  take(transfer: ModelTransfer): JobModel;
}

export function createHeldModel(options: {
  readonly suite: CryptoSuite;
  readonly terms: JobTerms;
  readonly maxBytes: number;
}): HeldModel {
  const { suite, terms, maxBytes } = options;
  const mayDiffer = hasModelDeltas(terms);
  let held: { readonly hash: string; readonly model: JobModel } | undefined;

  function base(hash: string): JobModel {
    if (held === undefined && mayDiffer) held = named(initialModelOf(terms));
    if (held?.hash === hash) return held.model;
    throw learningError({
      code: 'MODEL_BASE_MISSING',
      message: `the model ${hash.slice(0, 16)}… is needed and not held`,
      remedy: 'Nothing: the whole model is sent in the next round.',
    });
  }

  function named(model: JobModel): { hash: string; model: JobModel } {
    return { hash: hashModelBytes(suite, serialiseModel(model)), model };
  }

  function read({ modelHash, model: bytes, baseHash, delta }: ModelTransfer): JobModel {
    if (bytes !== undefined) {
      const model = parseModel(bytes, terms.model, maxBytes);
      if (model !== undefined && hashModelBytes(suite, bytes) === modelHash) return model;
      throw notAnnounced();
    }
    if (baseHash === undefined || delta === undefined) return base(modelHash);
    const before = base(baseHash);
    const bits = terms.aggregation.downloadBits ?? WHOLE_MODEL_BITS;
    const model = { ...before, weights: applyModelDelta({ weights: before.weights, delta, bits }) };
    if (named(model).hash === modelHash) return model;
    throw notAnnounced();
  }

  return {
    take: (transfer) => {
      // Sent again after a reconnect, perhaps from a base that was left behind since.
      if (held?.hash === transfer.modelHash) return held.model;
      const model = read(transfer);
      if (mayDiffer) held = { hash: transfer.modelHash, model };
      return model;
    },
  };
}

function notAnnounced(): Error {
  return learningError({
    code: 'MODEL_MALFORMED',
    message: 'the model is not the one that was announced, or not of the kind in the terms',
  });
}
