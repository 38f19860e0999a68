import { networkDomain, nodeRegistryAbi, type WorkClass } from '@ddai/protocol';
import { type Address, encodeFunctionData, type Hex, type PrivateKeyAccount, zeroHash } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

export interface RegisterNodeOptions {
  /** Who sends the transaction and owns the stake. */
  readonly operator: Address;
  /** The hot key; signs that it speaks for this operator. */
  readonly signer: PrivateKeyAccount;
  /** The only place the node's money goes. */
  readonly payout: Address;
  readonly classes: readonly WorkClass[];
  /** Jobs at once. */
  readonly capacity: number;
  /** For validators: what the chain's own engine knows them by. Default none. */
  readonly consensusKey?: Hex;
}

/** Registers the operator's node. Its collateral must cover the minimum of all its classes together. */
export async function registerNode(
  chain: ChainClient,
  { operator, signer, payout, classes, capacity, consensusKey = zeroHash }: RegisterNodeOptions,
): Promise<TransactionRequest> {
  const registry = chain.addressBook.contracts.NodeRegistry;
  const nonce = await chain.publicClient.readContract({
    address: registry,
    abi: nodeRegistryAbi,
    functionName: 'signerNonce',
    args: [operator],
  });
  const signature = await signer.signTypedData({
    domain: networkDomain({ chainId: chain.chainId, verifyingContract: registry }),
    types: {
      SignerProof: [
        { name: 'operator', type: 'address' },
        { name: 'signer', type: 'address' },
        { name: 'nonce', type: 'uint256' },
      ],
    },
    primaryType: 'SignerProof',
    message: { operator, signer: signer.address, nonce },
  });
  const registration = {
    classes: classes.reduce<number>((bits, workClass) => bits | (1 << workClass), 0),
    capacity,
    signer: signer.address,
    payout,
    consensusKey,
    endpoint: '',
    signature,
  };
  return {
    to: registry,
    data: encodeFunctionData({
      abi: nodeRegistryAbi,
      functionName: 'register',
      args: [registration],
    }),
    label: 'register the node',
  };
}
