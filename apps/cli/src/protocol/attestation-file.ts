import {
  type SignedAttestation,
  WORK_CLASSES,
  type WorkClassName,
  workClassName,
} from '@ddai/protocol';
import { z } from 'zod';
import { addressText, hashText, signatureText, wholeText } from '../input/fields.ts';
import { readJsonFile } from '../input/read-json-file.ts';

const classNames = Object.keys(WORK_CLASSES) as WorkClassName[];

const attestationSchema = z.object({
  requestId: hashText,
  payer: addressText,
  node: addressText,
  workClass: z
    .union([
      z.enum(classNames),
      z
        .number()
        .int()
        .min(0)
        .max(classNames.length - 1),
    ])
    .transform((given) => WORK_CLASSES[typeof given === 'number' ? workClassName(given) : given]),
  requestHash: hashText,
  resultHash: hashText,
  deterministic: z.boolean(),
  expires: wholeText,
  signature: signatureText,
});

/** An attestation as its node signed it. @throws {DdaiError} `FILE_CONTENT_INVALID` */
export function readAttestationFile(file: string): SignedAttestation {
  return readJsonFile(
    file,
    attestationSchema,
    'a signed attestation: requestId, payer, node, workClass, requestHash, resultHash, deterministic, expires, signature',
  );
}
