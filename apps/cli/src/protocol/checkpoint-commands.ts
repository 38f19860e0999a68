import {
  type CheckpointSignature,
  contractCall,
  readContract,
  readValidators,
  recoverCheckpointSigner,
  signCheckpoint,
  toVote,
} from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import { writeFileDurably } from '@ddai/storage';
import type { Command } from 'commander';
import type { Hex } from 'viem';
import { callerPath } from '../input/caller-path.ts';
import { printResult } from '../output/print-result.ts';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { openAccountStore } from './account-store.ts';
import { bytes32, wholeId } from './arguments.ts';
import { addCheckpointFaultCommands } from './checkpoint-fault-commands.ts';
import { readCheckpointFile } from './checkpoint-file.ts';
import { confirmSigning } from './confirm-signing.ts';
import { openAccount } from './open-account.ts';
import { assertSignedOnce, finalHash } from './sign-once.ts';
import { transact } from './transact.ts';

interface SignFlags extends AccountFlags {
  readonly stateChanges: Hex;
  readonly out: string;
}

/** `ddai validator checkpoint …`: sign a height, bring signatures to the chain, prove a fault. */
export function addCheckpointCommands(validator: Command): void {
  const checkpoint = validator.command('checkpoint').description('Sign and submit checkpoints');
  withAccountFlags(
    checkpoint
      .command('sign <height>')
      .description('Sign a height that this RPC reports final, once for ever; by a node’s signer')
      .requiredOption(
        '--state-changes <bytes32>',
        'hash of the state changes that re-executing the blocks gave',
        bytes32,
      )
      .requiredOption('--out <file>', 'where the signature goes, as JSON'),
  ).action((height: string, flags: SignFlags) => sign(wholeId(height), flags));
  withAccountFlags(
    checkpoint
      .command('submit <files...>')
      .description('Finalise a height with signatures of two thirds, or add late ones; by anybody'),
  ).action(submit);
  addCheckpointFaultCommands(checkpoint);
}

async function sign(height: bigint, flags: SignFlags): Promise<void> {
  const { chain, account } = await openAccount(flags);
  const blockHash = await finalHash(chain, height);
  const { stateChanges } = flags;
  const store = openAccountStore(account.address, 'checkpoints');
  await confirmSigning(
    [
      `You sign that block ${height} is ${blockHash}. A second hash for this height costs your stake.`,
    ],
    { account: account.address, yes: flags.yes },
  );
  assertSignedOnce(store, chain, { height, blockHash, stateChanges });
  const signed = await signCheckpoint(chain, account, { height, blockHash, stateChanges });
  const path = callerPath(flags.out);
  const content = { ...signed, height: String(height), signer: account.address };
  writeFileDurably(path, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o644 });
  printResult(
    { ...content, file: path },
    {
      json: flags.json,
      lines: [`Signed: ${path}`, `Bring it to the chain with ddai validator checkpoint submit.`],
    },
  );
}

async function submit(files: readonly string[], flags: AccountFlags): Promise<void> {
  const signatures = files.map(readCheckpointFile);
  const [first] = signatures;
  if (first === undefined) return;
  const { height, blockHash } = first;
  const odd = signatures.findIndex(
    (other) => other.height !== height || other.blockHash !== blockHash,
  );
  if (odd > 0)
    throw new DdaiError({
      code: 'FILE_CONTENT_INVALID',
      message: `${files[odd]} is about another height or hash than ${files[0]}`,
      remedy: 'Submit the signatures of one height and hash together.',
    });
  await transact(flags, async ({ chain }) => {
    const members = await readValidators(chain);
    const bySlot = new Map<number, CheckpointSignature>();
    for (const [index, signature] of signatures.entries()) {
      const signer = await recoverCheckpointSigner(chain, signature);
      const member = members.find((candidate) => candidate.signer === signer);
      if (member === undefined)
        throw new DdaiError({
          code: 'FILE_CONTENT_INVALID',
          message: `${files[index]} is signed by ${signer}, which signs for no member of the set`,
          remedy: '`ddai validator show` lists the members; leave this file out.',
        });
      bySlot.set(member.slot, signature);
    }
    const slots = [...bySlot.keys()].sort((a, b) => a - b);
    const bitmap = slots.reduce((bits, slot) => bits | (1n << BigInt(slot)), 0n);
    const votes = slots.flatMap((slot) => {
      const signature = bySlot.get(slot);
      return signature === undefined ? [] : [toVote(signature)];
    });
    const known = await readContract(chain, {
      contract: 'CheckpointManager',
      functionName: 'checkpoint',
      args: [height],
    }).catch(() => undefined); // Not finalised yet.
    return {
      words: [
        known === undefined
          ? `You submit ${slots.length} signatures that finalise block ${height} as ${blockHash}.`
          : `You add ${slots.length} late signatures to checkpoint ${height}.`,
      ],
      requests: [
        known === undefined
          ? contractCall(chain, {
              contract: 'CheckpointManager',
              functionName: 'submitCheckpoint',
              args: [height, blockHash, bitmap, votes],
              label: `submit checkpoint ${height}`,
            })
          : contractCall(chain, {
              contract: 'CheckpointManager',
              functionName: 'addSignatures',
              args: [height, bitmap, votes],
              label: `add signatures to checkpoint ${height}`,
            }),
      ],
      outcome: async () => ({
        lines: [`Block ${height} is final as ${blockHash}.`],
        result: { height, blockHash, slots },
      }),
    };
  });
}
