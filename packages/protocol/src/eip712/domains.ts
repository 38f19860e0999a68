import type { Address, TypedDataDomain } from 'viem';

/** Where a signature counts: one contract on one chain (EIP-712). */
export interface SigningScope {
  readonly chainId: number;
  readonly verifyingContract: Address;
}

/** Vouchers are checked by `PaymentsEscrow`, which is the `verifyingContract`. */
export function escrowDomain(scope: SigningScope): TypedDataDomain {
  return { name: 'DDAI PaymentsEscrow', version: '1', ...scope };
}

/** Everything else a node signs counts for its identity: `NodeRegistry` is the `verifyingContract`. */
export function networkDomain(scope: SigningScope): TypedDataDomain {
  return { name: 'DDAI Network', version: '1', ...scope };
}

/** Checkpoints are checked by `CheckpointManager` and `CheckpointFaults` under the former's address. */
export function checkpointDomain(scope: SigningScope): TypedDataDomain {
  return { name: 'DDAI CheckpointManager', version: '1', ...scope };
}
