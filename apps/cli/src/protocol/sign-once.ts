import type { ChainClient } from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import type { Hex } from 'viem';
import { z } from 'zod';
import { hashText } from '../input/fields.ts';
import type { AccountStore } from './account-store.ts';

interface Statement {
  readonly height: bigint;
  readonly blockHash: Hex;
  readonly stateChanges: Hex;
}

const keptSchema = z.object({ blockHash: hashText, stateChanges: hashText });

/**
 * The hash of a block that the RPC reports final: a reorganised one would make an honest validator
 * look like a liar.
 * @throws {DdaiError} `CHECKPOINT_NOT_FINAL`
 */
export async function finalHash(chain: ChainClient, height: bigint): Promise<Hex> {
  const { number: final } = await chain.publicClient.getBlock({ blockTag: 'finalized' });
  if (height > final)
    throw new DdaiError({
      code: 'CHECKPOINT_NOT_FINAL',
      message: `block ${height} is not final; the last final one is ${final}`,
      remedy: 'Wait until the chain has finalised it.',
      retryable: true,
    });
  const { hash } = await chain.publicClient.getBlock({ blockNumber: height });
  return hash;
}

/**
 * Writes down, durably, what is about to be signed; the same statement may be signed again.
 * @throws {DdaiError} `CHECKPOINT_SIGNED_BEFORE` if another one of this height was
 */
export function assertSignedOnce(
  store: AccountStore,
  chain: ChainClient,
  { height, blockHash, stateChanges }: Statement,
): void {
  const contract = chain.addressBook.contracts.CheckpointManager.slice(2, 10);
  const name = `signed-${chain.chainId}-${contract}-${height}`;
  const kept = store.read(name);
  if (kept === undefined) {
    store.write(name, { blockHash, stateChanges });
    return;
  }
  const before = keptSchema.parse(kept);
  if (before.blockHash === blockHash && before.stateChanges === stateChanges) return;
  throw new DdaiError({
    code: 'CHECKPOINT_SIGNED_BEFORE',
    message: `this key signed block ${height} as ${before.blockHash} with state changes ${before.stateChanges}; it signs no second statement`,
    remedy: 'Two signatures for one height cost the whole stake. Find out which client is wrong.',
  });
}
