import { checkpointTypedData, executionDigest } from '@ddai/protocol';
import {
  type Address,
  type Hex,
  type PrivateKeyAccount,
  parseSignature,
  recoverTypedDataAddress,
  serializeCompactSignature,
  signatureToCompactSignature,
} from 'viem';
import { readContract } from '../calls/contract-call.ts';
import type { ChainClient } from '../chain-client.ts';

/** One validator's signature under one height, as it travels in a file. */
export interface CheckpointSignature {
  readonly height: bigint;
  readonly blockHash: Hex;
  readonly executionDigest: Hex;
  /** 65 bytes. */
  readonly signature: Hex;
}

/** As `CheckpointManager` takes it: the signature compact, as in EIP-2098. */
export interface CheckpointVote {
  readonly executionDigest: Hex;
  readonly r: Hex;
  readonly vs: Hex;
}

export interface SetMember {
  readonly slot: number;
  readonly operator: Address;
  readonly signer: Address;
  readonly weight: bigint;
}

function scopeOf(chain: ChainClient) {
  return {
    chainId: chain.chainId,
    verifyingContract: chain.addressBook.contracts.CheckpointManager,
  };
}

/** @param statement `stateChanges` is the hash of what re-executing the blocks changed. */
export async function signCheckpoint(
  chain: ChainClient,
  signer: PrivateKeyAccount,
  {
    height,
    blockHash,
    stateChanges,
  }: { readonly height: bigint; readonly blockHash: Hex; readonly stateChanges: Hex },
): Promise<CheckpointSignature> {
  const digest = executionDigest(signer.address, height, stateChanges);
  const statement = { height, blockHash, executionDigest: digest };
  const signature = await signer.signTypedData(checkpointTypedData(scopeOf(chain), statement));
  return { ...statement, signature };
}

/** Whoever signed it. */
export function recoverCheckpointSigner(
  chain: ChainClient,
  { signature, ...statement }: CheckpointSignature,
): Promise<Address> {
  return recoverTypedDataAddress({ ...checkpointTypedData(scopeOf(chain), statement), signature });
}

export function toVote({
  executionDigest: digest,
  signature,
}: CheckpointSignature): CheckpointVote {
  const compact = serializeCompactSignature(signatureToCompactSignature(parseSignature(signature)));
  return {
    executionDigest: digest,
    r: `0x${compact.slice(2, 66)}`,
    vs: `0x${compact.slice(66)}`,
  };
}

/** Members of the present set, by slot. */
export async function readValidators(chain: ChainClient): Promise<readonly SetMember[]> {
  const { slots } = await readContract(chain, {
    contract: 'CheckpointManager',
    functionName: 'validatorSet',
    args: [],
  });
  const all = await Promise.all(
    Array.from({ length: Number(slots) }, async (_, slot) => {
      const { operator, signer, weight } = await readContract(chain, {
        contract: 'CheckpointManager',
        functionName: 'validator',
        args: [BigInt(slot)],
      });
      return { slot, operator, signer, weight };
    }),
  );
  return all.filter(({ weight }) => weight > 0n);
}
