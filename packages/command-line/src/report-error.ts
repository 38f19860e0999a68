import { DdaiError } from '@ddai/core';
import { withoutControls } from './without-controls.ts';

/** Exit codes: 1 something failed, 2 the input or the flags are wrong, 3 a check did not hold. */
export const EXIT = { failed: 1, input: 2, checkFailed: 3 } as const;

/** Codes that are the caller's to mend. */
const INPUT =
  /^(TICKETS|DATA_|DATASET|PARTNERS_FILE|WORK_CLASS|KNOWLEDGE|QUESTIONS|FILE|DIRECTORY|FLAG|COMMAND|CONFIG|PARTITION|ADDRESS_BOOK|TERMS|MODEL|SAFETENSORS|FEATURISER|EVALUATION|PORT|HOME|RESET|RECEIPT_MALFORMED|CHAIN_ID|NODE_TERMS|PASSPHRASE|CALL_|PROPOSAL_UNKNOWN|SIGNING|KEYSTORE|REWARDS_INVALID|DISPUTE_UNKNOWN|ADDRESS_NOT_PUBLIC|API_KEY_MISSING|SITEMAP|URL_INVALID|DOCUMENT_|ENCODERS_INVALID|ENCODER_NOT_INSTALLED)/;

/** Says on standard error what is wrong and what to do, and gives the exit code. */
export function reportError(error: unknown, program = 'ddai'): number {
  if (!(error instanceof DdaiError)) {
    process.stderr.write(
      `${program}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return EXIT.failed;
  }
  const lines = [`${program}: ${error.message}`];
  if (error.remedy !== undefined) lines.push(`  → ${error.remedy}`);
  lines.push(`  (${error.code}: docs/errors/${error.code}.md)`);
  process.stderr.write(withoutControls(`${lines.join('\n')}\n`));
  return INPUT.test(error.code) ? EXIT.input : EXIT.failed;
}
