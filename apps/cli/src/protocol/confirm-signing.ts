import { createInterface } from 'node:readline/promises';
import { type CallDescription, describeCall } from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import type { AddressBook } from '@ddai/protocol';
import type { Address, Hex } from 'viem';

/** `  1. words` and below it the exact call, for every call of a proposal. */
export function describeCalls(
  calls: readonly { readonly to: Address; readonly data: Hex }[],
  book: AddressBook,
): readonly CallDescription[] {
  return calls.map((call) => describeCall(call, book));
}

export function callLines(descriptions: readonly CallDescription[]): string[] {
  return descriptions.flatMap(({ words, call }, index) => [
    `  ${index + 1}. ${words}`,
    `     ${call}`,
  ]);
}

/**
 * Shows on standard error what is about to be signed, and asks. Standard output stays for results.
 * @throws {DdaiError} `SIGNING_NOT_CONFIRMED`
 */
export async function confirmSigning(
  lines: readonly string[],
  { account, yes }: { readonly account: Address; readonly yes: boolean },
): Promise<void> {
  process.stderr.write(`${[...lines, `Signed by ${account}.`].join('\n')}\n`);
  if (yes) return;
  const fail = (reason: string): DdaiError =>
    new DdaiError({
      code: 'SIGNING_NOT_CONFIRMED',
      message: `nothing was signed: ${reason}`,
      remedy: 'Answer yes, or pass --yes where nobody can answer.',
    });
  if (!process.stdin.isTTY) throw fail('there is no terminal to ask on');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question('Sign it? Type yes: ');
    if (answer.trim().toLowerCase() !== 'yes') throw fail('the answer was not yes');
  } finally {
    terminal.close();
  }
}
