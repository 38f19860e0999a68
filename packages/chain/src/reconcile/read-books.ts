import type { ContractName } from '@ddai/protocol';
import { CONTRACT_ABIS } from '@ddai/protocol';
import type { Abi } from 'viem';
import type { ChainClient } from '../chain-client.ts';

/** What a contract outside payment and stake says it holds, beside the tokens it has; in wei. */
export interface HeldBook {
  readonly contract: ContractName;
  readonly what: string;
  readonly said: bigint;
  readonly tokens: bigint;
}

/** Contracts that hold tokens for others, and the view that says how many. */
const HOLDERS: readonly {
  readonly contract: ContractName;
  readonly what: string;
  readonly view: string;
  /** Parts of a view with several answers that add up to it. */
  readonly parts?: readonly number[];
}[] = [
  { contract: 'ProtocolRegistry', what: 'gateways’ bonds', view: 'totalBonds' },
  { contract: 'PartnerRegistry', what: 'partners’ bonds', view: 'totalPartnerBonds' },
  { contract: 'StorageProofs', what: 'deposits for storage', view: 'totalDeposits' },
  { contract: 'TrainingRegistry', what: 'training budgets', view: 'totalHeld' },
  { contract: 'DisputeManager', what: 'bonds and juror fees', view: 'totals', parts: [1, 2] },
];

/** Every such contract as of `blockNumber`. */
export function readHeldBooks(chain: ChainClient, blockNumber: bigint): Promise<HeldBook[]> {
  const { publicClient, addressBook } = chain;
  return Promise.all(
    HOLDERS.map(async ({ contract, what, view, parts }) => {
      const address = addressBook.contracts[contract];
      const [answer, tokens] = await Promise.all([
        publicClient.readContract({
          address,
          abi: CONTRACT_ABIS[contract] as Abi,
          functionName: view,
          blockNumber,
        }),
        publicClient.readContract({
          address: addressBook.contracts.DDAIToken,
          abi: CONTRACT_ABIS.DDAIToken,
          functionName: 'balanceOf',
          args: [address],
          blockNumber,
        }),
      ]);
      const said =
        parts === undefined
          ? (answer as bigint)
          : parts.reduce((sum, part) => sum + ((answer as readonly bigint[])[part] ?? 0n), 0n);
      return { contract, what, said, tokens };
    }),
  );
}
