import type { JobTerms } from './job-terms.ts';

/** Sums over the survivors of one round; no single participant's numbers are known. */
export interface RoundMetrics {
  /** Σ min(examples, maxExamples). */
  readonly weight: number;
  /** Mean training loss in nats, weighted like the update. */
  readonly trainLoss: number;
  /** Held-out examples, on which the model *entering* the round was measured; 0 when none. */
  readonly heldOut: number;
  readonly heldOutAccuracy: number;
  readonly heldOutLoss: number;
}

/** Phases of a round, in order; `recruiting` is between rounds. */
export type RoundPhase = 'advertise' | 'share' | 'upload' | 'agree' | 'unmask';

/**
 * What a coordinator records, in JSON values; bytes are hexadecimal. Replaying them in order gives
 * its whole state, and together with the uploads they prove the aggregate.
 */
export type JobEvent =
  | { readonly type: 'jobCreated'; readonly terms: JobTerms; readonly modelHash: string }
  | {
      readonly type: 'participantJoined';
      readonly participantId: string;
      readonly operator: string;
      readonly signature: string;
    }
  | {
      readonly type: 'participantDeclined';
      readonly participantId: string;
      readonly problems: readonly { readonly code: string; readonly count: number }[];
    }
  | {
      readonly type: 'roundOpened';
      readonly roundId: string;
      readonly number: number;
      readonly cohort: readonly string[];
      readonly modelHash: string;
    }
  | {
      readonly type: 'keysAdvertised';
      readonly roundId: string;
      readonly participantId: string;
      readonly channelKey: string;
      readonly maskKey: string;
      readonly seedCommitment: string;
      readonly signature: string;
    }
  | { readonly type: 'cohortFixed'; readonly roundId: string; readonly members: readonly string[] }
  | {
      readonly type: 'sharesSealed';
      readonly roundId: string;
      readonly participantId: string;
      readonly shares: readonly { readonly to: string; readonly ciphertext: string }[];
    }
  | { readonly type: 'sharersFixed'; readonly roundId: string; readonly sharers: readonly string[] }
  | {
      readonly type: 'updateUploaded';
      readonly roundId: string;
      readonly participantId: string;
      /** SHA-256 of the masked upload: its name in the blob store. */
      readonly payloadHash: string;
      readonly payloadBytes: number;
      readonly signature: string;
    }
  | {
      readonly type: 'survivorsFixed';
      readonly roundId: string;
      readonly survivors: readonly string[];
    }
  | {
      readonly type: 'survivorsSigned';
      readonly roundId: string;
      readonly participantId: string;
      readonly signature: string;
    }
  | {
      readonly type: 'unmaskingOpened';
      readonly roundId: string;
      readonly signers: readonly string[];
    }
  | {
      readonly type: 'sharesRevealed';
      readonly roundId: string;
      readonly participantId: string;
      readonly shares: readonly {
        readonly of: string;
        readonly kind: 'seed' | 'key';
        readonly share: string;
      }[];
      readonly signature: string;
    }
  | {
      readonly type: 'memberLeft';
      readonly roundId: string;
      readonly participantId: string;
      readonly code: string;
    }
  | {
      readonly type: 'roundClosed';
      readonly roundId: string;
      readonly number: number;
      readonly survivors: readonly string[];
      /** SHA-256 of the unmasked modular sum, packed. */
      readonly sumHash: string;
      /** The model after this round. */
      readonly modelHash: string;
      readonly metrics: RoundMetrics;
      /** With model deltas in the terms: SHA-256 of what this round's delta left out. */
      readonly residualHash?: string;
    }
  | {
      readonly type: 'roundAborted';
      readonly roundId: string;
      readonly number: number;
      readonly phase: RoundPhase;
      readonly reason: AbortReason;
    }
  | { readonly type: 'jobCompleted'; readonly modelHash: string; readonly rounds: number }
  | { readonly type: 'jobFailed'; readonly reason: 'TOO_MANY_ABORTS' | 'CANCELLED' };

export type AbortReason = 'TOO_FEW_MEMBERS' | 'TOO_FEW_OPERATORS' | 'SHARES_UNRECOVERABLE';
