import { type Address, encodeAbiParameters, type Hex, hashTypedData, keccak256 } from 'viem';
import { checkpointDomain, type SigningScope } from './domains.ts';

/** What a validator says about one height. */
export interface CheckpointStatement {
  readonly height: bigint;
  readonly blockHash: Hex;
  /** Keyed by its signer; see {@link executionDigest}. */
  readonly executionDigest: Hex;
}

const types = {
  Checkpoint: [
    { name: 'height', type: 'uint256' },
    { name: 'blockHash', type: 'bytes32' },
    { name: 'executionDigest', type: 'bytes32' },
  ],
} as const;

/** What a validator signs (EIP-712); `scope.verifyingContract` is the `CheckpointManager`. */
export function checkpointTypedData(scope: SigningScope, statement: CheckpointStatement) {
  const { height, blockHash, executionDigest: digest } = statement;
  return {
    domain: checkpointDomain(scope),
    types,
    primaryType: 'Checkpoint',
    message: { height, blockHash, executionDigest: digest },
  } as const;
}

export function hashCheckpoint(scope: SigningScope, statement: CheckpointStatement): Hex {
  return hashTypedData(checkpointTypedData(scope, statement));
}

/** `keccak256(abi.encode(signer, height, stateChanges))`: nobody can copy another's. */
export function executionDigest(signer: Address, height: bigint, stateChanges: Hex): Hex {
  return keccak256(
    encodeAbiParameters(
      [{ type: 'address' }, { type: 'uint256' }, { type: 'bytes32' }],
      [signer, height, stateChanges],
    ),
  );
}
