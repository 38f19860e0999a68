import type { ModelTransfer } from './model-transfer.ts';

/** The job's model on the coordinator's side, and which model each participant was last sent. */
export interface ModelSender {
  /** What to send to this participant; it is taken to hold the model from then on. */
  transferTo(participantId: string): ModelTransfer;
  /** The participant has just begun: it holds the model of the job's beginning and no other. */
  forgetAllButInitial(participantId: string): void;
  /** Nothing is known of what it holds: the next transfer is whole. */
  forgetAll(participantId: string): void;
  /** The job went on to this model. */
  moveTo(next: {
    readonly modelHash: string;
    readonly modelBytes: Uint8Array;
    /** The way to it from the model before. */
    readonly delta: Uint8Array | undefined;
  }): void;
  readonly modelBytes: () => Uint8Array;
}

/**
 * What participants hold is not on record: after a restart all of them join again.
 *
 * @param options.mayDiffer whether the terms allow anything but whole models.
 */
export function createModelSender(options: {
  readonly mayDiffer: boolean;
  readonly modelHash: string;
  readonly modelBytes: Uint8Array;
}): ModelSender {
  const { mayDiffer, modelHash: initialHash } = options;
  const sent = new Map<string, string>();
  let current: {
    readonly modelHash: string;
    readonly modelBytes: Uint8Array;
    readonly baseHash?: string;
    readonly delta?: Uint8Array;
  } = { modelHash: initialHash, modelBytes: options.modelBytes };
  return {
    modelBytes: () => current.modelBytes,
    forgetAll: (participantId) => void sent.delete(participantId),
    forgetAllButInitial: (participantId) => void sent.set(participantId, initialHash),
    transferTo: (participantId) => {
      const { modelHash, modelBytes: model, baseHash, delta } = current;
      const held = mayDiffer ? sent.get(participantId) : undefined;
      sent.set(participantId, modelHash);
      if (held === modelHash) return { modelHash };
      if (held !== undefined && held === baseHash && delta !== undefined)
        return { modelHash, baseHash, delta };
      return { modelHash, model };
    },
    moveTo: ({ modelHash, modelBytes, delta }) => {
      const way = delta === undefined ? {} : { baseHash: current.modelHash, delta };
      current = { modelHash, modelBytes, ...way };
    },
  };
}
