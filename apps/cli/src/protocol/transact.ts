import type { TransactionRequest } from '@ddai/chain';
import { contractCall, readContract, showTokens } from '@ddai/chain';
import type { ContractName } from '@ddai/protocol';
import type { TransactionReceipt } from 'viem';
import { printResult } from '../output/print-result.ts';
import type { AccountFlags } from './account-flags.ts';
import { confirmSigning } from './confirm-signing.ts';
import { type OpenAccount, openAccount } from './open-account.ts';

export interface Transaction {
  /** What will happen, in words, for whoever signs. */
  readonly words: readonly string[];
  readonly requests: readonly TransactionRequest[];
  /** What came of it, for people; default: done, with the transaction's hash. */
  readonly outcome?: (receipts: readonly TransactionReceipt[]) => Promise<TransactionOutcome>;
}

export interface TransactionOutcome {
  readonly lines: readonly string[];
  readonly result: Readonly<Record<string, unknown>>;
}

/** Opens the account, shows in words what it would sign, asks, sends, and says what came of it. */
export async function transact(
  flags: AccountFlags,
  prepare: (open: OpenAccount) => Promise<Transaction> | Transaction,
): Promise<void> {
  const open = await openAccount(flags);
  const { words, requests, outcome } = await prepare(open);
  await confirmSigning(words, { account: open.account.address, yes: flags.yes });
  const receipts = await open.submit(requests);
  const last = receipts.at(-1);
  const { lines, result } = (await outcome?.(receipts)) ?? { lines: ['Done.'], result: {} };
  printResult(
    {
      ...result,
      account: open.account.address,
      transactions: receipts.map(({ transactionHash }) => transactionHash),
    },
    {
      json: flags.json,
      lines: last === undefined ? lines : [...lines, `In block ${last.blockNumber}.`],
    },
  );
}

/** An approval of what `spender` is about to take, unless it has one that is large enough. */
export async function approvalFor(
  { chain, account }: OpenAccount,
  spender: ContractName,
  amount: bigint,
): Promise<readonly TransactionRequest[]> {
  const allowed = await readContract(chain, {
    contract: 'DDAIToken',
    functionName: 'allowance',
    args: [account.address, chain.addressBook.contracts[spender]],
  });
  if (allowed >= amount) return [];
  return [
    contractCall(chain, {
      contract: 'DDAIToken',
      functionName: 'approve',
      args: [chain.addressBook.contracts[spender], amount],
      label: `approve ${showTokens(amount)} for ${spender}`,
    }),
  ];
}
