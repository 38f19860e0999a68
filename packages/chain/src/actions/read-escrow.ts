import { paymentsEscrowAbi, type Voucher, type WorkClass } from '@ddai/protocol';
import type { Address } from 'viem';
import type { ChainClient } from '../chain-client.ts';

/** The escrow’s account of one payer; all in wei. */
export async function readPayerAccount(chain: ChainClient, payer: Address) {
  return chain.publicClient.readContract({
    address: chain.addressBook.contracts.PaymentsEscrow,
    abi: paymentsEscrowAbi,
    functionName: 'payerAccount',
    args: [payer],
    blockTag: 'pending',
  });
}

/** What a payer lets one gateway key sign. */
export async function readSignerAllowance(chain: ChainClient, { payer, signer }: { payer: Address; signer: Address }) {
  return chain.publicClient.readContract({
    address: chain.addressBook.contracts.PaymentsEscrow,
    abi: paymentsEscrowAbi,
    functionName: 'signerAllowance',
    args: [payer, signer],
    blockTag: 'pending',
  });
}

export interface CollectedKey {
  readonly payer: Address;
  readonly signer: Address;
  readonly node: Address;
  readonly workClass: WorkClass;
}

/** What was collected so far under one voucher key, in wei before the fee. */
export async function readCollected(chain: ChainClient, { payer, signer, node, workClass }: CollectedKey): Promise<bigint> {
  return chain.publicClient.readContract({
    address: chain.addressBook.contracts.PaymentsEscrow,
    abi: paymentsEscrowAbi,
    functionName: 'collectedOf',
    args: [payer, signer, node, workClass],
  });
}

/** What collecting `voucher` would pay the node and charge the payer on top, now, in wei. */
export async function previewCollect(chain: ChainClient, voucher: Voucher): Promise<{ net: bigint; fee: bigint }> {
  const { payer, signer, node, workClass, cumulative } = voucher;
  const [net, fee] = await chain.publicClient.readContract({
    address: chain.addressBook.contracts.PaymentsEscrow,
    abi: paymentsEscrowAbi,
    functionName: 'previewCollect',
    args: [{ payer, signer, node, workClass, cumulative }],
    blockTag: 'pending',
  });
  return { net, fee };
}

/** A node’s earnings inside the escrow, in wei. */
export async function readEarnings(chain: ChainClient, node: Address) {
  return chain.publicClient.readContract({
    address: chain.addressBook.contracts.PaymentsEscrow,
    abi: paymentsEscrowAbi,
    functionName: 'earningsOf',
    args: [node],
    blockTag: 'pending',
  });
}
