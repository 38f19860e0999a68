import { paymentsEscrowAbi, type SignedVoucher, type WorkClass } from '@ddai/protocol';
import type { Address } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import { readChain } from '../read-chain.ts';
import { explainRevert } from '../transactions/explain-revert.ts';

const BASIS_POINTS = 10_000n;

/** The escrow’s account of one payer; all in wei. */
export async function readPayerAccount(chain: ChainClient, payer: Address) {
  return readChain(
    'read payerAccount',
    chain.publicClient.readContract({
      address: chain.addressBook.contracts.PaymentsEscrow,
      abi: paymentsEscrowAbi,
      functionName: 'payerAccount',
      args: [payer],
      blockTag: 'pending',
    }),
  );
}

/** What a payer lets one gateway key sign. */
export async function readSignerAllowance(
  chain: ChainClient,
  { payer, signer }: { payer: Address; signer: Address },
) {
  return readChain(
    'read signerAllowance',
    chain.publicClient.readContract({
      address: chain.addressBook.contracts.PaymentsEscrow,
      abi: paymentsEscrowAbi,
      functionName: 'signerAllowance',
      args: [payer, signer],
      blockTag: 'pending',
    }),
  );
}

export interface CollectedKey {
  readonly payer: Address;
  readonly signer: Address;
  readonly node: Address;
  readonly workClass: WorkClass;
}

/** What was collected so far under one voucher key, in wei before the fee. */
export async function readCollected(
  chain: ChainClient,
  { payer, signer, node, workClass }: CollectedKey,
): Promise<bigint> {
  return readChain(
    'read collectedOf',
    chain.publicClient.readContract({
      address: chain.addressBook.contracts.PaymentsEscrow,
      abi: paymentsEscrowAbi,
      functionName: 'collectedOf',
      args: [payer, signer, node, workClass],
    }),
  );
}

/**
 * What collecting `voucher` would pay the node now, in wei: the contract's own answer, with every
 * check it makes.
 * @throws {DdaiError} `TRANSACTION_REVERTED` naming why it would be refused.
 */
export async function simulateCollect(
  chain: ChainClient,
  { signature, ...voucher }: SignedVoucher,
): Promise<bigint> {
  const call = {
    address: chain.addressBook.contracts.PaymentsEscrow,
    abi: paymentsEscrowAbi,
    functionName: 'collect',
    args: [voucher, signature],
    blockTag: 'pending',
  } as const;
  const { result } = await chain.publicClient.simulateContract(call).catch((error: unknown) => {
    throw explainRevert('collect a voucher', error);
  });
  return result[0];
}

/**
 * Wei, before the fee, that a payer could pay this node through this gateway key now, beyond what
 * its vouchers promised: the smaller of its money and of the key's allowance. A payer's tier
 * discount can only make it more.
 */
export async function readPayable(
  chain: ChainClient,
  { payer, signer, node }: { payer: Address; signer: Address; node: Address },
): Promise<bigint> {
  const escrow = {
    address: chain.addressBook.contracts.PaymentsEscrow,
    abi: paymentsEscrowAbi,
    blockTag: 'pending',
  } as const;
  const [account, allowance, reservation, [feeBps]] = await Promise.all([
    readPayerAccount(chain, payer),
    readSignerAllowance(chain, { payer, signer }),
    chain.publicClient.readContract({
      ...escrow,
      functionName: 'reservation',
      args: [payer, node],
    }),
    chain.publicClient.readContract({ ...escrow, functionName: 'fee' }),
  ]);
  const beforeFee = (amount: bigint): bigint => (amount * BASIS_POINTS) / (BASIS_POINTS + feeBps);
  const reserved = beforeFee(reservation.amount);
  const block = await chain.publicClient.getBlock({ blockTag: 'pending' });
  if (allowance.frozenAt > 0n || allowance.expires <= block.timestamp) return reserved;
  const free = beforeFee(account.balance - account.reserved);
  const allowed =
    allowance.remaining < allowance.leftToday ? allowance.remaining : allowance.leftToday;
  return reserved + (free < allowed ? free : allowed);
}

/** A node’s earnings inside the escrow, in wei. */
export async function readEarnings(chain: ChainClient, node: Address) {
  return readChain(
    'read earningsOf',
    chain.publicClient.readContract({
      address: chain.addressBook.contracts.PaymentsEscrow,
      abi: paymentsEscrowAbi,
      functionName: 'earningsOf',
      args: [node],
      blockTag: 'pending',
    }),
  );
}
