import { createChainClient, type Reconciliation, reconcile } from '@ddai/chain';
import { EXIT } from '@ddai/command-line';
import { bytesToUtf8 } from '@ddai/core';
import { parseAddressBook } from '@ddai/protocol';
import { findHomePath, homeAt, readFileLimited } from '@ddai/storage';
import { formatEther } from 'viem';
import { callerPath } from '../input/caller-path.ts';
import { printResult } from '../output/print-result.ts';

export interface ReconcileFlags {
  readonly rpc: string;
  readonly addresses?: string;
  readonly json: boolean;
}

const MAX_ADDRESS_BOOK_BYTES = 64 * 1024;

/** `ddai reconcile`: do the contracts' books hold, to the wei? */
export async function reconcileCommand({ rpc, addresses, json }: ReconcileFlags): Promise<void> {
  const path =
    addresses === undefined ? homeAt(findHomePath(process.env)).addressBook : callerPath(addresses);
  const addressBook = parseAddressBook(
    bytesToUtf8(readFileLimited(path, MAX_ADDRESS_BOOK_BYTES)),
    path,
  );
  const result = await reconcile(await createChainClient({ rpcUrl: rpc, addressBook }));
  printResult({ ...result }, { json, lines: describeReconciliation(result) });
  if (!result.holds) process.exitCode = EXIT.checkFailed;
}

/** A line an equation; where one does not hold, by how much. */
export function describeReconciliation({ block, holds, lines }: Reconciliation): string[] {
  const rows = lines.map(({ name, explanation, left, right, relation, holds: lineHolds }) => {
    const sign = relation === 'equals' ? '=' : '≤';
    const amount = formatEther(relation === 'equals' ? right : left);
    const off = lineHolds ? '' : `  OFF BY ${left - right} WEI`;
    return `  ${lineHolds ? '✓' : '✗'} ${name.padEnd(22)} ${sign} ${explanation.padEnd(48)} ${amount} DDAI${off}`;
  });
  return [
    `Books as of block ${block}: ${holds ? 'they hold to the wei' : 'THEY DO NOT HOLD'}`,
    ...rows,
  ];
}
