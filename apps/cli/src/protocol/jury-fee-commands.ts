import { contractCall, showTokens } from '@ddai/chain';
import { disputeManagerAbi } from '@ddai/protocol';
import type { Command } from 'commander';
import { type Address, parseEventLogs } from 'viem';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { accountAddress, wholeId } from './arguments.ts';
import { readDispute } from './dispute-show.ts';
import type { OpenAccount } from './open-account.ts';
import { transact } from './transact.ts';

interface DrawFlags extends AccountFlags {
  readonly draw?: bigint;
  readonly juror?: string;
}

/** `ddai dispute claim-fee|penalize`: what a juror gets, or loses. By anybody. */
export function addJuryFeeCommands(dispute: Command): void {
  const withDraw = (command: Command): Command =>
    withAccountFlags(command)
      .option('--draw <n>', 'which draw of the dispute; default the running one', wholeId)
      .option('--juror <address>', 'whose; default this account');
  withDraw(
    dispute
      .command('claim-fee <dispute>')
      .description('Pay a juror for a counted draw; by anybody'),
  ).action((id: string, flags: DrawFlags) => claimFee(wholeId(id), flags));
  withDraw(
    dispute
      .command('penalize <dispute>')
      .description('Have a juror slashed that did not reveal; by anybody'),
  ).action((id: string, flags: DrawFlags) => penalize(wholeId(id), flags));
}

async function claimFee(id: bigint, flags: DrawFlags): Promise<void> {
  await transact(flags, async (open) => {
    const { draw, juror } = await whose(open, id, flags);
    return {
      words: [`You have ${juror} paid for draw ${draw} of dispute ${id}.`],
      requests: [
        contractCall(open.chain, {
          contract: 'DisputeManager',
          functionName: 'claimJurorFee',
          args: [id, draw, juror],
          label: `pay a juror of dispute ${id}`,
        }),
      ],
      outcome: async (receipts) => {
        const [event] = parseEventLogs({
          abi: disputeManagerAbi,
          eventName: 'JurorFeePaid',
          logs: receipts.at(-1)?.logs ?? [],
        });
        const { to, amount = 0n } = event?.args ?? {};
        return { lines: [`${showTokens(amount)} to ${to}.`], result: { to, amount } };
      },
    };
  });
}

async function penalize(id: bigint, flags: DrawFlags): Promise<void> {
  await transact(flags, async (open) => {
    const { draw, juror } = await whose(open, id, flags);
    return {
      words: [`You have ${juror} slashed for not revealing in draw ${draw} of dispute ${id}.`],
      requests: [
        contractCall(open.chain, {
          contract: 'DisputeManager',
          functionName: 'penalizeJuror',
          args: [id, draw, juror],
          label: `penalize a juror of dispute ${id}`,
        }),
      ],
    };
  });
}

async function whose(
  { chain, account }: OpenAccount,
  id: bigint,
  flags: DrawFlags,
): Promise<{ readonly draw: bigint; readonly juror: Address }> {
  const { record } = await readDispute(chain, id);
  return {
    draw: flags.draw ?? BigInt(record.draw),
    juror: flags.juror === undefined ? account.address : accountAddress(flags.juror),
  };
}
