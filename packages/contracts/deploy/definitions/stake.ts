import { featureTiersAbi, nodeRegistryAbi, stakingAbi } from '@ddai/protocol';
import { packTiers } from '../tier-table.ts';
import type { ContractDefinition } from './definition.ts';

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
  initializerArgs: ({ parameters }) => [parameters.reporterShareBps, []],
  answers: ({ parameters, at }) => [
    ['token', [], at.DDAIToken],
    ['escrow', [], at.PaymentsEscrow],
    ['protocolRegistry', [], at.ProtocolRegistry],
    ['thawPeriod', [], parameters.stakeThaw],
    ['reporterShareBps', [], parameters.reporterShareBps],
  ],
};

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
