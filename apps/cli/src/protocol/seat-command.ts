import {
  contractCall,
  createJurorKey,
  readBeaconValue,
  readContract,
  showMoment,
  winningTickets,
} from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import type { Command } from 'commander';
import { bytesToHex } from 'viem';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { openAccountStore } from './account-store.ts';
import { wholeId } from './arguments.ts';
import { jurorKeyName } from './dispute-input.ts';
import { readDispute } from './dispute-show.ts';
import { transact } from './transact.ts';

/** `ddai dispute claim`: a juror's seats. */
export function addSeatCommand(dispute: Command): void {
  withAccountFlags(
    dispute
      .command('claim <dispute>')
      .description('Take the seats that this account’s tickets won; freezes a penalty for each'),
  ).action((id: string, flags: AccountFlags) => claim(wholeId(id), flags));
}

async function claim(id: bigint, flags: AccountFlags): Promise<void> {
  await transact(flags, async ({ chain, account }) => {
    const { record, draw, seatsLeft } = await readDispute(chain, id);
    const { outcome, value } = await readBeaconValue(chain, draw.epoch);
    if (outcome !== 'complete')
      throw new DdaiError({
        code: 'DISPUTE_NOT_DRAWN',
        message: `dispute ${id}: beacon epoch ${draw.epoch}, which draws its jury, is ${outcome}`,
        remedy:
          outcome === 'void'
            ? 'Take it on to another epoch: `ddai dispute advance`.'
            : 'Wait for the value of that epoch.',
        retryable: true,
      });
    const held = await readContract(chain, {
      contract: 'DisputeManager',
      functionName: 'ticketsOf',
      args: [id, account.address],
    });
    const lottery = {
      beaconValue: value,
      disputeId: id,
      draw: record.draw,
      tickets: BigInt(record.tickets),
    };
    const tickets = winningTickets(lottery, account.address, held).slice(0, Number(seatsLeft));
    if (tickets.length === 0)
      throw new DdaiError({
        code: 'JURY_NO_SEAT',
        message: `dispute ${id}: none of the ${held} tickets of ${account.address} won, or all seats are taken`,
        remedy: 'Nothing to do: jurors are drawn anew for every dispute.',
      });
    // On the disk before its public half is: the input's key will be wrapped for it.
    const store = openAccountStore(account.address, 'disputes');
    const name = jurorKeyName(chain, id, record.draw);
    const key = createJurorKey();
    store.write(`${name}-${bytesToHex(key.publicKey).slice(2, 18)}`, {
      privateKey: bytesToHex(key.privateKey),
    });
    return {
      words: [
        `You take ${tickets.length} seats on the jury of dispute ${id}. Not revealing a verdict until ${showMoment(draw.revealEnds)} costs a penalty for each.`,
      ],
      requests: [
        contractCall(chain, {
          contract: 'DisputeManager',
          functionName: 'claimSeats',
          args: [id, tickets, bytesToHex(key.publicKey)],
          label: `claim seats in dispute ${id}`,
        }),
      ],
      outcome: async () => ({
        lines: [`Claimed. Commit a verdict until ${showMoment(draw.commitEnds)}.`],
        result: { dispute: id, draw: record.draw, seats: tickets.length },
      }),
    };
  });
}
