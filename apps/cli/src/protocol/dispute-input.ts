import {
  type ChainClient,
  contractCall,
  openInput,
  readJurors,
  unwrapInputKey,
  wrapInputKey,
} from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import { disputeManagerAbi } from '@ddai/protocol';
import { writeFileDurably } from '@ddai/storage';
import type { Command } from 'commander';
import { bytesToHex, type Hex, hexToBytes } from 'viem';
import { z } from 'zod';
import { callerPath } from '../input/caller-path.ts';
import { hashText } from '../input/fields.ts';
import { printResult } from '../output/print-result.ts';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { openAccountStore } from './account-store.ts';
import { wholeId } from './arguments.ts';
import { readDispute } from './dispute-show.ts';
import { openAccount } from './open-account.ts';
import { transact } from './transact.ts';

const inputKeySchema = z.object({ key: hashText });
const jurorKeySchema = z.object({ privateKey: hashText });

/** `ddai dispute post-keys|input`: how the jury, and nobody else, gets to read what was asked. */
export function addDisputeInputCommands(dispute: Command): void {
  withAccountFlags(
    dispute
      .command('post-keys <dispute>')
      .description('Give the input’s key to all who claimed seats; by the payer'),
  ).action((id: string, flags: AccountFlags) => postKeys(wholeId(id), flags));
  withAccountFlags(
    dispute
      .command('input <dispute>')
      .description('Open the posted input with this juror’s key')
      .requiredOption('--out <file>', 'where the input goes'),
  ).action((id: string, flags: AccountFlags & { out: string }) => input(wholeId(id), flags));
}

/** The payer's key of one sealed input. */
export function inputKeyName(inputHash: Hex): string {
  return `input-${inputHash.slice(2)}`;
}

/** A juror's key for one draw; the first 8 bytes of its public half follow. */
export function jurorKeyName(chain: ChainClient, id: bigint, draw: number): string {
  const contract = chain.addressBook.contracts.DisputeManager.slice(2, 10);
  return `juror-${chain.chainId}-${contract}-${id}-${draw}`;
}

async function postKeys(id: bigint, flags: AccountFlags): Promise<void> {
  await transact(flags, async ({ chain, account }) => {
    const { record } = await readDispute(chain, id);
    const store = openAccountStore(account.address, 'disputes');
    const kept = store.read(inputKeyName(record.inputHash));
    if (kept === undefined)
      throw new DdaiError({
        code: 'INPUT_KEY_MISSING',
        message: `the key of dispute ${id} is not at ${store.pathOf(inputKeyName(record.inputHash))}`,
        remedy: 'Use the account and state directory that opened the dispute.',
      });
    const jurors = await readJurors(chain, id, record.draw);
    if (jurors.length === 0)
      throw new DdaiError({
        code: 'DISPUTE_NOT_DRAWN',
        message: `nobody has claimed a seat in draw ${record.draw} of dispute ${id} yet`,
        remedy: 'Post the keys when claims have ended, and before commits have.',
        retryable: true,
      });
    const wrapped = wrapInputKey(
      hexToBytes(inputKeySchema.parse(kept).key),
      jurors.map(({ juror, publicKey }) => ({ juror, publicKey: hexToBytes(publicKey) })),
    );
    return {
      words: [`You give the input's key of dispute ${id} to ${jurors.length} jurors.`],
      requests: [
        contractCall(chain, {
          contract: 'DisputeManager',
          functionName: 'postKeys',
          args: [id, bytesToHex(wrapped)],
          label: `post the keys of dispute ${id}`,
        }),
      ],
      outcome: async () => ({
        lines: ['Posted.'],
        result: { dispute: id, jurors: jurors.length },
      }),
    };
  });
}

async function input(id: bigint, flags: AccountFlags & { out: string }): Promise<void> {
  const { chain, account } = await openAccount(flags);
  const { record } = await readDispute(chain, id);
  const posted = {
    address: chain.addressBook.contracts.DisputeManager,
    abi: disputeManagerAbi,
    args: { disputeId: id },
    fromBlock: BigInt(chain.addressBook.deployedAtBlock),
    strict: true,
  } as const;
  const [inputs, keys, jurors] = await Promise.all([
    chain.publicClient.getContractEvents({ ...posted, eventName: 'InputPosted' }),
    chain.publicClient.getContractEvents({ ...posted, eventName: 'KeysPosted' }),
    readJurors(chain, id, record.draw),
  ]);
  const own = jurors.find(({ juror }) => juror === account.address);
  const store = openAccountStore(account.address, 'disputes');
  const name = `${jurorKeyName(chain, id, record.draw)}-${own?.publicKey.slice(2, 18) ?? ''}`;
  const kept = own === undefined ? undefined : store.read(name);
  const [sealed] = inputs;
  const missing = (message: string): DdaiError =>
    new DdaiError({
      code: 'INPUT_KEY_MISSING',
      message,
      remedy: 'Without the input commit `unavailable`: it counts for acquittal.',
    });
  if (kept === undefined)
    throw missing(
      `${account.address} holds no juror's key of draw ${record.draw} of dispute ${id}`,
    );
  const privateKey = hexToBytes(jurorKeySchema.parse(kept).privateKey);
  // Newest first: what a payer posts again counts.
  for (const { args } of keys.toReversed()) {
    const key = unwrapInputKey(hexToBytes(args.wrappedKeys), {
      juror: account.address,
      privateKey,
    });
    if (key === undefined || sealed === undefined) continue;
    const path = callerPath(flags.out);
    const plain = openInput(hexToBytes(sealed.args.input), key);
    writeFileDurably(path, plain);
    printResult(
      { dispute: id, file: path, bytes: plain.length, requestHash: sealed.args.requestHash },
      {
        json: flags.json,
        lines: [
          `${plain.length} bytes in ${path}.`,
          `It must match the request hash ${sealed.args.requestHash}; commit \`unavailable\` if it does not.`,
        ],
      },
    );
    return;
  }
  throw missing(`the payer has not given the key of dispute ${id} to ${account.address}`);
}
