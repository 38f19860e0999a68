import { existsSync } from 'node:fs';
import {
  openOrCreateKeystoreFile,
  readPassphraseFile,
  showTokens,
  transferToken,
} from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import type { Command } from 'commander';
import { formatEther, parseEther } from 'viem';
import { callerPath } from '../input/caller-path.ts';
import { printResult } from '../output/print-result.ts';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { accountAddress, tokensInWei } from './arguments.ts';
import { transact } from './transact.ts';

interface CreateFlags {
  readonly keystore: string;
  readonly passphraseFile: string;
  readonly json: boolean;
}

/** Ether for the fees of a few thousand transactions on a local chain. */
const DEFAULT_GAS_ETHER = '0.1';

/** `ddai account …`: keys for people, and tokens for them. */
export function addAccountCommands(program: Command): void {
  const account = program.command('account').description('Keys, and tokens from one to another');
  account
    .command('create')
    .description('Make a key and keep it encrypted')
    .requiredOption('--keystore <file>', 'v3 keystore to write; never overwritten')
    .requiredOption('--passphrase-file <file>', 'file with the passphrase on its first line')
    .option('--json', 'one JSON object on standard output', false)
    .action(create);
  withAccountFlags(
    account
      .command('send <to> <amount>')
      .description('Send DDAI, and ether for fees with --gas')
      .option('--gas [ether]', 'ether to send along'),
  ).action(send);
}

async function create({ keystore, passphraseFile, json }: CreateFlags): Promise<void> {
  const path = callerPath(keystore);
  if (existsSync(path))
    throw new DdaiError({
      code: 'KEYSTORE_EXISTS',
      message: `${path} is there already`,
      remedy: 'Name another file: a key is never overwritten.',
    });
  const passphrase = readPassphraseFile(callerPath(passphraseFile));
  const { address } = await openOrCreateKeystoreFile({ path, passphrase });
  printResult({ address, keystore: path }, { json, lines: [`${address} in ${path}`] });
}

async function send(
  to: string,
  amount: string,
  flags: AccountFlags & { gas?: string | true },
): Promise<void> {
  const receiver = accountAddress(to);
  const wei = tokensInWei(amount);
  const ether = flags.gas === undefined ? 0n : etherInWei(flags.gas);
  await transact(flags, ({ chain }) => ({
    words: [
      `You send ${showTokens(wei)}${ether === 0n ? '' : ` and ${formatEther(ether)} ether for fees`} to ${receiver}.`,
    ],
    requests: [
      transferToken(chain, { to: receiver, amount: wei }),
      ...(ether === 0n
        ? []
        : [{ to: receiver, data: '0x' as const, value: ether, label: 'send ether for fees' }]),
    ],
  }));
}

function etherInWei(text: string | true): bigint {
  const amount = text === true ? DEFAULT_GAS_ETHER : text;
  if (/^\d{1,9}(\.\d{1,18})?$/.test(amount)) return parseEther(amount);
  throw new DdaiError({
    code: 'FLAG_INVALID',
    message: `--gas is ${JSON.stringify(amount)}`,
    remedy: 'Expected an amount of ether, such as 0.1.',
  });
}
