import { type Address, type Hex, hashTypedData } from 'viem';
import type { WorkClass } from '../work-class.ts';
import { escrowDomain, type SigningScope } from './domains.ts';

/**
 * A signed promise of a cumulative amount to one node, collected by `PaymentsEscrow`.
 * A later voucher replaces an earlier one; only the difference is paid.
 */
export interface Voucher {
  /** Whose escrow balance pays. */
  readonly payer: Address;
  /** The gateway key that the payer authorised. */
  readonly signer: Address;
  /** The node's operator. */
  readonly node: Address;
  readonly workClass: WorkClass;
  /** In wei, all that was ever promised under (payer, signer, node, workClass); below 2^128. */
  readonly cumulative: bigint;
}

export interface SignedVoucher extends Voucher {
  /** 65 bytes, by `signer`. */
  readonly signature: Hex;
}

const types = {
  Voucher: [
    { name: 'payer', type: 'address' },
    { name: 'signer', type: 'address' },
    { name: 'node', type: 'address' },
    { name: 'workClass', type: 'uint8' },
    { name: 'cumulative', type: 'uint128' },
  ],
} as const;

/** What `signer` signs (EIP-712); `scope.verifyingContract` is the `PaymentsEscrow`. */
export function voucherTypedData(scope: SigningScope, voucher: Voucher) {
  const { payer, signer, node, workClass, cumulative } = voucher;
  return {
    domain: escrowDomain(scope),
    types,
    primaryType: 'Voucher',
    message: { payer, signer, node, workClass, cumulative },
  } as const;
}

/** The 32-byte EIP-712 digest of a voucher. */
export function hashVoucher(scope: SigningScope, voucher: Voucher): Hex {
  return hashTypedData(voucherTypedData(scope, voucher));
}
