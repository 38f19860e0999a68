import {
  contractCall,
  readContract,
  showBasisPoints,
  showClassShares,
  showMoment,
  showTokens,
} from '@ddai/chain';
import type { Command } from 'commander';
import { printResult } from '../output/print-result.ts';
import {
  type AccountFlags,
  type ReadFlags,
  withAccountFlags,
  withReadFlags,
} from './account-flags.ts';
import { classShares } from './arguments.ts';
import { openChain } from './open-account.ts';
import { transact } from './transact.ts';

type Shares = [number, number, number, number];

/** `ddai rewards …`: how node rewards are split, and the stakers' say in it. */
export function addRewardsCommands(program: Command): void {
  const rewards = program.command('rewards').description('How node rewards are split by class');
  withReadFlags(
    rewards.command('show').description('This epoch’s budget and split, the vote, the corridor'),
  ).action(show);
  withAccountFlags(
    rewards
      .command('vote')
      .description('Your split for the next epoch, with your stake at this epoch’s start')
      .requiredOption(
        '--weights <shares>',
        'query, compute, storage, validation: 40%,30%,15%,15% or basis points',
        classShares,
      ),
  ).action(vote);
  withAccountFlags(
    rewards.command('close-epoch').description('Close the epoch whose time is over; by anybody'),
  ).action(closeEpoch);
}

async function show(flags: ReadFlags): Promise<void> {
  const chain = await openChain(flags);
  const ask = { contract: 'EmissionsController', args: [], asOf: 'now' } as const;
  const [epoch, corridor, [weighted, power], quorum, next, ledger] = await Promise.all([
    readContract(chain, { ...ask, functionName: 'openEpoch' }),
    readContract(chain, { ...ask, functionName: 'corridor' }),
    readContract(chain, { ...ask, functionName: 'weightTally' }),
    readContract(chain, { ...ask, functionName: 'weightQuorum' }).catch(() => undefined),
    readContract(chain, { ...ask, functionName: 'nextWeights' }).catch(() => undefined),
    readContract(chain, { ...ask, functionName: 'ledger' }),
  ]);
  const mean = power === 0n ? undefined : weighted.map((sum) => Number(sum / power));
  printResult(
    { epoch, corridor, votes: { mean, power, quorum }, nextWeights: next, ledger },
    {
      json: flags.json,
      lines: [
        `Epoch ${epoch.id} until ${showMoment(epoch.endsAt)}: ${showTokens(epoch.budget)}`,
        `  split      ${showClassShares(epoch.weights)}`,
        `  corridor   from ${showClassShares(corridor.min)}`,
        `             to   ${showClassShares(corridor.max)}`,
        `             at most ${showBasisPoints(corridor.step)} an epoch`,
        mean === undefined
          ? '  votes      none yet'
          : `  votes      ${showClassShares(mean)}, by ${showTokens(power)}${quorum === undefined ? '' : ` of the ${showTokens(quorum)} that it takes`}`,
        ...(next === undefined ? [] : [`  next       ${showClassShares(next)}, as it stands`]),
        `Reserve ${showTokens(ledger.reserve)}, open ${showTokens(ledger.open)}, owed ${showTokens(ledger.owed)}, claimed ${showTokens(ledger.claimed)}`,
      ],
    },
  );
}

async function vote(flags: AccountFlags & { weights: Shares }): Promise<void> {
  await transact(flags, async ({ chain, account }) => {
    const epoch = await readContract(chain, {
      contract: 'EmissionsController',
      functionName: 'openEpoch',
      args: [],
    });
    const power = await readContract(chain, {
      contract: 'Staking',
      functionName: 'getPastVotes',
      args: [account.address, epoch.openedAt],
      asOf: 'now',
    });
    return {
      words: [
        `You vote, with ${showTokens(power)}, to split the next epoch's rewards: ${showClassShares(flags.weights)}.`,
      ],
      requests: [
        contractCall(chain, {
          contract: 'EmissionsController',
          functionName: 'voteWeights',
          args: [flags.weights],
          label: 'vote on weights',
        }),
      ],
      outcome: async () => ({
        lines: [`Counted in epoch ${epoch.id}, which ends ${showMoment(epoch.endsAt)}.`],
        result: { epoch: epoch.id, weights: flags.weights, power },
      }),
    };
  });
}

async function closeEpoch(flags: AccountFlags): Promise<void> {
  await transact(flags, ({ chain }) => ({
    words: ['You close the epoch whose time is over, and open the next.'],
    requests: [
      contractCall(chain, {
        contract: 'EmissionsController',
        functionName: 'closeEpoch',
        args: [],
      }),
    ],
    outcome: async () => {
      const epoch = await readContract(chain, {
        contract: 'EmissionsController',
        functionName: 'openEpoch',
        args: [],
      });
      return {
        lines: [`Epoch ${epoch.id} is open: ${showClassShares(epoch.weights)}.`],
        result: { epoch },
      };
    },
  }));
}
