import type { ContractName } from '@ddai/protocol';
import {
  type Abi,
  type Address,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseAbi,
  toHex,
} from 'viem';
import { type Allocation, launchAllocations } from './allocations.ts';
import { artifactsDigest, loadArtifact } from './artifact.ts';
import { CONTRACTS, PROXIED } from './definitions/all-contracts.ts';
import type { ContractDefinition, DeployContext } from './definitions/definition.ts';
import { deterministicAddress } from './factory.ts';
import type { Parties, ProtocolParameters } from './parameters.ts';

export interface PlanInput {
  readonly factory: Address;
  readonly deployer: Address;
  readonly deployment: string;
  readonly parameters: ProtocolParameters;
  readonly parties: Parties;
}

export interface Step {
  readonly name: string;
  readonly salt: Hex;
  readonly address: Address;
  readonly initCode: Hex;
}

export interface Plan {
  readonly contracts: Readonly<Record<ContractName, Address>>;
  /** Of the contracts behind a proxy. */
  readonly implementations: ReadonlyMap<ContractName, Address>;
  readonly allocations: readonly Allocation[];
  readonly context: DeployContext;
  /** What is in one wave depends only on earlier waves. */
  readonly waves: readonly (readonly Step[])[];
}

const proxyAbi = parseAbi(['constructor(address implementation, bytes data)']);

/** Computes every address, then every creation with all addresses filled in. Sends nothing. */
export function planDeployment(input: PlanInput): Plan {
  // With the code in every address, another version never takes itself for this one.
  const version = artifactsDigest();
  const saltOf = (name: string): Hex => keccak256(toHex(`${input.deployment}/${version}/${name}`));
  const addressOf = (name: string): Address =>
    deterministicAddress(input.factory, input.deployer, saltOf(name));
  const step = (name: string, initCode: Hex): Step => ({
    name,
    salt: saltOf(name),
    address: addressOf(name),
    initCode,
  });
  const implementationOf = (name: ContractName): string => `${name}/implementation`;

  const at = Object.fromEntries(CONTRACTS.map(({ name }) => [name, addressOf(name)])) as Record<
    ContractName,
    Address
  >;
  const { parameters, parties } = input;
  const allocations = launchAllocations({
    emissions: at.EmissionsController,
    market: parties.market,
    marketVesting: at.MarketVesting,
    airdrop: at.Airdrop,
    seedVesting: at.SeedVesting,
    treasuryVesting: at.TreasuryVesting,
    teamVesting: at.TeamVesting,
  });
  const context: DeployContext = { parameters, parties, at, allocations };
  const created = (contract: ContractDefinition, name: string = contract.name): Step =>
    step(name, creation(contract.artifact, contract.abi, contract.constructorArgs(context)));
  const plain = CONTRACTS.filter(({ initializerArgs }) => initializerArgs === undefined);

  return {
    contracts: at,
    implementations: new Map(
      PROXIED.map(({ name }) => [name, addressOf(implementationOf(name))] as const),
    ),
    allocations,
    context,
    waves: [
      [
        ...plain.filter(({ last }) => last !== true).map((contract) => created(contract)),
        ...PROXIED.map((contract) => created(contract, implementationOf(contract.name))),
      ],
      PROXIED.map((contract) =>
        step(
          contract.name,
          creation('proxy', proxyAbi, [
            addressOf(implementationOf(contract.name)),
            initializerCall(contract, context),
          ]),
        ),
      ),
      plain.filter(({ last }) => last === true).map((contract) => created(contract)),
    ],
  };
}

function initializerCall(
  { abi, initializerArgs }: ContractDefinition,
  context: DeployContext,
): Hex {
  return encodeFunctionData({
    abi,
    functionName: 'initialize',
    args: initializerArgs?.(context) ?? [],
  });
}

function creation(file: string, abi: Abi, args: readonly unknown[]): Hex {
  return encodeDeployData({ abi, bytecode: loadArtifact(file).bytecode, args });
}
