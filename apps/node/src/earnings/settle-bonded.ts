import { type ChainClient, contractCall, readContract, type TransactionQueue } from '@ddai/chain';
import type { Clock } from '@ddai/core';
import { unixSeconds } from '@ddai/core';
import { emissionsControllerAbi } from '@ddai/protocol';

export interface SettleBondedDependencies {
  readonly chain: ChainClient;
  readonly queue: TransactionQueue;
  readonly clock: Clock;
}

/** What one log query may cover; what is older was settled by somebody, or expires. */
const BLOCKS = 2000n;

/**
 * Gives the reserve back what bonded work did not earn: of every closed epoch whose units can no
 * longer be accrued. Anybody may; whoever closes an epoch does it on the way.
 */
export async function settleDueBonded(dependencies: SettleBondedDependencies): Promise<void> {
  const { chain, queue, clock } = dependencies;
  const { publicClient, addressBook } = chain;
  const head = await publicClient.getBlockNumber();
  const opened = await publicClient.getContractEvents({
    address: addressBook.contracts.EmissionsController,
    abi: emissionsControllerAbi,
    eventName: 'BondedOpened',
    fromBlock: head > BLOCKS ? head - BLOCKS : 0n,
    toBlock: head,
    strict: true,
  });
  const now = unixSeconds(clock);
  for (const { args } of opened) {
    if (Number(args.openUntil) > now) continue;
    const { settled } = await readContract(chain, {
      contract: 'EmissionsController',
      functionName: 'bondedResult',
      args: [args.workClass, args.epoch],
    });
    if (settled) continue;
    await queue.submit(
      contractCall(chain, {
        contract: 'EmissionsController',
        functionName: 'settleBonded',
        args: [args.workClass, args.epoch],
        label: `settle bonded rewards of epoch ${args.epoch}`,
      }),
    );
  }
}
