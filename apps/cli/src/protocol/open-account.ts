import { join } from 'node:path';
import {
  type ChainClient,
  createChainClient,
  createFileJournal,
  createTransactionQueue,
  openKeystoreFile,
  readPassphraseFile,
  type TransactionRequest,
} from '@ddai/chain';
import { bytesToUtf8, silentLogger } from '@ddai/core';
import { parseAddressBook } from '@ddai/protocol';
import { findHomePath, type Home, homeAt, readFileLimited } from '@ddai/storage';
import type { PrivateKeyAccount, TransactionReceipt } from 'viem';
import { callerPath } from '../input/caller-path.ts';
import type { AccountFlags, ReadFlags } from './account-flags.ts';

/** An account that can sign, on one deployment. */
export interface OpenAccount {
  readonly chain: ChainClient;
  readonly account: PrivateKeyAccount;
  /** Sends one after the other; the first that fails ends it, and says which. */
  submit(requests: readonly TransactionRequest[]): Promise<readonly TransactionReceipt[]>;
}

const MAX_ADDRESS_BOOK_BYTES = 64 * 1024;
/** How long a local chain may still lose a mined block. */
const SETTLE_MILLISECONDS = 10_000;

/** @throws {DdaiError} `FILE_MISSING`, `ADDRESS_BOOK_INVALID`, and what the chain client throws */
export async function openChain({ rpc, addresses }: ReadFlags): Promise<ChainClient> {
  const path = addresses === undefined ? home().addressBook : callerPath(addresses);
  const addressBook = parseAddressBook(
    bytesToUtf8(readFileLimited(path, MAX_ADDRESS_BOOK_BYTES)),
    path,
  );
  return createChainClient({ rpcUrl: rpc, addressBook });
}

/** Opens the keystore before anything is asked of the chain: a wrong passphrase costs nothing else. */
export async function openAccount(flags: AccountFlags): Promise<OpenAccount> {
  const chain = await openChain(flags);
  const account = await openKeystore(flags);
  return {
    chain,
    account,
    submit: async (requests) => {
      const queue = await createTransactionQueue(
        { chain, account, settleMilliseconds: SETTLE_MILLISECONDS },
        {
          journal: createFileJournal(join(home().path, 'accounts', account.address)),
          logger: silentLogger,
        },
      );
      try {
        await queue.resendLost();
        const receipts: TransactionReceipt[] = [];
        for (const request of requests) receipts.push(await queue.submit(request));
        return receipts;
      } finally {
        queue.stop();
      }
    },
  };
}

function openKeystore({ keystore, passphraseFile }: AccountFlags): Promise<PrivateKeyAccount> {
  const path = keystore === undefined ? join(home().chain, 'market.json') : callerPath(keystore);
  const secret = passphraseFile === undefined ? `${path}.secret` : callerPath(passphraseFile);
  return openKeystoreFile({ path, passphrase: readPassphraseFile(secret) });
}

function home(): Home {
  return homeAt(findHomePath(process.env));
}
