import type { ContractName } from '@ddai/protocol';
import { WORK_CLASSES } from '@ddai/protocol';
import { type Address, type Hex, hexToString } from 'viem';
import { showBasisPoints, showClassShares, showMoment, showTokens } from './show-values.ts';

interface SentenceContext {
  readonly contract: ContractName;
  /** A contract's name, or the address itself. */
  readonly nameOf: (address: Address) => string;
  /** Words for a call of the same contract that is carried as an argument. */
  readonly describe: (data: Hex) => string;
}

type Sentence = (args: readonly unknown[], context: SentenceContext) => string;

/** A percent in billionths. */
const PPB_PER_PERCENT = 10_000_000;
const workClass = (value: unknown): string =>
  Object.keys(WORK_CLASSES)[Number(value)] ?? `class ${String(value)}`;
const address = (value: unknown, { nameOf }: SentenceContext): string => nameOf(value as Address);
const label = (value: unknown): string => hexToString(value as Hex, { size: 32 }) || String(value);

/** What a call does, in one sentence; by contract and function, or by function alone. */
export const CALL_SENTENCES: Readonly<Record<string, Sentence | undefined>> = {
  'PaymentsEscrow.setFee': ([fee, burn]) =>
    `Sets the fee on top of what nodes receive to ${showBasisPoints(fee)}, of which ${showBasisPoints(burn)} is burned.`,
  'PaymentsEscrow.setMinimumStake': ([kind, amount]) =>
    `Sets the stake that ${workClass(kind)} work needs to ${showTokens(amount)}.`,
  'PaymentsEscrow.setTreasury': ([to], context) =>
    `Sends the treasury's share of fees to ${address(to, context)} from now on.`,
  'EmissionsController.setWeights': ([weights]) =>
    `Splits the next epoch's node rewards: ${showClassShares(weights)}.`,
  'EmissionsController.setCorridor': ([corridor]) => {
    const { min, max, step } = corridor as Record<'min' | 'max' | 'step', unknown>;
    return `Lets stakers move the reward split between ${showClassShares(min)} and ${showClassShares(max)}, by at most ${showBasisPoints(step)} an epoch.`;
  },
  'EmissionsController.setStream': ([perEpoch]) =>
    `Adds ${showTokens(perEpoch)} of the reserve to every epoch's budget.`,
  'EmissionsController.setBondedShare': ([kind, share]) =>
    `Keeps ${showBasisPoints(share)} of the ${workClass(kind)} budget for work proven on chain.`,
  'EmissionsController.setBondedYield': ([ppb]) =>
    `Pays work proven on chain at most ${(Number(ppb) / PPB_PER_PERCENT).toFixed(4)} % of the stake behind it an epoch.`,
  'EmissionsController.removeWorkSource': ([kind]) =>
    `Takes the right to report ${workClass(kind)} work from whatever contract has it, at once.`,
  'Staking.setReporterShare': ([share]) =>
    `Pays ${showBasisPoints(share)} of a slash to whoever proved it.`,
  'Staking.announceVerifier': ([verifier, terms], context) => {
    const { maxSlash, mayConvict } = terms as { maxSlash: bigint; mayConvict: boolean };
    return `Announces that ${address(verifier, context)} may slash up to ${showTokens(maxSlash)} at a time${mayConvict ? ' and retire nodes for good' : ''}; it can be registered 21 days later.`;
  },
  'Staking.registerVerifier': ([verifier], context) =>
    `Lets the announced ${address(verifier, context)} slash nodes.`,
  'Staking.removeVerifier': ([verifier], context) =>
    `Takes the right to slash from ${address(verifier, context)}, at once.`,
  'FeatureTiers.setTiers': ([tiers]) =>
    `Replaces the tiers: ${(tiers as readonly { lock: bigint; discountBps: bigint }[])
      .map(
        ({ lock, discountBps }) =>
          `${showTokens(lock)} locked for ${showBasisPoints(discountBps)} off the fee`,
      )
      .join('; ')}.`,
  'FeatureTiers.setFeature': ([id, terms]) => {
    const { minTier, generalFrom } = terms as { minTier: number; generalFrom: number };
    return `Opens the feature ${label(id)} to tier ${minTier} and above, and to everybody from ${showMoment(generalFrom)}.`;
  },
  'PartnerRegistry.admit': ([partner, , until], context) =>
    `Admits ${address(partner, context)} as a partner until ${showMoment(until)}, under the terms it applied with.`,
  'PartnerRegistry.renew': ([partner, , until], context) =>
    `Prolongs the partnership of ${address(partner, context)} until ${showMoment(until)}.`,
  'PartnerRegistry.reject': ([partner, reason], context) =>
    `Declines the application of ${address(partner, context)}: ${String(reason)}. Its bond is free at once.`,
  'PartnerRegistry.revoke': ([partner, forfeit, reason], context) =>
    `Ends the partnership of ${address(partner, context)}: ${String(reason)}. Its bond is ${forfeit === true ? 'burned' : 'given back'}.`,
  'PartnerRegistry.setMinPartnerBond': ([amount]) =>
    `Asks partners for a bond of ${showTokens(amount)}.`,
  'ProtocolRegistry.setPauseGuardian': ([guardian], context) =>
    `Names ${address(guardian, context)} as the guardian who may pause entry for up to seven days.`,
  'ProtocolRegistry.setMinGatewayBond': ([amount]) =>
    `Asks gateways for a bond of ${showTokens(amount)}.`,
  'ProtocolRegistry.setMinClientVersion': ([client, version]) =>
    `Asks for ${label(client)} ${showVersion(version)} or newer.`,
  'ProtocolRegistry.setAddress': ([name, to], context) =>
    `Lists ${address(to, context)} under the name ${label(name)}.`,
  'ProtocolRegistry.announceUpgrade': ([target, , notice], context) =>
    `Tells operators of the announced upgrade of ${address(target, context)}: ${String(notice)}`,
  'Treasury.pay': ([token, to, amount], context) =>
    `Pays ${address(token, context) === 'DDAIToken' ? showTokens(amount) : `${String(amount)} units of ${address(token, context)}`} from the treasury to ${address(to, context)}.`,
  'Treasury.payEther': ([to, amount], context) =>
    `Pays ${String(amount)} wei of ether from the treasury to ${address(to, context)}.`,
  'Airdrop.setRoot': ([root]) => `Fixes the airdrop's list for ever: ${String(root)}.`,
  'DDAIGovernor.setVotingDelay': ([seconds]) =>
    `Lets votes begin ${String(seconds)} seconds after a proposal.`,
  'DDAIGovernor.setVotingPeriod': ([seconds]) => `Lets votes last ${String(seconds)} seconds.`,
  'DDAIGovernor.setLateQuorumVoteExtension': ([seconds]) =>
    `Prolongs a vote whose quorum comes late to ${String(seconds)} seconds after it.`,
  'DDAIGovernor.setProposalThreshold': ([votes]) =>
    `Asks for ${showTokens(votes)} of votes to propose.`,
  'DDAIGovernor.updateQuorumNumerator': ([percent]) =>
    `Asks for ${String(percent)} % of all staked votes, never less than 50,000,000 DDAI.`,
  'TimelockController.announce': ([data], { describe }) =>
    `Announces, to be executed 21 days later: ${describe(data as Hex)}`,
  'TimelockController.updateDelay': ([seconds]) =>
    `Lets decisions wait ${String(seconds)} seconds after the vote; announced 21 days ago.`,
  'TimelockController.grantRole': ([role, account], context) =>
    `Gives the timelock's role ${String(role)} to ${address(account, context)}; announced 21 days ago.`,
  'TimelockController.revokeRole': ([role, account], context) =>
    `Takes the timelock's role ${String(role)} from ${address(account, context)}; announced 21 days ago.`,
  'DisputeManager.setParameters': ([parameters]) => {
    const { jurorFee, jurorPenalty, guardianDelay, ticketSize, wrongAnswerCutBps } =
      parameters as Record<string, unknown>;
    return `In disputes opened from now on: ${showTokens(jurorFee)} a juror's seat, ${showTokens(jurorPenalty)} for one that does not reveal, a ticket for every ${showTokens(ticketSize)} of votes, ${showBasisPoints(wrongAnswerCutBps)} of a node's collateral for a wrong answer, ${String(guardianDelay)} seconds for the guardian.`;
  },
  'SlashGuardian.setGuardian': ([guardian], context) =>
    BigInt(String(guardian)) === 0n
      ? 'Leaves every verdict to the juries: nobody can cancel a judged slash.'
      : `Names ${address(guardian, context)} as the guardian who may cancel a judged slash before it executes.`,
  'CheckpointManager.setSeatStake': ([amount]) =>
    `Puts ${showTokens(amount)} at stake for a seat of the random beacon, from the next refill of the seats on.`,
  'CheckpointFaults.setCheckpointSlashes': ([wrongHash, equivocation]) =>
    `Takes ${showTokens(wrongHash)} from a validator that signed a wrong block hash, ${showTokens(equivocation)} from one that signed a height twice.`,
  'StorageProofs.setPenaltyPeriods': ([periods]) =>
    `Lets a node that misses more proofs than agreed lose the price of ${String(periods)} periods.`,
  announceWorkSource: ([kind, source], context) =>
    `Announces that ${address(source, context)} may report ${workClass(kind)} work to ${context.contract}; it can be registered 21 days later.`,
  registerWorkSource: ([kind, source], context) =>
    `Lets the announced ${address(source, context)} report ${workClass(kind)} work to ${context.contract}.`,
  announceUpgrade: ([implementation], { contract }) =>
    `Announces that ${contract} will run the code at ${String(implementation)}; it can be executed 21 days later.`,
  upgradeToAndCall: ([implementation], { contract }) =>
    `Lets ${contract} run the announced code at ${String(implementation)}.`,
  cancelAnnouncement: (_args, { contract }) => `Withdraws an announced change of ${contract}.`,
  pause: ([seconds], { contract }) =>
    `Stops new money from entering ${contract} for ${String(seconds)} seconds; leaving stays open.`,
  unpause: (_args, { contract }) => `Lets money enter ${contract} again.`,
};

/** Major · 10¹² + minor · 10⁶ + patch. */
function showVersion(version: unknown): string {
  const packed = BigInt(String(version));
  const million = 1_000_000n;
  return `${packed / (million * million)}.${(packed / million) % million}.${packed % million}`;
}
