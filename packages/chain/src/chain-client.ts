import { DdaiError } from '@ddai/core';
import type { AddressBook } from '@ddai/protocol';
import { createPublicClient, defineChain, http, type PublicClient } from 'viem';

/** Typed reads of one deployment of the protocol on one chain. */
export interface ChainClient {
  readonly publicClient: PublicClient;
  readonly addressBook: AddressBook;
  readonly chainId: number;
  readonly rpcUrl: string;
}

export interface ChainClientOptions {
  readonly rpcUrl: string;
  readonly addressBook: AddressBook;
}

/**
 * Connects and checks that the node at `rpcUrl` serves the chain of the address book and holds
 * its contracts.
 * @throws {DdaiError} `CHAIN_UNREACHABLE`, `CHAIN_ID_MISMATCH`, `CHAIN_CONTRACTS_MISSING`
 */
export async function createChainClient({
  rpcUrl,
  addressBook,
}: ChainClientOptions): Promise<ChainClient> {
  const publicClient = createReadClient(rpcUrl, addressBook.chainId);
  let chainId: number;
  try {
    chainId = await publicClient.getChainId();
  } catch (cause) {
    throw new DdaiError({
      code: 'CHAIN_UNREACHABLE',
      message: `no chain answers at ${rpcUrl}`,
      remedy: 'Start one with `npm start`, or name another with --rpc URL.',
      retryable: true,
      cause,
    });
  }
  if (chainId !== addressBook.chainId) {
    throw new DdaiError({
      code: 'CHAIN_ID_MISMATCH',
      message: `${rpcUrl} serves chain ${chainId}, the address book is for chain ${addressBook.chainId}`,
      remedy:
        'Name the RPC of that chain with --rpc, or the address book of this one with --addresses.',
      fields: { found: chainId, expected: addressBook.chainId },
    });
  }
  const code = await publicClient.getCode({ address: addressBook.contracts.PaymentsEscrow });
  if (code === undefined || code === '0x') {
    throw new DdaiError({
      code: 'CHAIN_CONTRACTS_MISSING',
      message: `chain ${chainId} at ${rpcUrl} holds no contract at ${addressBook.contracts.PaymentsEscrow}`,
      remedy:
        'The address book is of another chain with the same id. Deploy again, or `ddai reset` a local chain.',
    });
  }
  return { publicClient, addressBook, chainId, rpcUrl };
}

/** A viem client that polls as fast as a local chain mines. */
export function createReadClient(rpcUrl: string, chainId: number): PublicClient {
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  return createPublicClient({
    chain,
    transport: http(rpcUrl, { timeout: 10_000, retryCount: 2 }),
    pollingInterval: 200,
    cacheTime: 0,
  });
}
