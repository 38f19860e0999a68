import type { ChainClient } from '../chain-client.ts';
import type { TransactionJournal } from './transaction-journal.ts';

/**
 * Sends again what a journal holds and the chain has not: signed bytes need no key. For whoever
 * starts after a crash without the key that signed them. Returns how many were sent.
 */
export async function resendJournal(
  { publicClient }: ChainClient,
  journal: TransactionJournal,
): Promise<number> {
  let sent = 0;
  for (const { hash, raw } of await journal.load()) {
    const receipt = await publicClient.getTransactionReceipt({ hash }).catch(() => undefined);
    if (receipt !== undefined) continue;
    await publicClient
      .request({ method: 'eth_sendRawTransaction', params: [raw] }, { retryCount: 0 })
      .then(
        () => {
          sent += 1;
        },
        () => undefined, // Known already, or its nonce was used: the chain has the last word.
      );
  }
  return sent;
}
