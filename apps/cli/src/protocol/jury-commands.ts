import { randomBytes } from 'node:crypto';
import { contractCall, readContract, showMoment, verdictCommitment } from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import { readFileLimited } from '@ddai/storage';
import type { Command } from 'commander';
import { bytesToHex, type Hex, keccak256, zeroHash } from 'viem';
import { z } from 'zod';
import { callerPath } from '../input/caller-path.ts';
import { hashText } from '../input/fields.ts';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { openAccountStore } from './account-store.ts';
import { wholeId } from './arguments.ts';
import { readDispute } from './dispute-show.ts';
import { addSeatCommand } from './seat-command.ts';
import { transact } from './transact.ts';

interface DrawFlags extends AccountFlags {
  readonly draw?: bigint;
}

const verdictSchema = z.object({ resultHash: hashText, salt: hashText });
const UNAVAILABLE = 'unavailable';
const MAX_RESULT_BYTES = 64 * 1024 * 1024;
const SALT_BYTES = 32;

/** `ddai dispute claim|commit|reveal`: what jurors do. */
export function addJuryCommands(dispute: Command): void {
  addSeatCommand(dispute);
  withAccountFlags(
    dispute
      .command('commit <dispute> <result>')
      .description('Commit to a verdict: a file with the right result, its hash, or `unavailable`'),
  ).action((id: string, result: string, flags: AccountFlags) => commit(wholeId(id), result, flags));
  withAccountFlags(
    dispute
      .command('reveal <dispute>')
      .description('Reveal that verdict')
      .option('--draw <n>', 'which draw of the dispute; default the running one', wholeId),
  ).action((id: string, flags: DrawFlags) => reveal(wholeId(id), flags));
}

async function commit(id: bigint, result: string, flags: AccountFlags): Promise<void> {
  const resultHash = readResult(result);
  await transact(flags, async ({ chain, account }) => {
    const { record, draw } = await readDispute(chain, id);
    const salt = bytesToHex(randomBytes(SALT_BYTES));
    const juror = account.address;
    const commitment = verdictCommitment({
      disputeId: id,
      draw: record.draw,
      juror,
      resultHash,
      salt,
    });
    // Named after the commitment: whichever of several reaches the chain can be revealed.
    const store = openAccountStore(juror, 'disputes');
    store.write(verdictName(commitment), { resultHash, salt });
    return {
      words: [
        `You commit to the verdict ${resultHash === zeroHash ? 'that the input is unavailable, which counts for acquittal' : resultHash} in dispute ${id}.`,
      ],
      requests: [
        contractCall(chain, {
          contract: 'DisputeManager',
          functionName: 'commitVerdict',
          args: [id, commitment],
          label: `commit a verdict in dispute ${id}`,
        }),
      ],
      outcome: async () => ({
        lines: [
          `Committed. Reveal from ${showMoment(draw.commitEnds)} until ${showMoment(draw.revealEnds)}.`,
        ],
        result: {
          dispute: id,
          draw: record.draw,
          commitment,
          secret: store.pathOf(verdictName(commitment)),
        },
      }),
    };
  });
}

async function reveal(id: bigint, flags: DrawFlags): Promise<void> {
  await transact(flags, async ({ chain, account }) => {
    const { record } = await readDispute(chain, id);
    const draw = flags.draw ?? BigInt(record.draw);
    const [seats, , commitment] = await readContract(chain, {
      contract: 'DisputeManager',
      functionName: 'dutyOf',
      args: [id, draw, account.address],
    });
    const store = openAccountStore(account.address, 'disputes');
    const kept = commitment === zeroHash ? undefined : store.read(verdictName(commitment));
    if (kept === undefined)
      throw new DdaiError({
        code: 'VERDICT_SECRET_MISSING',
        message: `${account.address} has no commitment in draw ${draw} of dispute ${id} whose secret lies here`,
        remedy: 'Commit first; reveal with the account and state directory that committed.',
      });
    const { resultHash, salt } = verdictSchema.parse(kept);
    return {
      words: [`You reveal your verdict in dispute ${id}: ${resultHash}.`],
      requests: [
        contractCall(chain, {
          contract: 'DisputeManager',
          functionName: 'revealVerdict',
          args: [id, draw, resultHash, salt],
          label: `reveal a verdict in dispute ${id}`,
        }),
      ],
      outcome: async () => ({
        lines: [`Revealed, for ${seats} seats.`],
        result: { dispute: id, draw, seats, resultHash },
      }),
    };
  });
}

function readResult(text: string): Hex {
  if (text === UNAVAILABLE) return zeroHash;
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase() as Hex;
  return keccak256(readFileLimited(callerPath(text), MAX_RESULT_BYTES));
}

function verdictName(commitment: Hex): string {
  return `verdict-${commitment.slice(2)}`;
}
