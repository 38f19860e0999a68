import {
  ddaiGovernorAbi,
  ddaiTokenAbi,
  disputeManagerAbi,
  emissionsControllerAbi,
  featureTiersAbi,
  nodeRegistryAbi,
  paymentsEscrowAbi,
  protocolRegistryAbi,
  slashGuardianAbi,
  stakingAbi,
} from './contracts/abis.ts';

/** Every custom error that a call into the protocol can end with, for decoding reverts. */
export const protocolErrorsAbi = [
  ...ddaiTokenAbi,
  ...stakingAbi,
  ...nodeRegistryAbi,
  ...paymentsEscrowAbi,
  ...emissionsControllerAbi,
  ...featureTiersAbi,
  ...protocolRegistryAbi,
  ...disputeManagerAbi,
  ...slashGuardianAbi,
  ...ddaiGovernorAbi,
].filter((item) => item.type === 'error');
