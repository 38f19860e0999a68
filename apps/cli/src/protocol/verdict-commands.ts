import { contractCall, readBeaconValue, readContract, showMoment, showTokens } from '@ddai/chain';
import type { Command } from 'commander';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { wholeId } from './arguments.ts';
import { readDispute, showDue } from './dispute-show.ts';
import { approvalFor, transact } from './transact.ts';

/** `ddai dispute advance|appeal|cancel`: what becomes of a verdict. */
export function addVerdictCommands(dispute: Command): void {
  withAccountFlags(
    dispute
      .command('advance <dispute>')
      .aliases(['count', 'execute', 'close'])
      .description('Do what is due: redraw, count, carry out, or let it lapse; by anybody'),
  ).action((id: string, flags: AccountFlags) => advance(wholeId(id), flags));
  withAccountFlags(
    dispute
      .command('appeal <dispute>')
      .description('Go to a larger jury; by the loser, with a bond'),
  ).action((id: string, flags: AccountFlags) => appeal(wholeId(id), flags));
  withAccountFlags(
    dispute
      .command('cancel <dispute>')
      .description('Spare a convicted node before the verdict executes; by the slash guardian'),
  ).action((id: string, flags: AccountFlags) => cancel(wholeId(id), flags));
}

async function advance(id: bigint, flags: AccountFlags): Promise<void> {
  await transact(flags, async ({ chain }) => {
    const { record, draw } = await readDispute(chain, id);
    const { outcome } = await readBeaconValue(chain, draw.epoch);
    const isVoid = record.phase === 'jury' && outcome === 'void';
    return {
      words: [
        isVoid
          ? `You take dispute ${id} on to another beacon epoch: epoch ${draw.epoch} has no value.`
          : `You carry out what is due in dispute ${id}.`,
      ],
      requests: [
        contractCall(chain, {
          contract: 'DisputeManager',
          functionName: isVoid ? 'redrawEpoch' : 'resolve',
          args: [id],
          label: `advance dispute ${id}`,
        }),
      ],
      outcome: async () => {
        const after = await readDispute(chain, id);
        const { phase, outcome: end, convicts } = after.record;
        return {
          lines: [showDue(after)],
          result: { dispute: id, phase, outcome: end, convicts, draw: after.record.draw },
        };
      },
    };
  });
}

async function appeal(id: bigint, flags: AccountFlags): Promise<void> {
  await transact(flags, async (opened) => {
    const { record } = await readDispute(opened.chain, id);
    const bond = await readContract(opened.chain, {
      contract: 'DisputeManager',
      functionName: 'bondFor',
      args: [record.frozen, true],
    });
    return {
      words: [
        `You appeal dispute ${id} to a jury of up to 126 seats, whose verdict is final, with a bond of ${showTokens(bond)}.`,
      ],
      requests: [
        ...(await approvalFor(opened, 'DisputeManager', bond)),
        contractCall(opened.chain, {
          contract: 'DisputeManager',
          functionName: 'appeal',
          args: [id],
          label: `appeal dispute ${id}`,
        }),
      ],
      outcome: async () => {
        const after = await readDispute(opened.chain, id);
        return { lines: [`Appealed. ${showDue(after)}`], result: { dispute: id, bond } };
      },
    };
  });
}

async function cancel(id: bigint, flags: AccountFlags): Promise<void> {
  await transact(flags, async ({ chain }) => {
    const { record, executableAt } = await readDispute(chain, id);
    return {
      words: [
        `As slash guardian you spare ${record.node} in dispute ${id}: nothing is slashed${executableAt === undefined ? '' : `; otherwise it could be from ${showMoment(executableAt)}`}.`,
      ],
      requests: [
        contractCall(chain, {
          contract: 'SlashGuardian',
          functionName: 'cancel',
          args: [id],
          label: `cancel dispute ${id}`,
        }),
      ],
      outcome: async () => ({ lines: ['Cancelled.'], result: { dispute: id } }),
    };
  });
}
