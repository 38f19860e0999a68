import { featureTiersAbi, nodeRegistryAbi, stakingAbi } from '@ddai/protocol';
import type { Address } from 'viem';
import { packTiers } from '../tier-table.ts';
import type { ContractDefinition, DeployContext } from './definition.ts';

export const staking: ContractDefinition = {
  name: 'Staking',
  artifact: 'staking',
  abi: stakingAbi,
  constructorArgs: ({ parameters, at }) => [
    at.DDAIToken,
    at.PaymentsEscrow,
    at.ProtocolRegistry,
    at.TimelockController,
    parameters.timeUnit,
    parameters.stakeThaw,
  ],
  initializerArgs: (context) => [
    context.parameters.reporterShareBps,
    verifiersOf(context).map(({ account, maxSlash, mayConvict }) => ({
      account,
      terms: { maxSlash, mayConvict },
    })),
  ],
  answers: (context) => [
    ['token', [], context.at.DDAIToken],
    ['escrow', [], context.at.PaymentsEscrow],
    ['protocolRegistry', [], context.at.ProtocolRegistry],
    ['thawPeriod', [], context.parameters.stakeThaw],
    ['reporterShareBps', [], context.parameters.reporterShareBps],
    ...verifiersOf(context).map(
      ({ account, maxSlash, mayConvict }) =>
        ['verifier', [account], [true, { maxSlash, mayConvict }]] as const,
    ),
  ],
};

/** Contracts that may slash, and how much at a time. Two may retire a node for good. */
export function verifiersOf({ parameters, at }: DeployContext): readonly {
  readonly account: Address;
  readonly maxSlash: bigint;
  readonly mayConvict: boolean;
}[] {
  const { maxDisputeSlash, maxWorkSlash } = parameters;
  return [
    { account: at.DisputeManager, maxSlash: maxDisputeSlash, mayConvict: true },
    { account: at.CheckpointManager, maxSlash: maxWorkSlash, mayConvict: false },
    { account: at.CheckpointFaults, maxSlash: maxWorkSlash, mayConvict: true },
    { account: at.StorageProofs, maxSlash: maxWorkSlash, mayConvict: false },
  ];
}

export const nodeRegistry: ContractDefinition = {
  name: 'NodeRegistry',
  artifact: 'node-registry',
  abi: nodeRegistryAbi,
  constructorArgs: ({ parameters, at }) => [
    at.Staking,
    at.PaymentsEscrow,
    at.EmissionsController,
    at.TimelockController,
    parameters.timeUnit,
  ],
  initializerArgs: () => [],
  answers: ({ at }) => [
    ['staking', [], at.Staking],
    ['escrow', [], at.PaymentsEscrow],
    ['emissions', [], at.EmissionsController],
  ],
};

export const featureTiers: ContractDefinition = {
  name: 'FeatureTiers',
  artifact: 'feature-tiers',
  abi: featureTiersAbi,
  constructorArgs: ({ parameters, at }) => [
    at.Staking,
    at.PaymentsEscrow,
    at.TimelockController,
    parameters.timeUnit,
  ],
  initializerArgs: ({ parameters }) => [parameters.tiers],
  answers: ({ parameters, at }) => [
    ['staking', [], at.Staking],
    ['escrow', [], at.PaymentsEscrow],
    ['tierTable', [], packTiers(parameters.tiers)],
  ],
};
