import {
  ddaiGovernorAbi,
  ddaiTimelockAbi,
  ddaiTokenAbi,
  protocolRegistryAbi,
} from '@ddai/protocol';
import { parseEther } from 'viem';
import type { ContractDefinition } from './definition.ts';

export const token: ContractDefinition = {
  name: 'DDAIToken',
  artifact: 'ddai-token',
  abi: ddaiTokenAbi,
  constructorArgs: ({ allocations }) => [
    allocations.map(({ holder }) => holder),
    allocations.map(({ amount }) => amount),
  ],
  answers: () => [['INITIAL_SUPPLY', [], parseEther('10000000000')]],
};

export const timelock: ContractDefinition = {
  name: 'TimelockController',
  artifact: 'ddai-timelock',
  abi: ddaiTimelockAbi,
  constructorArgs: ({ parameters, at }) => [
    parameters.timelockDelay,
    parameters.timeUnit,
    at.DDAIGovernor,
  ],
  answers: ({ parameters }) => [
    ['getMinDelay', [], parameters.timelockDelay],
    ['timeUnit', [], parameters.timeUnit],
  ],
};

export const governor: ContractDefinition = {
  name: 'DDAIGovernor',
  artifact: 'ddai-governor',
  abi: ddaiGovernorAbi,
  last: true,
  constructorArgs: ({ parameters, at }) => [
    at.Staking,
    at.TimelockController,
    parameters.timeUnit,
    {
      votingDelay: Number(parameters.votingDelay),
      votingPeriod: Number(parameters.votingPeriod),
      proposalThreshold: parameters.proposalThreshold,
      quorumPercent: parameters.quorumPercent,
      lateQuorumExtension: Number(parameters.lateQuorumExtension),
    },
  ],
  answers: ({ parameters, at }) => [
    ['timelock', [], at.TimelockController],
    ['token', [], at.Staking],
    ['timeUnit', [], parameters.timeUnit],
    ['votingDelay', [], parameters.votingDelay],
    ['votingPeriod', [], parameters.votingPeriod],
    ['lateQuorumVoteExtension', [], parameters.lateQuorumExtension],
    ['proposalThreshold', [], parameters.proposalThreshold],
    ['quorumNumerator', [], parameters.quorumPercent],
    ['QUORUM_FLOOR', [], parseEther('50000000')],
  ],
};

export const protocolRegistry: ContractDefinition = {
  name: 'ProtocolRegistry',
  artifact: 'protocol-registry',
  abi: protocolRegistryAbi,
  constructorArgs: ({ parameters, at }) => [
    at.DDAIToken,
    at.TimelockController,
    parameters.timeUnit,
  ],
  initializerArgs: ({ parameters, parties }) => [parties.pauseGuardian, parameters.minGatewayBond],
  answers: ({ parameters, parties, at }) => [
    ['token', [], at.DDAIToken],
    ['pauseGuardian', [], parties.pauseGuardian],
    ['minGatewayBond', [], parameters.minGatewayBond],
  ],
};
