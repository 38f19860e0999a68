import {
  checkpointFaultsAbi,
  checkpointManagerAbi,
  ddaiGovernorAbi,
  ddaiTokenAbi,
  emissionsControllerAbi,
  featureTiersAbi,
  nodeRegistryAbi,
  paymentsEscrowAbi,
  protocolRegistryAbi,
  stakingAbi,
  storageProofsAbi,
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
  ...ddaiGovernorAbi,
  ...checkpointManagerAbi,
  ...checkpointFaultsAbi,
  ...storageProofsAbi,
].filter((item) => item.type === 'error');
