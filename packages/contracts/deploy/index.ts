export { type Allocation, type AllocationHolders, launchAllocations } from './allocations.ts';
export { type Artifact, parseArtifact } from './artifact.ts';
export {
  type DeployedStep,
  type DeployOptions,
  type DeployResult,
  deployProtocol,
} from './deploy.ts';
export {
  type ClassShares,
  localParties,
  type Network,
  networkOf,
  PARAMETER_TABLE,
  type Parties,
  type ProtocolParameters,
  protocolParameters,
  type Tier,
} from './parameters.ts';
export type { TransactionSender } from './sender.ts';
export { assertLayoutExtends, type StorageLayout } from './storage-layout.ts';
export { isParameterName, planUpgrade, type UpgradeOptions, type UpgradePlan } from './upgrade.ts';
export type { Fact } from './verify.ts';
