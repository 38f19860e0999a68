import {
  contractCall,
  readBeaconEpoch,
  readBeaconValue,
  readContract,
  readSeats,
  readValidators,
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
import { accountAddress, wholeId } from './arguments.ts';
import { addBeaconCommands } from './beacon-commands.ts';
import { addCheckpointCommands } from './checkpoint-commands.ts';
import { addEnlistCommand } from './enlist-command.ts';
import { openChain } from './open-account.ts';
import { nodeOf } from './storage-node-commands.ts';
import { transact } from './transact.ts';

/** `ddai validator …`: the set, its checkpoints, and the random beacon. */
export function addValidatorCommands(program: Command): void {
  const validator = program
    .command('validator')
    .description('Sign checkpoints, and give the network its random values');
  addEnlistCommand(validator);
  withAccountFlags(
    validator.command('delist').description('Be no candidate any more; leaves at the set’s pace'),
  ).action(delist);
  withAccountFlags(
    validator
      .command('roll')
      .description('Form this epoch’s set and this beacon epoch’s seats; by anybody'),
  ).action(roll);
  addCheckpointCommands(validator);
  addBeaconCommands(validator);
  withAccountFlags(
    validator
      .command('claim <epoch>')
      .description('Count an epoch’s signatures towards the reward for stake; by anybody')
      .option('--node <address>', 'whose; default the node of this account'),
  ).action((epoch: string, flags: AccountFlags & { node?: string }) =>
    claim(wholeId(epoch), flags),
  );
  withReadFlags(
    validator.command('show').description('The set, the last checkpoint, the beacon and its seats'),
  ).action(show);
}

async function delist(flags: AccountFlags): Promise<void> {
  await transact(flags, ({ chain }) => ({
    words: ['Your node stops being a candidate; it leaves the set as fast as the rules let it.'],
    requests: [
      contractCall(chain, { contract: 'CheckpointManager', functionName: 'delist', args: [] }),
    ],
  }));
}

async function roll(flags: AccountFlags): Promise<void> {
  await transact(flags, async ({ chain }) => {
    const ask = { contract: 'CheckpointManager', args: [], asOf: 'now' } as const;
    const [set, length, now] = await Promise.all([
      readContract(chain, { ...ask, functionName: 'validatorSet' }),
      readContract(chain, { ...ask, functionName: 'epochLength' }),
      chain.publicClient.getBlock({ blockTag: 'pending' }),
    ]);
    const isRolled = set.epoch === now.timestamp / length;
    const call = (functionName: 'rollSet' | 'rollSeats') =>
      contractCall(chain, { contract: 'CheckpointManager', functionName, args: [] });
    return {
      words: [
        isRolled
          ? 'You open the beacon epoch; this epoch’s set is formed already.'
          : 'You form this epoch’s set of validators, and open the beacon epoch.',
      ],
      requests: [...(isRolled ? [] : [call('rollSet')]), call('rollSeats')],
      outcome: async () => {
        const { epoch, size, weight } = await readContract(chain, {
          ...ask,
          functionName: 'validatorSet',
        });
        return {
          lines: [`${size} validators with ${showTokens(weight)} in epoch ${epoch}.`],
          result: { epoch, size, weight },
        };
      },
    };
  });
}

async function claim(epoch: bigint, flags: AccountFlags & { node?: string }): Promise<void> {
  await transact(flags, async (open) => {
    const operator =
      flags.node === undefined ? await nodeOf(open, undefined) : accountAddress(flags.node);
    const [signed, scheduled] = await readContract(open.chain, {
      contract: 'CheckpointManager',
      functionName: 'participation',
      args: [operator, epoch],
    });
    return {
      words: [
        `You have ${signed} of ${scheduled} checkpoints of ${operator} in epoch ${epoch} counted for its reward.`,
      ],
      requests: [
        contractCall(open.chain, {
          contract: 'CheckpointManager',
          functionName: 'claimParticipation',
          args: [operator, epoch],
        }),
      ],
      outcome: async () => ({
        lines: ['Counted.'],
        result: { operator, epoch, signed, scheduled },
      }),
    };
  });
}

async function show(flags: ReadFlags): Promise<void> {
  const chain = await openChain(flags);
  const ask = { contract: 'CheckpointManager', args: [], asOf: 'now' } as const;
  const [set, members, beaconEpoch, candidates] = await Promise.all([
    readContract(chain, { ...ask, functionName: 'validatorSet' }),
    readValidators(chain),
    readBeaconEpoch(chain),
    readContract(chain, { ...ask, functionName: 'candidates' }),
  ]);
  const [round, seats, last] = await Promise.all([
    readContract(chain, { ...ask, functionName: 'beaconRound', args: [beaconEpoch] }),
    readSeats(chain, beaconEpoch),
    readBeaconValue(chain, beaconEpoch === 0n ? 0n : beaconEpoch - 1n),
  ]);
  const did = (mask: bigint, seat: number): boolean => ((mask >> BigInt(seat)) & 1n) === 1n;
  const seatList = seats.map((operator, seat) => ({
    seat,
    operator,
    committed: did(round.committed, seat),
    revealed: did(round.revealed, seat),
  }));
  printResult(
    { set, members, candidates, beacon: { epoch: beaconEpoch, seats: seatList, last } },
    {
      json: flags.json,
      lines: [
        `Epoch ${set.epoch}: ${set.size} validators with ${showTokens(set.weight)}, ${candidates.length} candidates`,
        ...members.map(
          ({ slot, operator, weight }) =>
            `  ${String(slot).padStart(2)}  ${operator}  ${showTokens(weight)}`,
        ),
        `Last checkpoint ${set.lastHeight}`,
        `Beacon epoch ${beaconEpoch}; the one before is ${last.outcome}${last.outcome === 'complete' ? `: ${last.value}` : ''}`,
        ...seatList.map(
          ({ seat, operator, committed, revealed }) =>
            `  seat ${String(seat).padStart(2)}  ${operator}  ${revealed ? 'revealed' : committed ? 'committed' : 'not yet'}`,
        ),
      ],
    },
  );
}
