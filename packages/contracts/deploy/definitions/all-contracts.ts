import type { ContractDefinition } from './definition.ts';
import { governor, protocolRegistry, timelock, token } from './governance.ts';
import {
  airdrop,
  marketVesting,
  partnerRegistry,
  seedVesting,
  teamVesting,
  treasury,
  treasuryVesting,
} from './launch.ts';
import { emissions, escrow } from './payment.ts';
import { featureTiers, nodeRegistry, staking } from './stake.ts';
import {
  checkpointFaults,
  checkpointManager,
  disputeManager,
  slashGuardian,
  storageProofs,
  trainingRegistry,
} from './work.ts';

/** Everything that a deployment consists of. */
export const CONTRACTS: readonly ContractDefinition[] = [
  token,
  timelock,
  governor,
  staking,
  nodeRegistry,
  escrow,
  emissions,
  featureTiers,
  protocolRegistry,
  checkpointManager,
  checkpointFaults,
  storageProofs,
  disputeManager,
  slashGuardian,
  trainingRegistry,
  partnerRegistry,
  treasury,
  airdrop,
  marketVesting,
  seedVesting,
  treasuryVesting,
  teamVesting,
];

/** Contracts behind a proxy; each has an implementation beside it. */
export const PROXIED = CONTRACTS.filter(({ initializerArgs }) => initializerArgs !== undefined);
