import { contractCall, toVote } from '@ddai/chain';
import type { Command } from 'commander';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { readCheckpointFile } from './checkpoint-file.ts';
import { transact } from './transact.ts';

/** `ddai validator checkpoint prove-double|prove-wrong`: what signatures prove by themselves. */
export function addCheckpointFaultCommands(checkpoint: Command): void {
  withAccountFlags(
    checkpoint
      .command('prove-double <first> <second>')
      .description('Have a validator slashed that signed one height twice; by anybody'),
  ).action(proveDouble);
  withAccountFlags(
    checkpoint
      .command('prove-wrong <file>')
      .description('Have a validator slashed that signed a hash the chain contradicts; by anybody'),
  ).action(proveWrong);
}

async function proveDouble(
  firstFile: string,
  secondFile: string,
  flags: AccountFlags,
): Promise<void> {
  const [first, second] = [readCheckpointFile(firstFile), readCheckpointFile(secondFile)];
  await transact(flags, ({ chain }) => ({
    words: [`You prove that a validator signed block ${first.height} twice; it is slashed.`],
    requests: [
      contractCall(chain, {
        contract: 'CheckpointFaults',
        functionName: 'punishEquivocation',
        args: [first.height, first.blockHash, toVote(first), second.blockHash, toVote(second)],
        label: 'prove a double signature',
      }),
    ],
  }));
}

async function proveWrong(file: string, flags: AccountFlags): Promise<void> {
  const signed = readCheckpointFile(file);
  await transact(flags, ({ chain }) => ({
    words: [`You prove that a validator signed a wrong hash for block ${signed.height}.`],
    requests: [
      contractCall(chain, {
        contract: 'CheckpointFaults',
        functionName: 'punishWrongHash',
        args: [signed.height, signed.blockHash, toVote(signed)],
        label: 'prove a wrong hash',
      }),
    ],
  }));
}
