import type { ContractName } from './address-book.ts';
import {
  airdropAbi,
  checkpointFaultsAbi,
  checkpointManagerAbi,
  ddaiGovernorAbi,
  ddaiTimelockAbi,
  ddaiTokenAbi,
  disputeManagerAbi,
  emissionsControllerAbi,
  featureTiersAbi,
  monthlyVestingAbi,
  nodeRegistryAbi,
  partnerRegistryAbi,
  paymentsEscrowAbi,
  protocolRegistryAbi,
  slashGuardianAbi,
  stakingAbi,
  storageProofsAbi,
  trainingRegistryAbi,
  treasuryAbi,
} from './contracts/abis.ts';

/** The ABI of every contract in an address book. */
export const CONTRACT_ABIS = {
  DDAIToken: ddaiTokenAbi,
  Staking: stakingAbi,
  NodeRegistry: nodeRegistryAbi,
  PaymentsEscrow: paymentsEscrowAbi,
  EmissionsController: emissionsControllerAbi,
  FeatureTiers: featureTiersAbi,
  ProtocolRegistry: protocolRegistryAbi,
  TimelockController: ddaiTimelockAbi,
  DDAIGovernor: ddaiGovernorAbi,
  CheckpointManager: checkpointManagerAbi,
  CheckpointFaults: checkpointFaultsAbi,
  StorageProofs: storageProofsAbi,
  DisputeManager: disputeManagerAbi,
  SlashGuardian: slashGuardianAbi,
  TrainingRegistry: trainingRegistryAbi,
  PartnerRegistry: partnerRegistryAbi,
  Treasury: treasuryAbi,
  Airdrop: airdropAbi,
  MarketVesting: monthlyVestingAbi,
  SeedVesting: monthlyVestingAbi,
  TreasuryVesting: monthlyVestingAbi,
  TeamVesting: monthlyVestingAbi,
} as const satisfies Record<ContractName, readonly unknown[]>;

export type ContractAbi<Name extends ContractName> = (typeof CONTRACT_ABIS)[Name];

/** Every custom error that a call into the protocol can end with, for decoding reverts. */
export const protocolErrorsAbi = Object.values(CONTRACT_ABIS)
  .flatMap((abi) => [...abi])
  .filter((item) => item.type === 'error');
