import {
  checkpointFaultsAbi,
  checkpointManagerAbi,
  disputeManagerAbi,
  slashGuardianAbi,
  storageProofsAbi,
  trainingRegistryAbi,
} from '@ddai/protocol';
import type { ContractDefinition } from './definition.ts';

export const checkpointManager: ContractDefinition = {
  name: 'CheckpointManager',
  artifact: 'checkpoint-manager',
  abi: checkpointManagerAbi,
  constructorArgs: ({ parameters, at }) => [
    {
      staking: at.Staking,
      nodeRegistry: at.NodeRegistry,
      escrow: at.PaymentsEscrow,
      emissions: at.EmissionsController,
      timelock: at.TimelockController,
      timeUnit: parameters.timeUnit,
      epochLength: parameters.epochLength,
      beaconEpochLength: parameters.beaconEpoch,
      checkpointInterval: parameters.checkpointInterval,
    },
  ],
  initializerArgs: ({ parameters }) => [parameters.seatStake],
  answers: ({ parameters, at }) => [
    ['staking', [], at.Staking],
    ['nodeRegistry', [], at.NodeRegistry],
    ['escrow', [], at.PaymentsEscrow],
    ['emissions', [], at.EmissionsController],
    ['epochLength', [], parameters.epochLength],
    ['beaconEpochLength', [], parameters.beaconEpoch],
    ['checkpointInterval', [], parameters.checkpointInterval],
    ['seatStake', [], parameters.seatStake],
  ],
};

export const checkpointFaults: ContractDefinition = {
  name: 'CheckpointFaults',
  artifact: 'checkpoint-faults',
  abi: checkpointFaultsAbi,
  constructorArgs: ({ parameters, at }) => [
    at.Staking,
    at.NodeRegistry,
    at.CheckpointManager,
    at.TimelockController,
    parameters.timeUnit,
  ],
  initializerArgs: ({ parameters }) => [parameters.wrongHashSlash, parameters.doubleSignSlash],
  answers: ({ parameters, at }) => [
    ['staking', [], at.Staking],
    ['nodeRegistry', [], at.NodeRegistry],
    ['checkpointManager', [], at.CheckpointManager],
    ['checkpointSlashes', [], [parameters.wrongHashSlash, parameters.doubleSignSlash]],
  ],
};

export const storageProofs: ContractDefinition = {
  name: 'StorageProofs',
  artifact: 'storage-proofs',
  abi: storageProofsAbi,
  constructorArgs: ({ parameters, at }) => [
    {
      token: at.DDAIToken,
      staking: at.Staking,
      nodeRegistry: at.NodeRegistry,
      escrow: at.PaymentsEscrow,
      emissions: at.EmissionsController,
      beacon: at.CheckpointManager,
      protocolRegistry: at.ProtocolRegistry,
      timelock: at.TimelockController,
      timeUnit: parameters.timeUnit,
      epochLength: parameters.epochLength,
      // A period is challenged by the beacon epoch of the same number.
      periodLength: parameters.beaconEpoch,
    },
  ],
  initializerArgs: ({ parameters }) => [parameters.storagePenaltyPeriods],
  answers: ({ parameters, at }) => [
    ['token', [], at.DDAIToken],
    ['staking', [], at.Staking],
    ['nodeRegistry', [], at.NodeRegistry],
    ['escrow', [], at.PaymentsEscrow],
    ['emissions', [], at.EmissionsController],
    ['beacon', [], at.CheckpointManager],
    ['protocolRegistry', [], at.ProtocolRegistry],
    ['epochLength', [], parameters.epochLength],
    ['periodLength', [], parameters.beaconEpoch],
    ['penaltyPeriods', [], parameters.storagePenaltyPeriods],
  ],
};

export const disputeManager: ContractDefinition = {
  name: 'DisputeManager',
  artifact: 'dispute-manager',
  abi: disputeManagerAbi,
  constructorArgs: ({ parameters, at }) => [
    {
      token: at.DDAIToken,
      staking: at.Staking,
      nodeRegistry: at.NodeRegistry,
      escrow: at.PaymentsEscrow,
      beacon: at.CheckpointManager,
      slashGuardian: at.SlashGuardian,
      timelock: at.TimelockController,
      timeUnit: parameters.timeUnit,
    },
  ],
  initializerArgs: ({ parameters }) => [
    {
      jurorFee: parameters.jurorFee,
      jurorPenalty: parameters.jurorPenalty,
      guardianDelay: Number(parameters.guardianDelay),
      ticketSize: parameters.ticketSize,
      wrongAnswerCutBps: Number(parameters.wrongAnswerCutBps),
    },
  ],
  answers: ({ parameters, at }) => [
    ['token', [], at.DDAIToken],
    ['staking', [], at.Staking],
    ['nodeRegistry', [], at.NodeRegistry],
    ['escrow', [], at.PaymentsEscrow],
    ['beacon', [], at.CheckpointManager],
    ['slashGuardian', [], at.SlashGuardian],
    [
      'parameters',
      [0n],
      {
        jurorFee: parameters.jurorFee,
        jurorPenalty: parameters.jurorPenalty,
        guardianDelay: parameters.guardianDelay,
        ticketSize: parameters.ticketSize,
        wrongAnswerCutBps: parameters.wrongAnswerCutBps,
      },
    ],
    ['latestParameters', [], 0n],
  ],
};

export const slashGuardian: ContractDefinition = {
  name: 'SlashGuardian',
  artifact: 'slash-guardian',
  abi: slashGuardianAbi,
  constructorArgs: ({ parameters, at }) => [
    at.DisputeManager,
    at.TimelockController,
    parameters.timeUnit,
  ],
  initializerArgs: ({ parties }) => [parties.slashGuardian],
  answers: ({ parties, at }) => [
    ['disputeManager', [], at.DisputeManager],
    ['guardian', [], parties.slashGuardian],
  ],
};

export const trainingRegistry: ContractDefinition = {
  name: 'TrainingRegistry',
  artifact: 'training-registry',
  abi: trainingRegistryAbi,
  constructorArgs: ({ parameters, at }) => [
    at.DDAIToken,
    at.PaymentsEscrow,
    at.ProtocolRegistry,
    at.TimelockController,
    parameters.timeUnit,
  ],
  initializerArgs: () => [],
  answers: ({ at }) => [
    ['token', [], at.DDAIToken],
    ['escrow', [], at.PaymentsEscrow],
    ['protocolRegistry', [], at.ProtocolRegistry],
  ],
};
