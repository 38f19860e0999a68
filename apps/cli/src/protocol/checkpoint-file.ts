import type { CheckpointSignature } from '@ddai/chain';
import { z } from 'zod';
import { hashText, signatureText, wholeText } from '../input/fields.ts';
import { readJsonFile } from '../input/read-json-file.ts';

const checkpointSchema = z.object({
  height: wholeText,
  blockHash: hashText,
  executionDigest: hashText,
  signature: signatureText,
});

/** A file of `ddai validator checkpoint sign`. @throws {DdaiError} `FILE_CONTENT_INVALID` */
export function readCheckpointFile(file: string): CheckpointSignature {
  return readJsonFile(
    file,
    checkpointSchema,
    'height, blockHash, executionDigest and signature, as `ddai validator checkpoint sign` writes them',
  );
}
