import { CONTRACT_ABIS, type ContractAbi, type ContractName } from '@ddai/protocol';
import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  encodeFunctionData,
} from 'viem';
import type { ChainClient } from '../chain-client.ts';
import { readChain } from '../read-chain.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

type Write = 'nonpayable' | 'payable';
type Read = 'pure' | 'view';

export interface ContractCall<
  Name extends ContractName,
  Fn extends ContractFunctionName<ContractAbi<Name>, Write>,
> {
  readonly contract: Name;
  readonly functionName: Fn;
  readonly args: ContractFunctionArgs<ContractAbi<Name>, Write, Fn>;
  /** What it does, for logs and errors; default the call's own name. */
  readonly label?: string;
}

/**
 * A transaction that calls one of the protocol's contracts, checked against its ABI by the compiler.
 *
 * @example
 * contractCall(chain, { contract: 'Staking', functionName: 'lock', args: [parseEther('1000')] });
 */
export function contractCall<
  const Name extends ContractName,
  Fn extends ContractFunctionName<ContractAbi<Name>, Write>,
>(
  chain: ChainClient,
  { contract, functionName, args, label }: ContractCall<Name, Fn>,
): TransactionRequest {
  return {
    to: chain.addressBook.contracts[contract],
    data: encodeFunctionData({
      abi: CONTRACT_ABIS[contract] as Abi,
      functionName: functionName as string,
      args: args as readonly unknown[],
    }),
    label: label ?? `${contract}.${functionName}`,
  };
}

export interface ContractQuestion<
  Name extends ContractName,
  Fn extends ContractFunctionName<ContractAbi<Name>, Read>,
> {
  readonly contract: Name;
  readonly functionName: Fn;
  readonly args: ContractFunctionArgs<ContractAbi<Name>, Read, Fn>;
  /**
   * `head`: as of the newest block, the default. `now`: as the next block would answer, for whatever
   * depends on the time; a chain on which nothing happens may have an old newest block.
   */
  readonly asOf?: 'head' | 'now';
}

/**
 * Asks one of the protocol's contracts.
 * @throws {DdaiError} `CHAIN_UNREACHABLE`, `TRANSACTION_REVERTED`
 */
export function readContract<
  const Name extends ContractName,
  Fn extends ContractFunctionName<ContractAbi<Name>, Read>,
>(
  chain: ChainClient,
  { contract, functionName, args, asOf = 'head' }: ContractQuestion<Name, Fn>,
): Promise<
  ContractFunctionReturnType<
    ContractAbi<Name>,
    Read,
    Fn,
    ContractFunctionArgs<ContractAbi<Name>, Read, Fn>
  >
> {
  const answer = chain.publicClient.readContract({
    address: chain.addressBook.contracts[contract],
    abi: CONTRACT_ABIS[contract] as Abi,
    functionName,
    args: args as readonly unknown[],
    blockTag: asOf === 'now' ? 'pending' : 'latest',
  });
  return readChain(`read ${contract}.${functionName}`, answer) as never;
}
