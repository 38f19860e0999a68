import { contractCall, type RewardShare, showTokens } from '@ddai/chain';
import { bytesToUtf8, DdaiError } from '@ddai/core';
import { readFileLimited } from '@ddai/storage';
import type { Command } from 'commander';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { callerPath } from '../input/caller-path.ts';
import { addressText, tokensText } from '../input/fields.ts';
import { readJsonFile } from '../input/read-json-file.ts';
import { printResult } from '../output/print-result.ts';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { proofSchema, writeRewardFiles } from './reward-files.ts';
import { transact } from './transact.ts';

const rowSchema = z.object({ account: addressText, amount: tokensText });
const MAX_LIST_BYTES = 64 * 1024 * 1024;

/** `ddai airdrop …`: the list's root, and claims. */
export function addAirdropCommands(program: Command): void {
  const airdrop = program.command('airdrop').description('The airdrop: its list, and claims');
  airdrop
    .command('root <list>')
    .description(
      'Compute the root of a CSV with account,amount and write everybody’s proof; offline',
    )
    .requiredOption('--proofs <folder>', 'where the proofs go')
    .option('--json', 'one JSON object on standard output', false)
    .action(computeRoot);
  withAccountFlags(
    airdrop.command('claim <proof>').description('Pay an account its part; by anybody'),
  ).action(claim);
}

function computeRoot(file: string, flags: { proofs: string; json: boolean }): void {
  const shares = readList(callerPath(file));
  const { root, total, files } = writeRewardFiles(shares, {
    folder: flags.proofs,
    name: 'airdrop',
    more: {},
  });
  printResult(
    { root, total, accounts: files.length },
    {
      json: flags.json,
      lines: [
        root,
        `${showTokens(total)} for ${files.length} accounts. The DAO fixes it, once, with:`,
        `  ddai dao propose --why "…" --call 'Airdrop.setRoot(${root})'`,
      ],
    },
  );
}

async function claim(file: string, flags: AccountFlags): Promise<void> {
  const { account, amount, proof } = readJsonFile(
    file,
    proofSchema,
    'account, amount and proof, as `ddai airdrop root` writes them',
  );
  await transact(flags, ({ chain }) => ({
    words: [`You have ${account} paid ${showTokens(amount)} from the airdrop.`],
    requests: [
      contractCall(chain, {
        contract: 'Airdrop',
        functionName: 'claim',
        args: [account, amount, proof],
        label: 'claim from the airdrop',
      }),
    ],
    outcome: async () => ({
      lines: [`${showTokens(amount)} to ${account}.`],
      result: { to: account, amount },
    }),
  }));
}

function readList(path: string): readonly RewardShare[] {
  const rows = parse(bytesToUtf8(readFileLimited(path, MAX_LIST_BYTES)), {
    columns: true,
    skip_empty_lines: true,
  }) as unknown[];
  return rows.map((row, index) => {
    const parsed = rowSchema.safeParse(row);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new DdaiError({
      code: 'FILE_LINE_INVALID',
      message: `${path}, row ${index + 1}: ${issue?.path.join('.')}: ${issue?.message}`,
      remedy: 'Columns: account and amount, in DDAI.',
    });
  });
}
