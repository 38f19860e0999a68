/** Contract, source file and the name under which TypeScript knows it. */
export interface ContractSource {
  readonly contract: string;
  readonly source: string;
  readonly file: string;
  /** Empty when only the deploy uses it: then no ABI is generated. */
  readonly abiName: string;
}

/** Everything whose ABI is generated and whose creation bytecode is checked in. */
export const CONTRACT_SOURCES: readonly ContractSource[] = [
  ['DDAIToken', 'DDAIToken.sol', 'ddai-token', 'ddaiTokenAbi'],
  ['DDAITimelock', 'DDAITimelock.sol', 'ddai-timelock', 'ddaiTimelockAbi'],
  ['DDAIGovernor', 'DDAIGovernor.sol', 'ddai-governor', 'ddaiGovernorAbi'],
  ['Staking', 'Staking.sol', 'staking', 'stakingAbi'],
  ['NodeRegistry', 'NodeRegistry.sol', 'node-registry', 'nodeRegistryAbi'],
  ['PaymentsEscrow', 'PaymentsEscrow.sol', 'payments-escrow', 'paymentsEscrowAbi'],
  [
    'EmissionsController',
    'EmissionsController.sol',
    'emissions-controller',
    'emissionsControllerAbi',
  ],
  ['CheckpointManager', 'CheckpointManager.sol', 'checkpoint-manager', 'checkpointManagerAbi'],
  ['CheckpointFaults', 'CheckpointFaults.sol', 'checkpoint-faults', 'checkpointFaultsAbi'],
  ['StorageProofs', 'StorageProofs.sol', 'storage-proofs', 'storageProofsAbi'],
  ['FeatureTiers', 'FeatureTiers.sol', 'feature-tiers', 'featureTiersAbi'],
  ['ProtocolRegistry', 'ProtocolRegistry.sol', 'protocol-registry', 'protocolRegistryAbi'],
  ['TrainingRegistry', 'TrainingRegistry.sol', 'training-registry', 'trainingRegistryAbi'],
  ['PartnerRegistry', 'PartnerRegistry.sol', 'partner-registry', 'partnerRegistryAbi'],
  ['MonthlyVesting', 'MonthlyVesting.sol', 'monthly-vesting', 'monthlyVestingAbi'],
  ['Airdrop', 'Airdrop.sol', 'airdrop', 'airdropAbi'],
  ['Treasury', 'Treasury.sol', 'treasury', 'treasuryAbi'],
  ['DisputeManager', 'DisputeManager.sol', 'dispute-manager', 'disputeManagerAbi'],
  ['SlashGuardian', 'SlashGuardian.sol', 'slash-guardian', 'slashGuardianAbi'],
  ['DeterministicFactory', 'DeterministicFactory.sol', 'deterministic-factory', ''],
  ['Launchpad', 'DeterministicFactory.sol', 'launchpad', ''],
  ['Proxy', 'Proxy.sol', 'proxy', ''],
].map(([contract = '', source = '', file = '', abiName = '']) => ({
  contract,
  source,
  file,
  abiName,
}));
