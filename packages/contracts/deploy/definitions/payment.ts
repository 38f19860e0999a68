import { emissionsControllerAbi, paymentsEscrowAbi } from '@ddai/protocol';
import { type Address, zeroAddress } from 'viem';
import type { ProtocolParameters } from '../parameters.ts';
import { packTiers } from '../tier-table.ts';
import type { ContractDefinition, DeployContext } from './definition.ts';

export const escrow: ContractDefinition = {
  name: 'PaymentsEscrow',
  artifact: 'payments-escrow',
  abi: paymentsEscrowAbi,
  constructorArgs: ({ parameters, at }) => [
    {
      token: at.DDAIToken,
      staking: at.Staking,
      nodeRegistry: at.NodeRegistry,
      emissions: at.EmissionsController,
      featureTiers: at.FeatureTiers,
      protocolRegistry: at.ProtocolRegistry,
      timelock: at.TimelockController,
      timeUnit: parameters.timeUnit,
      payerThawPeriod: parameters.payerThaw,
      earningsMaturity: parameters.earningsMaturity,
    },
  ],
  initializerArgs: ({ parameters, at }) => [
    {
      feeBps: parameters.feeBps,
      burnShareBps: parameters.burnShareBps,
      minimumStakes: minimumStakes(parameters),
      tierTable: packTiers(parameters.tiers),
      treasury: at.Treasury,
      workSources: payingSources(at),
    },
  ],
  answers: ({ parameters, at }) => [
    ['token', [], at.DDAIToken],
    ['staking', [], at.Staking],
    ['nodeRegistry', [], at.NodeRegistry],
    ['emissions', [], at.EmissionsController],
    ['featureTiers', [], at.FeatureTiers],
    ['protocolRegistry', [], at.ProtocolRegistry],
    ['payerThawPeriod', [], parameters.payerThaw],
    ['earningsMaturity', [], parameters.earningsMaturity],
    ['fee', [], [parameters.feeBps, parameters.burnShareBps]],
    ['treasury', [], at.Treasury],
    ['tierTable', [], packTiers(parameters.tiers)],
    ...minimumStakes(parameters).map(
      (amount, workClass) => ['minimumStake', [workClass], amount] as const,
    ),
    ...payingSources(at).map((source, workClass) => ['workSource', [workClass], source] as const),
  ],
};

export const emissions: ContractDefinition = {
  name: 'EmissionsController',
  artifact: 'emissions-controller',
  abi: emissionsControllerAbi,
  constructorArgs: ({ parameters, at }) => [
    {
      token: at.DDAIToken,
      escrow: at.PaymentsEscrow,
      nodeRegistry: at.NodeRegistry,
      votes: at.Staking,
      timelock: at.TimelockController,
      timeUnit: parameters.timeUnit,
      epochLength: parameters.epochLength,
    },
  ],
  initializerArgs: ({ parameters, at }) => [
    {
      weights: parameters.weights,
      corridor: parameters.corridor,
      bondedShares: parameters.bondedShares,
      stream: parameters.streamPerEpoch,
      workSources: bondedSources(at),
      bondedYieldPpb: parameters.bondedYieldPpb,
    },
  ],
  answers: ({ parameters, at }) => [
    ['token', [], at.DDAIToken],
    ['escrow', [], at.PaymentsEscrow],
    ['nodeRegistry', [], at.NodeRegistry],
    ['votes', [], at.Staking],
    ['epochLength', [], parameters.epochLength],
    ['streamPerEpoch', [], parameters.streamPerEpoch],
    ['nextWeights', [], parameters.weights],
    ['corridor', [], parameters.corridor],
    ...parameters.bondedShares.map(
      (share, workClass) => ['bondedShareBps', [workClass], share] as const,
    ),
    ...bondedSources(at).map((source, workClass) => ['workSource', [workClass], source] as const),
    ['bondedYield', [], parameters.bondedYieldPpb],
  ],
};

type Addresses = DeployContext['at'];
type BySource = readonly [Address, Address, Address, Address];

/** Who pays for proven work without vouchers, by work class. */
function payingSources(at: Addresses): BySource {
  return [zeroAddress, at.TrainingRegistry, at.StorageProofs, zeroAddress];
}

/** Who says what share of an epoch's work a stake delivered, by work class. */
function bondedSources(at: Addresses): BySource {
  return [zeroAddress, zeroAddress, at.StorageProofs, at.CheckpointManager];
}

/** In order of `WorkClass`. */
function minimumStakes(set: ProtocolParameters): [bigint, bigint, bigint, bigint] {
  return [
    set.minimumStakeQuery,
    set.minimumStakeCompute,
    set.minimumStakeStorage,
    set.minimumStakeValidation,
  ];
}
