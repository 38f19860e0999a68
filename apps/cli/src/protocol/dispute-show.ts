import {
  type ChainClient,
  juryRound,
  readContract,
  readJurors,
  SEAT_LIMITS,
  showMoment,
  showTokens,
} from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import type { Command } from 'commander';
import { printResult } from '../output/print-result.ts';
import { type ReadFlags, withReadFlags } from './account-flags.ts';
import { wholeId } from './arguments.ts';
import { openChain } from './open-account.ts';

/** `IDisputeRecords.Phase`, `Outcome` and, of a juror, `Duty`, in their order. */
const PHASES = ['none', 'jury', 'decided', 'closed'] as const;
const OUTCOMES = ['open', 'acquitted', 'convicted', 'undecided', 'lapsed', 'cancelled'] as const;
const DUTIES = ['none', 'claimed', 'committed', 'revealed', 'settled', 'penalized'] as const;
/** Of `DisputesBase`, in time units: for an appeal, and for a whole dispute. */
const [APPEAL_UNITS, MAX_UNITS] = [2n, 30n];

type DisputeState = Awaited<ReturnType<typeof readDispute>>;

/** @throws {DdaiError} `DISPUTE_UNKNOWN` */
export async function readDispute(chain: ChainClient, id: bigint) {
  const ask = { contract: 'DisputeManager', asOf: 'now' } as const;
  const known = await readContract(chain, { ...ask, functionName: 'dispute', args: [id] });
  const phase = PHASES[known.phase] ?? 'none';
  if (phase === 'none')
    throw new DdaiError({
      code: 'DISPUTE_UNKNOWN',
      message: `there is no dispute ${id}`,
      remedy: 'Check the number; `ddai dispute open` printed it.',
    });
  const [draw, timeUnit, parameters] = await Promise.all([
    readContract(chain, {
      ...ask,
      functionName: 'disputeDraw',
      args: [id, BigInt(known.draw)],
    }),
    readContract(chain, { contract: 'DisputeManager', functionName: 'timeUnit', args: [] }),
    readContract(chain, {
      ...ask,
      functionName: 'parameters',
      args: [BigInt(known.parametersId)],
    }),
  ]);
  const round = juryRound(known.draw);
  const appealEnds = draw.revealEnds + (round === 'first' ? APPEAL_UNITS * timeUnit : 0n);
  const guardianDelay = known.convicts ? BigInt(parameters.guardianDelay) : 0n;
  return {
    id,
    record: { ...known, phase, outcome: OUTCOMES[known.outcome] ?? 'open' },
    draw,
    round,
    seatsLeft: BigInt(SEAT_LIMITS[round]) - draw.seats,
    appealEnds,
    /** When a standing verdict can be carried out. */
    executableAt: phase === 'decided' ? appealEnds + guardianDelay : undefined,
    lapsesAt: BigInt(known.openedAt) + MAX_UNITS * timeUnit,
  };
}

/** What comes next, in one sentence. */
export function showDue({ record, draw, executableAt }: DisputeState): string {
  if (record.phase === 'closed') return `It is closed: ${record.outcome}.`;
  if (executableAt !== undefined)
    return `The verdict is ${record.convicts ? 'guilty' : 'not guilty'}; it can be carried out from ${showMoment(executableAt)}.`;
  return `Beacon epoch ${draw.epoch} draws its jury: claims until ${showMoment(draw.claimEnds)}, commits until ${showMoment(draw.commitEnds)}, reveals until ${showMoment(draw.revealEnds)}.`;
}

export function addDisputeShowCommand(dispute: Command): void {
  withReadFlags(
    dispute.command('show <dispute>').description('Both sides, the jury, the verdict, what is due'),
  ).action((id: string, flags: ReadFlags) => show(wholeId(id), flags));
}

async function show(id: bigint, flags: ReadFlags): Promise<void> {
  const chain = await openChain(flags);
  const state = await readDispute(chain, id);
  const jurors = await readDuties(chain, state);
  const { record, draw, seatsLeft, appealEnds, executableAt, lapsesAt } = state;
  printResult(
    { id, ...record, jury: { ...draw, jurors }, seatsLeft, appealEnds, executableAt, lapsesAt },
    {
      json: flags.json,
      lines: [
        `Dispute ${id}: ${record.payer} against ${record.node}, opened ${showMoment(record.openedAt)}`,
        `  at stake   ${showTokens(record.frozen)}; bond ${showTokens(record.bond.left)} left${record.appealBond.left === 0n ? '' : `, of the appeal ${showTokens(record.appealBond.left)}`}`,
        `  jury       draw ${record.draw}: ${draw.seats} seats claimed, ${draw.revealed} revealed, ${draw.leadingSeats} agree on ${draw.leading}`,
        ...jurors.map(({ juror, seats, duty }) => `             ${juror}  ${seats} seats, ${duty}`),
        `  due        ${showDue(state)}`,
        ...(record.phase === 'closed' ? [] : [`  lapses     ${showMoment(lapsesAt)}`]),
      ],
    },
  );
}

async function readDuties(chain: ChainClient, { id, record }: DisputeState) {
  const jurors = await readJurors(chain, id, record.draw);
  return Promise.all(
    jurors.map(async ({ juror }) => {
      const [seats, duty] = await readContract(chain, {
        contract: 'DisputeManager',
        functionName: 'dutyOf',
        args: [id, BigInt(record.draw), juror],
      });
      return { juror, seats, duty: DUTIES[duty] ?? 'none' };
    }),
  );
}
