import {
  airdropAbi,
  ddaiGovernorAbi,
  ddaiTokenAbi,
  emissionsControllerAbi,
  featureTiersAbi,
  monthlyVestingAbi,
  nodeRegistryAbi,
  partnerRegistryAbi,
  paymentsEscrowAbi,
  protocolRegistryAbi,
  stakingAbi,
  treasuryAbi,
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
  ...partnerRegistryAbi,
  ...monthlyVestingAbi,
  ...airdropAbi,
  ...treasuryAbi,
].filter((item) => item.type === 'error');
