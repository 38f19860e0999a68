import {
  ddaiGovernorAbi,
  ddaiTokenAbi,
  emissionsControllerAbi,
  featureTiersAbi,
  nodeRegistryAbi,
  paymentsEscrowAbi,
  protocolRegistryAbi,
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
  ...ddaiGovernorAbi,
].filter((item) => item.type === 'error');
