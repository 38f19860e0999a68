import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { DdaiError } from '@ddai/core';
import { nodeCryptoSuite, type ReceiptVerdict, verifyReceipt } from '@ddai/learning';
import { type Address, isAddress, isAddressEqual, recoverMessageAddress, toHex } from 'viem';
import { callerPath } from '../input/caller-path.ts';
import { printResult } from '../output/print-result.ts';
import { EXIT } from '../output/report-error.ts';

/**
 * `ddai receipt verify`: recomputes a training job from its record, offline. The first signature
 * of each participant names its key and every later one must be by the same key; the keys are
 * printed, to be compared with `NodeRegistry`.
 */
export async function receiptVerify(
  file: string,
  { json }: { readonly json: boolean },
): Promise<void> {
  const signers = new Map<string, Address>();
  const verify = async ({
    participantId,
    statement,
    signature,
  }: {
    participantId: string;
    statement: Uint8Array;
    signature: Uint8Array;
  }): Promise<boolean> => {
    const recovered = await recoverMessageAddress({
      message: { raw: statement },
      signature: toHex(signature),
    }).catch(() => undefined);
    if (recovered === undefined || !isAddress(participantId)) return false;
    const known = signers.get(participantId);
    if (known === undefined) signers.set(participantId, recovered);
    return known === undefined || isAddressEqual(known, recovered);
  };
  const verdict = await verifyReceipt({
    lines: readLines(callerPath(file)),
    suite: nodeCryptoSuite,
    verify,
  });
  printResult(
    { ...verdict, signers: Object.fromEntries(signers) },
    { json, lines: describe(verdict, signers) },
  );
  if (!verdict.holds) process.exitCode = EXIT.checkFailed;
}

async function* readLines(path: string): AsyncGenerator<string> {
  try {
    for await (const line of createInterface({
      input: createReadStream(path),
      crlfDelay: Number.POSITIVE_INFINITY,
    }))
      yield line;
  } catch (cause) {
    throw new DdaiError({
      code: 'FILE_UNREADABLE',
      message: `cannot read ${path} (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`,
      remedy: 'Name a receipt that `GET /v1/training-jobs/{id}/receipt` gave.',
      cause,
    });
  }
}

function describe(verdict: ReceiptVerdict, signers: ReadonlyMap<string, Address>): string[] {
  if (!verdict.holds)
    return [`DOES NOT HOLD: line ${verdict.line} (event ${verdict.index}): ${verdict.reason}`];
  return [
    `holds: ${verdict.jobId}, ${verdict.events} events, ${verdict.closedRounds} rounds closed, ${verdict.status}`,
    `model  ${verdict.modelHash}  (recomputed from the masked uploads and shares)`,
    `head   ${verdict.headHash}`,
    ...[...signers].map(
      ([participant, signer]) => `signed by ${signer} for participant ${participant}`,
    ),
  ];
}
