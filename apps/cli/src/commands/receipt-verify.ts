import { type FileHandle, open } from 'node:fs/promises';
import { EXIT } from '@ddai/command-line';
import { nodeCryptoSuite, type ReceiptVerdict, verifyReceipt } from '@ddai/learning';
import { fileReadError } from '@ddai/storage';
import { type Address, isAddress, isAddressEqual, recoverMessageAddress, toHex } from 'viem';
import { callerPath } from '../input/caller-path.ts';
import { printResult } from '../output/print-result.ts';

/**
 * `ddai receipt verify`: recomputes a training job from its record, offline. The first signature
 * of each participant names its key and every later one must be by the same key; the keys are
 * printed, to be compared with `NodeRegistry`.
 * @throws {DdaiError} `FILE_MISSING`, `FILE_UNREADABLE`
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
  const receipt = await openReceipt(callerPath(file));
  const verdict = await verifyReceipt({
    lines: receipt.readLines(),
    suite: nodeCryptoSuite,
    verify,
  });
  printResult(
    { ...verdict, signers: Object.fromEntries(signers) },
    { json, lines: describe(verdict, signers) },
  );
  if (!verdict.holds || verdict.status === 'running') process.exitCode = EXIT.checkFailed;
}

/** Opens before the check begins: a file that can't be read is the caller's to mend, not a verdict. */
async function openReceipt(path: string): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    if (!(await file.stat()).isFile()) throw Object.assign(new Error(), { code: 'not a file' });
    return file;
  } catch (cause) {
    await file?.close();
    throw fileReadError(path, cause);
  }
}

function describe(verdict: ReceiptVerdict, signers: ReadonlyMap<string, Address>): string[] {
  if (!verdict.holds)
    return [`DOES NOT HOLD: line ${verdict.line} (event ${verdict.index}): ${verdict.reason}`];
  return [
    verdict.status === 'running'
      ? 'INCOMPLETE: the record ends before the job does; what is there holds'
      : 'the record is whole',
    `holds: ${verdict.jobId}, ${verdict.events} events, ${verdict.closedRounds} rounds closed, ${verdict.status}`,
    `model  ${verdict.modelHash}  (recomputed from the masked uploads and shares)`,
    `head   ${verdict.headHash}`,
    ...[...signers].map(
      ([participant, signer]) => `signed by ${signer} for participant ${participant}`,
    ),
  ];
}
