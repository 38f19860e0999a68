import type { ContractName } from '@ddai/protocol';
import type { Abi, Address } from 'viem';
import type { Allocation } from '../allocations.ts';
import type { Parties, ProtocolParameters } from '../parameters.ts';

/** All that a contract's creation may depend on; addresses are known before anything exists. */
export interface DeployContext {
  readonly parameters: ProtocolParameters;
  readonly parties: Parties;
  readonly at: Readonly<Record<ContractName, Address>>;
  readonly allocations: readonly Allocation[];
}

/** A view of the contract and what it must answer after the deploy. */
export type ExpectedAnswer = readonly [
  functionName: string,
  args: readonly unknown[],
  expected: unknown,
];

/** How one contract comes into being, and what is then true of it. */
export interface ContractDefinition {
  readonly name: ContractName;
  /** File name in `artifacts/`, without its ending. */
  readonly artifact: string;
  readonly abi: Abi;
  readonly constructorArgs: (context: DeployContext) => readonly unknown[];
  /** Behind a proxy, this is part of the transaction that creates it. */
  readonly initializerArgs?: (context: DeployContext) => readonly unknown[];
  /** Its constructor asks other contracts, so it comes after all of them. */
  readonly last?: boolean;
  readonly answers: (context: DeployContext) => readonly ExpectedAnswer[];
}
