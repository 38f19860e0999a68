import {
  airdropAbi,
  type ContractName,
  monthlyVestingAbi,
  partnerRegistryAbi,
  treasuryAbi,
} from '@ddai/protocol';
import type { Address } from 'viem';
import type { ContractDefinition, DeployContext } from './definition.ts';

export const treasury: ContractDefinition = {
  name: 'Treasury',
  artifact: 'treasury',
  abi: treasuryAbi,
  constructorArgs: ({ at }) => [at.TimelockController],
  answers: ({ at }) => [['timelock', [], at.TimelockController]],
};

export const airdrop: ContractDefinition = {
  name: 'Airdrop',
  artifact: 'airdrop',
  abi: airdropAbi,
  constructorArgs: ({ parameters, parties, at }) => [
    at.DDAIToken,
    at.EmissionsController,
    at.TimelockController,
    parameters.timeUnit,
    parties.airdropRoot,
  ],
  answers: ({ parties, at }) => [
    ['token', [], at.DDAIToken],
    ['emissions', [], at.EmissionsController],
    ['timelock', [], at.TimelockController],
    ['root', [], parties.airdropRoot],
  ],
};

/** Half of what the market gets, from the first month on. */
export const marketVesting = vesting('MarketVesting', 0n, 24n, ({ parties }) => parties.market);
/** Nothing for a year, then three years. */
export const seedVesting = vesting('SeedVesting', 12n, 36n, ({ parties }) => parties.seed);
export const treasuryVesting = vesting('TreasuryVesting', 12n, 36n, ({ at }) => at.Treasury);
export const teamVesting = vesting('TeamVesting', 12n, 36n, ({ parties }) => parties.team);

export const partnerRegistry: ContractDefinition = {
  name: 'PartnerRegistry',
  artifact: 'partner-registry',
  abi: partnerRegistryAbi,
  constructorArgs: ({ parameters, at }) => [
    at.DDAIToken,
    at.TimelockController,
    parameters.timeUnit,
  ],
  initializerArgs: ({ parameters }) => [parameters.minPartnerBond],
  answers: ({ parameters, at }) => [
    ['token', [], at.DDAIToken],
    ['minPartnerBond', [], parameters.minPartnerBond],
  ],
};

function vesting(
  name: ContractName,
  cliffMonths: bigint,
  parts: bigint,
  beneficiary: (context: DeployContext) => Address,
): ContractDefinition {
  return {
    name,
    artifact: 'monthly-vesting',
    abi: monthlyVestingAbi,
    constructorArgs: (context) => [
      context.at.DDAIToken,
      beneficiary(context),
      0n,
      cliffMonths,
      parts,
      context.parameters.timeUnit,
    ],
    answers: (context) => [
      ['token', [], context.at.DDAIToken],
      ['beneficiary', [], beneficiary(context)],
      ['cliffMonths', [], cliffMonths],
      ['parts', [], parts],
      ['month', [], 30n * context.parameters.timeUnit],
    ],
  };
}
