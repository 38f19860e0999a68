import { DdaiError } from '@ddai/core';
import { ddaiGovernorAbi } from '@ddai/protocol';
import { type Address, type Hex, keccak256, toHex } from 'viem';
import { contractCall, readContract } from '../calls/contract-call.ts';
import type { ChainClient } from '../chain-client.ts';
import { readChain } from '../read-chain.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';
import { PROPOSAL_STATES, type ProposalState } from './proposal-states.ts';

export const VOTES = { against: 0, for: 1, abstain: 2 } as const;
export type Vote = keyof typeof VOTES;

/** What a proposal would do and why, which is also what names it on chain. */
export interface ProposalContent {
  readonly calls: readonly { readonly to: Address; readonly data: Hex; readonly value: bigint }[];
  readonly description: string;
}

export interface Proposal extends ProposalContent {
  readonly id: bigint;
  readonly proposer: Address;
  readonly state: ProposalState;
  /** Unix seconds. */
  readonly voteStart: bigint;
  /** Unix seconds; a late quorum moves it. */
  readonly voteEnd: bigint;
  /** Unix seconds from which it can be executed; zero until it is queued. */
  readonly readyAt: bigint;
  /** Votes in wei of stake. */
  readonly tally: Readonly<Record<Vote, bigint>>;
  /** Votes for and abstaining that it needs; undefined before the vote begins. */
  readonly quorum: bigint | undefined;
}

export function propose(chain: ChainClient, content: ProposalContent): TransactionRequest {
  const [targets, values, calldatas] = columns(content);
  return contractCall(chain, {
    contract: 'DDAIGovernor',
    functionName: 'propose',
    args: [targets, values, calldatas, content.description],
    label: 'propose',
  });
}

/** Queues a proposal that passed, or executes a queued one whose time has come. By anybody. */
export function carryOut(
  chain: ChainClient,
  step: 'queue' | 'execute' | 'cancel',
  content: ProposalContent,
): TransactionRequest {
  const [targets, values, calldatas] = columns(content);
  return contractCall(chain, {
    contract: 'DDAIGovernor',
    functionName: step,
    args: [targets, values, calldatas, keccak256(toHex(content.description))],
    label: `${step} proposal`,
  });
}

/** Number of a proposal with this content; it exists once somebody proposed it. */
export function readProposalId(chain: ChainClient, content: ProposalContent): Promise<bigint> {
  const [targets, values, calldatas] = columns(content);
  return readContract(chain, {
    contract: 'DDAIGovernor',
    functionName: 'hashProposal',
    args: [targets, values, calldatas, keccak256(toHex(content.description))],
  });
}

/** All proposals, oldest first, as they stand now. */
export async function readProposals(chain: ChainClient): Promise<readonly Proposal[]> {
  const logs = await readChain(
    'read proposals',
    chain.publicClient.getContractEvents({
      address: chain.addressBook.contracts.DDAIGovernor,
      abi: ddaiGovernorAbi,
      eventName: 'ProposalCreated',
      fromBlock: BigInt(chain.addressBook.deployedAtBlock),
      strict: true,
    }),
  );
  return Promise.all(
    logs.map(({ args }) =>
      completeProposal(chain, {
        id: args.proposalId,
        proposer: args.proposer,
        voteStart: args.voteStart,
        description: args.description,
        calls: args.targets.map((to, index) => ({
          to,
          data: args.calldatas[index] ?? '0x',
          value: args.values[index] ?? 0n,
        })),
      }),
    ),
  );
}

/** @throws {DdaiError} `PROPOSAL_UNKNOWN` */
export async function readProposal(chain: ChainClient, id: bigint): Promise<Proposal> {
  const found = (await readProposals(chain)).find((proposal) => proposal.id === id);
  if (found !== undefined) return found;
  throw new DdaiError({
    code: 'PROPOSAL_UNKNOWN',
    message: `there is no proposal ${id}`,
    remedy: '`ddai dao list` shows all of them.',
  });
}

async function completeProposal(
  chain: ChainClient,
  known: ProposalContent & Pick<Proposal, 'id' | 'proposer' | 'voteStart'>,
): Promise<Proposal> {
  const governor = { contract: 'DDAIGovernor', args: [known.id], asOf: 'now' } as const;
  const [state, voteEnd, readyAt, votes, quorum] = await Promise.all([
    readContract(chain, { ...governor, functionName: 'state' }),
    readContract(chain, { ...governor, functionName: 'proposalDeadline' }),
    readContract(chain, { ...governor, functionName: 'proposalEta' }),
    readContract(chain, { ...governor, functionName: 'proposalVotes' }),
    readContract(chain, {
      contract: 'DDAIGovernor',
      functionName: 'quorum',
      args: [known.voteStart],
      asOf: 'now',
    }).catch(() => undefined), // Not before the vote begins.
  ]);
  const [against, inFavour, abstain] = votes;
  return {
    ...known,
    state: PROPOSAL_STATES[state] ?? 'pending',
    voteEnd,
    readyAt,
    tally: { against, for: inFavour, abstain },
    quorum,
  };
}

function columns({ calls }: ProposalContent): [Address[], bigint[], Hex[]] {
  return [
    calls.map(({ to }) => to),
    calls.map(({ value }) => value),
    calls.map(({ data }) => data),
  ];
}
