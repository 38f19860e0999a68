export { type Allocation, type AllocationHolders, launchAllocations } from './allocations.ts';
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
  PARAMETER_TABLE,
  type Parties,
  type ProtocolParameters,
  protocolParameters,
  type Tier,
} from './parameters.ts';
export type { TransactionSender } from './sender.ts';
export type { Fact } from './verify.ts';
