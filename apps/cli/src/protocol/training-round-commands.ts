import { contractCall, readContract, showTokens } from '@ddai/chain';
import type { Command } from 'commander';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { wholeId } from './arguments.ts';
import { writeRewardFiles } from './reward-files.ts';
import { NO_REWARDS, readRound, readRoundClaim, requireProofFolder } from './training-files.ts';
import { transact } from './transact.ts';

interface CommitFlags extends AccountFlags {
  readonly proofs?: string;
}

/** `ddai training commit-round|claim`: rounds and their pay. */
export function addTrainingRoundCommands(training: Command): void {
  withAccountFlags(
    training
      .command('commit-round <job> <round>')
      .description('Commit the next round and what each participant gets; by the coordinator')
      .option('--proofs <folder>', 'where every participant’s proof goes'),
  ).action((id: string, file: string, flags: CommitFlags) => commitRound(wholeId(id), file, flags));
  withAccountFlags(
    training
      .command('claim <proofs...>')
      .description('Pay participants their parts of rounds; by anybody'),
  ).action(claim);
}

async function commitRound(id: bigint, file: string, flags: CommitFlags): Promise<void> {
  const round = readRound(file);
  const folder = requireProofFolder(round, flags.proofs);
  await transact(flags, async ({ chain }) => {
    const { roundsCommitted } = await readContract(chain, {
      contract: 'TrainingRegistry',
      functionName: 'job',
      args: [id],
    });
    const number = roundsCommitted + 1;
    const shares = round.rewards.map(({ node, amount }) => ({ account: node, amount }));
    // Before the round is: once committed, its root cannot be paid without them.
    const { root, total, files } =
      shares.length === 0
        ? { ...NO_REWARDS, files: [] }
        : writeRewardFiles(shares, {
            folder,
            name: `job-${id}-round-${number}`,
            more: { job: String(id), round: String(number) },
          });
    const { survivors, operators, aggregateHash, recordHead } = round;
    return {
      words: [
        `You commit round ${number} of job ${id}: ${survivors} participants of ${operators} operators, aggregate ${aggregateHash}.`,
        `${shares.length} of them get ${showTokens(total)} together.`,
      ],
      requests: [
        contractCall(chain, {
          contract: 'TrainingRegistry',
          functionName: 'commitRound',
          args: [
            id,
            {
              number,
              survivors,
              operators,
              aggregateHash,
              recordHead,
              rewardRoot: root,
              rewards: total,
            },
          ],
          label: `commit round ${number}`,
        }),
      ],
      outcome: async () => ({
        lines: [
          `Committed. ${files.length} proofs written; each claims with:`,
          '  ddai training claim FILE',
        ],
        result: { job: id, round: number, rewardRoot: root, rewards: total, proofs: files },
      }),
    };
  });
}

async function claim(files: readonly string[], flags: AccountFlags): Promise<void> {
  const claims = files.map(readRoundClaim);
  const total = claims.reduce((sum, { amount }) => sum + amount, 0n);
  await transact(flags, ({ chain }) => ({
    words: claims.map(
      ({ job, round, account, amount }) =>
        `You have ${account} paid ${showTokens(amount)} for round ${round} of job ${job}.`,
    ),
    requests: claims.map(({ job, round, account, amount, proof }) =>
      contractCall(chain, {
        contract: 'TrainingRegistry',
        functionName: 'claimRound',
        args: [job, round, account, amount, proof],
        label: `claim round ${round} for ${account}`,
      }),
    ),
    outcome: async () => ({
      lines: [`${showTokens(total)} earned; they mature like every earning.`],
      result: { claims: claims.length, total },
    }),
  }));
}
