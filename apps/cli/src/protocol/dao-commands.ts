import {
  carryOut,
  contractCall,
  findRefusedCalls,
  type Proposal,
  parseCall,
  propose,
  type RefusedCall,
  readContract,
  readProposalId,
  readProposals,
  showMoment,
  showTokens,
  VOTES,
  type Vote,
} from '@ddai/chain';
import { RepeatableOption } from '@ddai/command-line';
import { DdaiError } from '@ddai/core';
import { type Command, Option } from 'commander';
import { printResult } from '../output/print-result.ts';
import {
  type AccountFlags,
  type ReadFlags,
  withAccountFlags,
  withReadFlags,
} from './account-flags.ts';
import { findId } from './arguments.ts';
import { callLines, describeCalls } from './confirm-signing.ts';
import { openChain } from './open-account.ts';
import { transact } from './transact.ts';
import { addUpgradeCommand } from './upgrade-command.ts';

interface ProposeFlags extends AccountFlags {
  readonly why: string;
  readonly call: readonly string[];
}

/** `ddai dao …`: propose, vote, queue, execute, and read what there is. */
export function addDaoCommands(program: Command): void {
  const dao = program.command('dao').description('Govern: propose, vote, queue, execute');
  withReadFlags(dao.command('list').description('All proposals and how they stand')).action(list);
  withReadFlags(
    dao.command('show <proposal>').description('One proposal, what it would do, in words'),
  ).action(show);
  withAccountFlags(
    dao
      .command('propose')
      .description('Propose one or several calls, carried out together or not at all')
      .requiredOption('--why <text>', 'the reason, kept on chain')
      .addOption(
        new RepeatableOption('--call <call>', 'such as "PaymentsEscrow.setFee(400, 8000)"'),
      ),
  ).action(proposeCalls);
  withAccountFlags(
    dao
      .command('vote <proposal> <vote>')
      .description('Vote for, against or abstain, with your stake at the beginning of the vote')
      .addOption(new Option('--reason <text>', 'kept on chain').default('')),
  ).action(vote);
  addUpgradeCommand(dao);
  for (const [step, description] of [
    ['queue', 'Queue a proposal that passed; by anybody'],
    ['execute', 'Execute a queued proposal whose waiting time is over; by anybody'],
    ['cancel', 'Withdraw your own proposal before its vote begins'],
  ] as const) {
    withAccountFlags(dao.command(`${step} <proposal>`).description(description)).action(
      (id: string, flags: AccountFlags) => take(step, id, flags),
    );
  }
}

async function list(flags: ReadFlags): Promise<void> {
  const chain = await openChain(flags);
  const proposals = await readProposals(chain);
  const lines = proposals.flatMap((proposal) => [
    `${String(proposal.id).slice(0, 8)}  ${proposal.state.padEnd(9)}  ${firstLine(proposal.description)}`,
  ]);
  printResult(
    { proposals: proposals.map(proposalJson) },
    { json: flags.json, lines: lines.length === 0 ? ['No proposals yet.'] : lines },
  );
}

async function show(text: string, flags: ReadFlags): Promise<void> {
  const chain = await openChain(flags);
  const proposal = await findProposal(await readProposals(chain), text);
  const descriptions = describeCalls(proposal.calls, chain.addressBook);
  printResult(
    { ...proposalJson(proposal), calls: descriptions },
    {
      json: flags.json,
      lines: [...proposalLines(proposal), 'It would do:', ...callLines(descriptions)],
    },
  );
}

async function proposeCalls(flags: ProposeFlags): Promise<void> {
  if (flags.call.length === 0)
    throw new DdaiError({
      code: 'FLAG_MISSING',
      message: 'ddai dao propose: nothing to propose',
      remedy: 'Name what is to be called with --call "Contract.function(…)".',
    });
  await transact(flags, async ({ chain }) => {
    const calls = flags.call.map((text) => ({ ...parseCall(text, chain.addressBook), value: 0n }));
    const content = { calls, description: flags.why };
    const descriptions = describeCalls(calls, chain.addressBook);
    const refused = await findRefusedCalls(chain, calls);
    return {
      words: [
        'You propose:',
        ...callLines(descriptions),
        `Because: ${flags.why}`,
        ...refused.flatMap(refusalLines),
      ],
      requests: [propose(chain, content)],
      outcome: async () => {
        const id = await readProposalId(chain, content);
        const result = { proposal: id, calls: descriptions, refusedToday: refused };
        return { lines: [`Proposed as ${id}.`], result };
      },
    };
  });
}

async function vote(
  text: string,
  choice: string,
  flags: AccountFlags & { reason: string },
): Promise<void> {
  if (!Object.hasOwn(VOTES, choice))
    throw new DdaiError({
      code: 'FLAG_INVALID',
      message: `${JSON.stringify(choice)} is no vote`,
      remedy: 'Vote for, against or abstain.',
    });
  await transact(flags, async ({ chain, account }) => {
    const proposal = await findProposal(await readProposals(chain), text);
    const now = BigInt(Math.floor(Date.now() / 1000));
    const power = await readContract(chain, {
      contract: 'Staking',
      functionName: 'getPastVotes',
      args: [account.address, proposal.voteStart < now ? proposal.voteStart : now - 1n],
      asOf: 'now',
    }).catch(() => 0n);
    return {
      words: [
        `You vote ${choice}, with ${showTokens(power)}, on:`,
        ...callLines(describeCalls(proposal.calls, chain.addressBook)),
      ],
      requests: [
        contractCall(chain, {
          contract: 'DDAIGovernor',
          functionName: 'castVoteWithReason',
          args: [proposal.id, VOTES[choice as Vote], flags.reason],
          label: `vote ${choice}`,
        }),
      ],
      outcome: async () => {
        const after = await findProposal(await readProposals(chain), String(proposal.id));
        return { lines: [tallyLine(after)], result: proposalJson(after) };
      },
    };
  });
}

async function take(
  step: 'queue' | 'execute' | 'cancel',
  text: string,
  flags: AccountFlags,
): Promise<void> {
  await transact(flags, async ({ chain }) => {
    const proposal = await findProposal(await readProposals(chain), text);
    return {
      words: [
        `You ${step} proposal ${String(proposal.id).slice(0, 8)}:`,
        ...callLines(describeCalls(proposal.calls, chain.addressBook)),
      ],
      requests: [carryOut(chain, step, proposal)],
      outcome: async () => {
        const after = await findProposal(await readProposals(chain), String(proposal.id));
        const ready =
          after.state === 'queued' ? ` It can be executed from ${showMoment(after.readyAt)}.` : '';
        return { lines: [`Now ${after.state}.${ready}`], result: proposalJson(after) };
      },
    };
  });
}

async function findProposal(proposals: readonly Proposal[], text: string): Promise<Proposal> {
  const id = findId(
    text,
    proposals.map((proposal) => proposal.id),
  );
  const found = proposals.find((proposal) => proposal.id === id);
  if (found === undefined) throw new Error('an id that was found is in the list');
  return found;
}

function refusalLines({ reason, remedy }: RefusedCall): string[] {
  return [
    `! As things are today, ${reason}`,
    ...(remedy === undefined ? [] : [`  → ${remedy}`]),
    '  It could still be carried out if another call or an announcement comes first.',
  ];
}

function proposalLines(proposal: Proposal): string[] {
  return [
    `Proposal ${proposal.id}`,
    `  by ${proposal.proposer}, ${proposal.state}`,
    `  vote from ${showMoment(proposal.voteStart)} to ${showMoment(proposal.voteEnd)}`,
    `  ${tallyLine(proposal)}`,
    ...(proposal.readyAt === 0n ? [] : [`  can be executed from ${showMoment(proposal.readyAt)}`]),
    `Because: ${proposal.description}`,
  ];
}

function tallyLine({ tally, quorum }: Proposal): string {
  const needed = quorum === undefined ? '' : `; ${showTokens(quorum)} must vote for or abstain`;
  return `for ${showTokens(tally.for)}, against ${showTokens(tally.against)}, abstaining ${showTokens(tally.abstain)}${needed}`;
}

function proposalJson(proposal: Proposal): Record<string, unknown> {
  const { id, ...rest } = proposal;
  return { proposal: id, ...rest };
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}
