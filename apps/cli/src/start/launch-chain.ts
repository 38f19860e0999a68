import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ChainClient,
  createChainClient,
  createFileJournal,
  createReadClient,
  createTransactionQueue,
  openOrCreateKeystoreFile,
  readPassphraseFile,
  type TransactionQueue,
} from '@ddai/chain';
import { deployProtocol, type Fact, localParties, protocolParameters } from '@ddai/contracts';
import { bytesToUtf8, type Logger, systemClock } from '@ddai/core';
import { type AnvilSupervisor, findAnvil, startAnvil } from '@ddai/engines';
import { type AddressBook, parseAddressBook } from '@ddai/protocol';
import { type Home, readFileLimited, writeFileDurably } from '@ddai/storage';
import { createWalletClient, http, type PrivateKeyAccount, parseEther } from 'viem';

export interface LocalChain {
  readonly client: ChainClient;
  readonly supervisor: AnvilSupervisor;
  /** Holds the market's tokens and the ether of block 0: where a local network's money comes from. */
  readonly market: PrivateKeyAccount;
  readonly marketQueue: TransactionQueue;
  /** How many parameters and roles the deploy read back and found right. */
  readonly facts: number;
  /** What the DAO has changed since the network began. */
  readonly changed: readonly Fact[];
  stop(): Promise<void>;
}

const LOCAL_CHAIN_ID = 31_337;
const GENESIS_ETHER = parseEther('1000000');
const MAX_ADDRESS_BOOK_BYTES = 64 * 1024;
/** A local chain can lose its last second; nothing mined longer ago than this. */
const SETTLE_MILLISECONDS = 10_000;

/**
 * Starts the local chain and deploys what of the protocol is missing.
 * @throws {DdaiError} `CHAIN_STATE_STALE` when the chain holds another version of the contracts.
 */
export async function launchChain(
  home: Home,
  { port, anvil, logger }: { port: number; anvil: string | undefined; logger: Logger },
): Promise<LocalChain> {
  const market = await openLocalKeystore(join(home.chain, 'market.json'));
  const supervisor = await startAnvil(
    {
      binary: anvil ?? findAnvil(),
      directory: home.chain,
      port,
      chainId: LOCAL_CHAIN_ID,
      alloc: { [market.address]: GENESIS_ETHER },
    },
    { clock: systemClock, logger },
  );
  try {
    const publicClient = createReadClient(supervisor.url, LOCAL_CHAIN_ID);
    const { chain } = publicClient;
    if (chain === undefined) throw new Error('a read client always knows its chain');
    const wallet = createWalletClient({
      account: market,
      chain,
      transport: http(supervisor.url, { retryCount: 0 }),
    });
    const established = readAddressBook(home);
    const { addressBook, facts, changed } = await deployProtocol({
      publicClient,
      sender: {
        account: market,
        sendTransaction: (request) =>
          wallet.sendTransaction({ ...request, account: market, chain }),
      },
      parameters: protocolParameters('local'),
      parties: localParties(market.address),
      ...(established === undefined ? {} : { established }),
    });
    writeFileDurably(home.addressBook, JSON.stringify(addressBook, null, 2), { mode: 0o644 });
    const client = await createChainClient({ rpcUrl: supervisor.url, addressBook });
    const marketQueue = await createTransactionQueue(
      { chain: client, account: market, settleMilliseconds: SETTLE_MILLISECONDS },
      { journal: createFileJournal(join(home.chain, 'market-transactions')), logger },
    );
    await marketQueue.resendLost();
    const stop = async (): Promise<void> => {
      marketQueue.stop();
      await supervisor.stop();
    };
    return { client, supervisor, market, marketQueue, facts: facts.length, changed, stop };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

/** Opens or makes a keystore whose random passphrase lies beside it, 0600: for local networks only. */
export async function openLocalKeystore(path: string): Promise<PrivateKeyAccount> {
  const passphraseFile = `${path}.secret`;
  if (!existsSync(passphraseFile))
    writeFileDurably(passphraseFile, randomBytes(24).toString('base64url'));
  return openOrCreateKeystoreFile({ path, passphrase: readPassphraseFile(passphraseFile) });
}

/** The protocol of an earlier start on this home; nothing before the first one was complete. */
function readAddressBook(home: Home): AddressBook | undefined {
  if (!existsSync(home.addressBook)) return undefined;
  return parseAddressBook(
    bytesToUtf8(readFileLimited(home.addressBook, MAX_ADDRESS_BOOK_BYTES)),
    home.addressBook,
  );
}
