import type { SealedShares } from '../secure/secret-shares.ts';
import type { ModelTransfer } from './model-transfer.ts';
import type { RevealedShare } from './statements.ts';

/** A member of a round with the keys that it signed. */
export interface Member {
  readonly participantId: string;
  readonly operator: string;
  readonly channelKey: Uint8Array;
  readonly maskKey: Uint8Array;
  readonly seedCommitment: Uint8Array;
  readonly signature: Uint8Array;
}

/** A signature over the statement that its message implies. */
export interface NamedSignature {
  readonly participantId: string;
  readonly signature: Uint8Array;
}

/** What a coordinator sends. All are plain data: strings, numbers, lists and Uint8Array. */
export type CoordinatorMessage =
  /** A round begins: make fresh keys. */
  | {
      readonly type: 'openRound';
      readonly jobId: string;
      readonly roundId: string;
      readonly number: number;
    }
  /** Who takes part, and the model to start from. */
  | ({
      readonly type: 'cohort';
      readonly jobId: string;
      readonly roundId: string;
      readonly members: readonly Member[];
    } & ModelTransfer)
  /** The shares sealed for this participant; `sharers` are all who sealed theirs. */
  | {
      readonly type: 'deliverShares';
      readonly jobId: string;
      readonly roundId: string;
      readonly sharers: readonly string[];
      readonly shares: readonly { readonly from: string; readonly ciphertext: Uint8Array }[];
    }
  /** Whose uploads are in the sum. */
  | {
      readonly type: 'proposeSurvivors';
      readonly jobId: string;
      readonly roundId: string;
      readonly survivors: readonly string[];
    }
  /** Enough members signed that same set: reveal. */
  | {
      readonly type: 'requestUnmasking';
      readonly jobId: string;
      readonly roundId: string;
      readonly survivors: readonly string[];
      readonly signatures: readonly NamedSignature[];
    }
  | {
      readonly type: 'roundClosed';
      readonly jobId: string;
      readonly roundId: string;
      readonly survivors: readonly string[];
      readonly modelHash: string;
    }
  | {
      readonly type: 'roundAborted';
      readonly jobId: string;
      readonly roundId: string;
      readonly reason: string;
    }
  | ({ readonly type: 'jobCompleted'; readonly jobId: string } & ModelTransfer)
  | { readonly type: 'jobFailed'; readonly jobId: string; readonly reason: string }
  /** The last message was not accepted; the job goes on. */
  | {
      readonly type: 'refused';
      readonly jobId: string;
      readonly code: RefusalCode;
      readonly of: string;
    };

/** What a participant sends. */
export type ParticipantMessage =
  | {
      readonly type: 'join';
      readonly jobId: string;
      readonly termsHash: string;
      readonly operator: string;
      readonly signature: Uint8Array;
    }
  /** Its data does not fit the job: codes and counts, no row and no text. */
  | {
      readonly type: 'decline';
      readonly jobId: string;
      readonly problems: readonly { readonly code: string; readonly count: number }[];
    }
  | {
      readonly type: 'keyAdvert';
      readonly jobId: string;
      readonly roundId: string;
      readonly channelKey: Uint8Array;
      readonly maskKey: Uint8Array;
      readonly seedCommitment: Uint8Array;
      readonly signature: Uint8Array;
    }
  | {
      readonly type: 'sealedShares';
      readonly jobId: string;
      readonly roundId: string;
      readonly shares: readonly SealedShares[];
    }
  | {
      readonly type: 'maskedUpdate';
      readonly jobId: string;
      readonly roundId: string;
      readonly payload: Uint8Array;
      readonly signature: Uint8Array;
    }
  | {
      readonly type: 'survivorsSignature';
      readonly jobId: string;
      readonly roundId: string;
      readonly signature: Uint8Array;
    }
  | {
      readonly type: 'revealedShares';
      readonly jobId: string;
      readonly roundId: string;
      readonly shares: readonly RevealedShare[];
      readonly signature: Uint8Array;
    }
  /** The participant can't go on with this round, for the reason in `code`. */
  | {
      readonly type: 'leaveRound';
      readonly jobId: string;
      readonly roundId: string;
      readonly code: string;
    };

/** Why a coordinator did not accept a message. */
export type RefusalCode =
  | 'MALFORMED'
  | 'UNKNOWN_JOB'
  | 'UNKNOWN_PARTICIPANT'
  | 'UNKNOWN_ROUND'
  | 'NOT_A_MEMBER'
  | 'DUPLICATE'
  | 'LATE'
  | 'EARLY'
  | 'SIGNATURE_INVALID'
  | 'TERMS_MISMATCH'
  | 'OPERATOR_NOT_ALLOWED'
  | 'WRONG_SIZE'
  | 'WRONG_SHARES'
  | 'JOB_ENDED';
