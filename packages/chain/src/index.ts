export { type ApproveTokenOptions, approveToken } from './actions/approve-token.ts';
export { type AuthorizeSignerOptions, authorizeSigner } from './actions/authorize-signer.ts';
export { burnSetAside } from './actions/burn-set-aside.ts';
export { type ClaimRewardsOptions, claimRewards } from './actions/claim-rewards.ts';
export { closeEpoch } from './actions/close-epoch.ts';
export { collectVouchers } from './actions/collect-vouchers.ts';
export { type DepositEscrowOptions, depositEscrow } from './actions/deposit-escrow.ts';
export { findOperator } from './actions/find-operator.ts';
export { readOpenEpoch, readReward } from './actions/read-emissions.ts';
export {
  type CollectedKey,
  readCollected,
  readEarnings,
  readPayable,
  readPayerAccount,
  readSignerAllowance,
  simulateCollect,
} from './actions/read-escrow.ts';
export { type NodeStanding, readNodeStanding } from './actions/read-node-standing.ts';
export { readTier } from './actions/read-tier.ts';
export { type RegisterNodeOptions, registerNode } from './actions/register-node.ts';
export { stakeCollateral } from './actions/stake-collateral.ts';
export { type TransferTokenOptions, transferToken } from './actions/transfer-token.ts';
export { type UpdateNodeOptions, updateNode } from './actions/update-node.ts';
export { withdrawEarnings } from './actions/withdraw-earnings.ts';
export { contractCall, readContract } from './calls/contract-call.ts';
export { type ParsedCall, parseCall } from './calls/parse-call.ts';
export {
  type ChainClient,
  type ChainClientOptions,
  createChainClient,
  createReadClient,
} from './chain-client.ts';
export { beaconCommitment } from './checkpoints/beacon-commitment.ts';
export { findSeat, readBeaconEpoch, readSeats } from './checkpoints/beacon-seats.ts';
export {
  type CheckpointSignature,
  readValidators,
  recoverCheckpointSigner,
  signCheckpoint,
  toVote,
} from './checkpoints/checkpoint-votes.ts';
export {
  juryRound,
  readBeaconValue,
  readJurors,
  SEAT_LIMITS,
  verdictCommitment,
  winningTickets,
} from './disputes/jury-lottery.ts';
export {
  createJurorKey,
  openInput,
  sealInput,
  unwrapInputKey,
  wrapInputKey,
} from './disputes/sealed-input.ts';
export { type CallDescription, describeCall } from './governance/describe-call.ts';
export { findRefusedCalls, type RefusedCall } from './governance/find-refused-calls.ts';
export type { ProposalState } from './governance/proposal-states.ts';
export {
  carryOut,
  type Proposal,
  type ProposalContent,
  propose,
  readProposal,
  readProposalId,
  readProposals,
  VOTES,
  type Vote,
} from './governance/proposals.ts';
export {
  showBasisPoints,
  showClassShares,
  showMoment,
  showTokens,
} from './governance/show-values.ts';
export {
  createKeystore,
  type KeystoreJson,
  type NewKeystore,
  openKeystore,
} from './keys/keystore.ts';
export {
  type KeystoreFileOptions,
  openKeystoreFile,
  openOrCreateKeystoreFile,
  readPassphraseFile,
} from './keys/keystore-file.ts';
export { createDataTree, type DataTree } from './possession/data-tree.ts';
export {
  addVersion,
  matchesChain,
  rebuildNodeTrees,
  type TreeVersion,
  treeAt,
} from './possession/node-trees.ts';
export { provePossession } from './possession/possession-proof.ts';
export {
  insertAt,
  pathAt,
  placeOf,
  removeAt,
  type SumLeaf,
  type SumTree,
  shallowestPlace,
} from './possession/sum-tree.ts';
export { type NodeEarnings, readNodeEarnings } from './reconcile/read-node-earnings.ts';
export { type Reconciliation, type ReconciliationLine, reconcile } from './reconcile/reconcile.ts';
export { createRewardTree, type RewardShare } from './rewards/reward-tree.ts';
export { explainRevert } from './transactions/explain-revert.ts';
export { createFileJournal } from './transactions/file-journal.ts';
export { resendJournal } from './transactions/resend-journal.ts';
export type {
  JournaledTransaction,
  TransactionJournal,
} from './transactions/transaction-journal.ts';
export {
  createTransactionQueue,
  type TransactionQueue,
  type TransactionQueueOptions,
  type TransactionRequest,
} from './transactions/transaction-queue.ts';
