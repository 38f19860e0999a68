import type { Hex } from 'viem';

/** A signed transaction that may still have to be sent again. */
export interface JournaledTransaction {
  readonly nonce: number;
  readonly hash: Hex;
  /** The signed bytes, as broadcast. */
  readonly raw: Hex;
  /** What it does, for the log: `collect 3 vouchers`. */
  readonly label: string;
}

/** Where the queue keeps signed transactions until they are final. */
export interface TransactionJournal {
  load(): Promise<JournaledTransaction[]>;
  /** Durable when it resolves. Replaces an entry of the same nonce. */
  put(entry: JournaledTransaction): Promise<void>;
  remove(nonce: number): Promise<void>;
}
