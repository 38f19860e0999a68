import { randomBytes } from 'node:crypto';
import {
  beaconCommitment,
  type ChainClient,
  contractCall,
  findSeat,
  readBeaconEpoch,
} from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import type { Command } from 'commander';
import { type Address, bytesToHex, type Hex } from 'viem';
import { z } from 'zod';
import { hashText } from '../input/fields.ts';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { type AccountStore, openAccountStore } from './account-store.ts';
import { wholeId } from './arguments.ts';
import { nodeOf } from './storage-node-commands.ts';
import { transact } from './transact.ts';

const secretSchema = z.object({ secret: hashText });
const SECRET_BYTES = 32;

/** `ddai validator commit|reveal|report`: a seat of the random beacon. */
export function addBeaconCommands(validator: Command): void {
  withAccountFlags(
    validator
      .command('commit')
      .description('Commit the seat to a secret, in the first half of the beacon epoch'),
  ).action(commit);
  withAccountFlags(
    validator.command('reveal').description('Reveal that secret, in the second half'),
  ).action(reveal);
  withAccountFlags(
    validator
      .command('report <epoch> <seat>')
      .description('Have a seat slashed that was silent in an epoch that is over; by anybody'),
  ).action((epoch: string, seat: string, flags: AccountFlags) =>
    report(wholeId(epoch), wholeId(seat), flags),
  );
}

async function commit(flags: AccountFlags): Promise<void> {
  await transact(flags, async (open) => {
    const { chain, account } = open;
    const operator = await nodeOf(open, undefined);
    const epoch = await readBeaconEpoch(chain);
    const seat = await seatOf(chain, operator, epoch);
    const store = openAccountStore(account.address, 'beacon');
    // On the disk before the commitment is sent: a process killed in between can still reveal.
    const secret = keepSecret(store, secretName(chain, operator, epoch));
    return {
      words: [
        `You commit seat ${seat} of ${operator} to a secret in beacon epoch ${epoch}. Not revealing it in the second half costs the whole seat stake.`,
      ],
      requests: [
        contractCall(chain, {
          contract: 'CheckpointManager',
          functionName: 'commitRandom',
          args: [seat, beaconCommitment(chain, { secret, operator, epoch })],
          label: 'commit to a secret',
        }),
      ],
      outcome: async () => ({
        lines: [
          `Committed. Reveal in the second half of epoch ${epoch}: \`ddai validator reveal\`.`,
        ],
        result: { epoch, seat, secret: store.pathOf(secretName(chain, operator, epoch)) },
      }),
    };
  });
}

async function reveal(flags: AccountFlags): Promise<void> {
  await transact(flags, async (open) => {
    const { chain, account } = open;
    const operator = await nodeOf(open, undefined);
    const epoch = await readBeaconEpoch(chain);
    const seat = await seatOf(chain, operator, epoch);
    const store = openAccountStore(account.address, 'beacon');
    const name = secretName(chain, operator, epoch);
    const secret = readSecret(store, name);
    if (secret === undefined)
      throw new DdaiError({
        code: 'BEACON_SECRET_MISSING',
        message: `there is no secret for beacon epoch ${epoch} at ${store.pathOf(name)}`,
        remedy: 'Reveal with the account and state directory that committed.',
      });
    return {
      words: [`You reveal the secret of seat ${seat} in beacon epoch ${epoch}.`],
      requests: [
        contractCall(chain, {
          contract: 'CheckpointManager',
          functionName: 'revealRandom',
          args: [seat, secret],
          label: 'reveal the secret',
        }),
      ],
      outcome: async () => ({ lines: ['Revealed.'], result: { epoch, seat } }),
    };
  });
}

async function report(epoch: bigint, seat: bigint, flags: AccountFlags): Promise<void> {
  await transact(flags, ({ chain }) => ({
    words: [
      `You report seat ${seat} of beacon epoch ${epoch} as silent: it is slashed, and you get the reporter's share.`,
    ],
    requests: [
      contractCall(chain, {
        contract: 'CheckpointManager',
        functionName: 'reportSeat',
        args: [epoch, seat],
        label: `report seat ${seat}`,
      }),
    ],
  }));
}

async function seatOf(chain: ChainClient, operator: Address, epoch: bigint): Promise<bigint> {
  const seat = await findSeat(chain, operator, epoch);
  if (seat !== undefined) return seat;
  throw new DdaiError({
    code: 'BEACON_SEAT_MISSING',
    message: `${operator} has no seat in beacon epoch ${epoch}`,
    remedy: 'Seats are filled by `ddai validator roll` for the next beacon epoch, by stake.',
  });
}

/** A secret counts for one seat in one epoch on one deployment. */
function secretName(chain: ChainClient, operator: Address, epoch: bigint): string {
  const contract = chain.addressBook.contracts.CheckpointManager.slice(2, 10);
  return `secret-${chain.chainId}-${contract}-${operator.slice(2)}-${epoch}`;
}

/** The one that is there, or a new one: what was committed is never written over. */
function keepSecret(store: AccountStore, name: string): Hex {
  const kept = readSecret(store, name);
  if (kept !== undefined) return kept;
  const secret = bytesToHex(randomBytes(SECRET_BYTES));
  store.write(name, { secret });
  return secret;
}

function readSecret(store: AccountStore, name: string): Hex | undefined {
  const kept = store.read(name);
  return kept === undefined ? undefined : secretSchema.parse(kept).secret;
}
