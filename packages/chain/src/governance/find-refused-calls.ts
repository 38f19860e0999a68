import type { Address, Hex } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import { explainRevert } from '../transactions/explain-revert.ts';

/** A call of a proposal that its contract would refuse today. */
export interface RefusedCall {
  /** Its place in the proposal, from zero. */
  readonly index: number;
  /** Why, in words. */
  readonly reason: string;
  readonly remedy: string | undefined;
}

/**
 * Tries each call by itself as the timelock, on the latest block. A refusal need not be one on the
 * day of execution: what an earlier call of the proposal or an announcement prepares is refused now.
 * @throws {DdaiError} `CHAIN_UNREACHABLE`
 */
export async function findRefusedCalls(
  { publicClient, addressBook }: ChainClient,
  calls: readonly { readonly to: Address; readonly data: Hex; readonly value: bigint }[],
): Promise<readonly RefusedCall[]> {
  const account = addressBook.contracts.TimelockController;
  const refusals = await Promise.all(
    calls.map(async ({ to, data, value }, index) => {
      try {
        await publicClient.call({ account, to, data, value });
        return [];
      } catch (error) {
        const explained = explainRevert(`call ${index + 1}`, error);
        if (explained.code === 'CHAIN_UNREACHABLE') throw explained;
        return [{ index, reason: explained.message, remedy: explained.remedy }];
      }
    }),
  );
  return refusals.flat();
}
