import {
  ddaiGovernorAbi,
  ddaiTokenAbi,
  emissionsControllerAbi,
  featureTiersAbi,
  nodeRegistryAbi,
  paymentsEscrowAbi,
  protocolRegistryAbi,
  stakingAbi,
} from '@ddai/protocol';
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
import { deterministicAddress } from './factory.ts';
import type { ClassShares, Parties, ProtocolParameters } from './parameters.ts';
import { packTiers } from './tier-table.ts';

/** Contracts behind a proxy; each has an implementation beside it. */
export const PROXIED = [
  'Staking',
  'NodeRegistry',
  'PaymentsEscrow',
  'EmissionsController',
  'FeatureTiers',
  'ProtocolRegistry',
] as const;
export type ProxiedName = (typeof PROXIED)[number];

export const PLAIN = ['DDAIToken', 'TimelockController', 'DDAIGovernor'] as const;
export type ContractName = ProxiedName | (typeof PLAIN)[number];

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
  readonly implementations: Readonly<Record<ProxiedName, Address>>;
  readonly allocations: readonly Allocation[];
  /** What is in one wave depends only on earlier waves. */
  readonly waves: readonly (readonly Step[])[];
}

const proxyAbi = parseAbi(['constructor(address implementation, bytes data)']);
const timelockAbi = parseAbi(['constructor(uint256 delay, uint256 timeUnit, address governor)']);

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

  const contracts = Object.fromEntries(
    [...PROXIED, ...PLAIN].map((name) => [name, addressOf(name)]),
  ) as Record<ContractName, Address>;
  const implementations = Object.fromEntries(
    PROXIED.map((name) => [name, addressOf(`${name}/implementation`)]),
  ) as Record<ProxiedName, Address>;
  const allocations = launchAllocations({
    emissions: contracts.EmissionsController,
    timelock: contracts.TimelockController,
    market: input.parties.market,
  });

  const codes = creationCodes(input.parameters, contracts, allocations);
  const calls = initialiserCalls(input.parameters, contracts, input.parties);
  return {
    contracts,
    implementations,
    allocations,
    waves: [
      [
        step('DDAIToken', codes.DDAIToken),
        step('TimelockController', codes.TimelockController),
        ...PROXIED.map((name) => step(`${name}/implementation`, codes[name])),
      ],
      PROXIED.map((name) =>
        step(name, creation('proxy', proxyAbi, [implementations[name], calls[name]])),
      ),
      // Its constructor asks Staking for the clock.
      [step('DDAIGovernor', codes.DDAIGovernor)],
    ],
  };
}

function creationCodes(
  set: ProtocolParameters,
  at: Readonly<Record<ContractName, Address>>,
  allocations: readonly Allocation[],
): Readonly<Record<ContractName, Hex>> {
  const timelock = at.TimelockController;
  const timeUnit = set.timeUnit;
  return {
    DDAIToken: creation('ddai-token', ddaiTokenAbi, [
      allocations.map(({ holder }) => holder),
      allocations.map(({ amount }) => amount),
    ]),
    TimelockController: creation('ddai-timelock', timelockAbi, [
      set.timelockDelay,
      timeUnit,
      at.DDAIGovernor,
    ]),
    DDAIGovernor: creation('ddai-governor', ddaiGovernorAbi, [
      at.Staking,
      timelock,
      timeUnit,
      {
        votingDelay: Number(set.votingDelay),
        votingPeriod: Number(set.votingPeriod),
        proposalThreshold: set.proposalThreshold,
        quorumPercent: set.quorumPercent,
        lateQuorumExtension: Number(set.lateQuorumExtension),
      },
    ]),
    Staking: creation('staking', stakingAbi, [
      at.DDAIToken,
      at.PaymentsEscrow,
      at.ProtocolRegistry,
      timelock,
      timeUnit,
      set.stakeThaw,
    ]),
    NodeRegistry: creation('node-registry', nodeRegistryAbi, [
      at.Staking,
      at.PaymentsEscrow,
      at.EmissionsController,
      timelock,
      timeUnit,
    ]),
    PaymentsEscrow: creation('payments-escrow', paymentsEscrowAbi, [
      {
        token: at.DDAIToken,
        staking: at.Staking,
        nodeRegistry: at.NodeRegistry,
        emissions: at.EmissionsController,
        featureTiers: at.FeatureTiers,
        protocolRegistry: at.ProtocolRegistry,
        timelock,
        timeUnit,
        payerThawPeriod: set.payerThaw,
        earningsMaturity: set.earningsMaturity,
      },
    ]),
    EmissionsController: creation('emissions-controller', emissionsControllerAbi, [
      {
        token: at.DDAIToken,
        escrow: at.PaymentsEscrow,
        nodeRegistry: at.NodeRegistry,
        votes: at.Staking,
        timelock,
        timeUnit,
        epochLength: set.epochLength,
      },
    ]),
    FeatureTiers: creation('feature-tiers', featureTiersAbi, [
      at.Staking,
      at.PaymentsEscrow,
      timelock,
      timeUnit,
    ]),
    ProtocolRegistry: creation('protocol-registry', protocolRegistryAbi, [
      at.DDAIToken,
      timelock,
      timeUnit,
    ]),
  };
}

function initialiserCalls(
  set: ProtocolParameters,
  at: Readonly<Record<ContractName, Address>>,
  parties: Parties,
): Readonly<Record<ProxiedName, Hex>> {
  return {
    Staking: encodeFunctionData({
      abi: stakingAbi,
      functionName: 'initialize',
      args: [set.reporterShareBps, []],
    }),
    NodeRegistry: encodeFunctionData({ abi: nodeRegistryAbi, functionName: 'initialize' }),
    PaymentsEscrow: encodeFunctionData({
      abi: paymentsEscrowAbi,
      functionName: 'initialize',
      args: [
        {
          feeBps: set.feeBps,
          burnShareBps: set.burnShareBps,
          minimumStakes: minimumStakes(set),
          tierTable: packTiers(set.tiers),
          treasury: at.TimelockController,
        },
      ],
    }),
    EmissionsController: encodeFunctionData({
      abi: emissionsControllerAbi,
      functionName: 'initialize',
      args: [
        {
          weights: copy(set.weights),
          corridor: {
            min: copy(set.corridor.min),
            max: copy(set.corridor.max),
            step: set.corridor.step,
          },
          bondedShares: copy(set.bondedShares),
          stream: set.streamPerEpoch,
        },
      ],
    }),
    FeatureTiers: encodeFunctionData({
      abi: featureTiersAbi,
      functionName: 'initialize',
      args: [set.tiers],
    }),
    ProtocolRegistry: encodeFunctionData({
      abi: protocolRegistryAbi,
      functionName: 'initialize',
      args: [parties.pauseGuardian, set.minGatewayBond],
    }),
  };
}

/** In order of `WorkClass`. */
export function minimumStakes(set: ProtocolParameters): [bigint, bigint, bigint, bigint] {
  return [
    set.minimumStakeQuery,
    set.minimumStakeCompute,
    set.minimumStakeStorage,
    set.minimumStakeValidation,
  ];
}

function creation(file: string, abi: Abi, args: readonly unknown[]): Hex {
  return encodeDeployData({ abi, bytecode: loadArtifact(file).bytecode, args });
}

function copy(shares: ClassShares): [number, number, number, number] {
  return [...shares];
}
