import { existsSync, statSync } from 'node:fs';
import { DEFAULT_TICKET_LIMITS, type LabelledTicket, mergeLabelledTickets } from '@ddai/learning';
import type { DdaiClient, LabelledQuestion } from '@ddai/sdk';
import { readFileLimited, writeFileDurably } from '@ddai/storage';
import { withFileLocked } from './lock-file.ts';

export interface Collected {
  /** Rows that the file did not have. */
  readonly added: number;
  /** Rows with a newer label. */
  readonly updated: number;
  /** Pieces of feedback whose labels the gateway has forgotten now. */
  readonly forgotten: number;
}

type Source = Pick<DdaiClient, 'readFeedbackLabels' | 'acknowledgeFeedbackLabels'>;

const RIGHTS = 0o777;

/**
 * Takes labelled questions from a gateway into a ticket file. The gateway forgets labels only after they
 * are on this disk; whoever is killed in between finds them again at the next run, and each completion
 * has one row however often it comes.
 * @throws {DdaiError} `TICKETS_…` for a file that can't be read: it stays as it is, and so do the labels;
 * `DATASET_BUSY`, `FILE_…`, `DISK_FULL`, or the gateway's code
 */
export async function collectFeedback(client: Source, path: string): Promise<Collected> {
  let [added, updated, forgotten] = [0, 0, 0];
  for (;;) {
    const questions = await client.readFeedbackLabels();
    if (questions.length === 0) return { added, updated, forgotten };
    const merged = withFileLocked(path, () => mergeInto(path, questions));
    added += merged.added;
    updated += merged.updated;
    const now = await client.acknowledgeFeedbackLabels(questions.map(({ id }) => id));
    forgotten += now;
    // Another run has taken the same labels: nothing is left that this one could make progress with.
    if (now === 0) return { added, updated, forgotten };
  }
}

function mergeInto(
  path: string,
  questions: readonly LabelledQuestion[],
): { readonly added: number; readonly updated: number } {
  const exists = existsSync(path);
  const content = exists ? readFileLimited(path, DEFAULT_TICKET_LIMITS.maxBytes) : undefined;
  const tickets = questions.map(toTicket);
  const merged = mergeLabelledTickets({ file: path, content, tickets });
  if (merged.content !== content)
    writeFileDurably(path, merged.content, exists ? { mode: statSync(path).mode & RIGHTS } : {});
  return merged;
}

function toTicket({ completion, text, labels }: LabelledQuestion): LabelledTicket {
  const { intent, ...others } = labels;
  return {
    completion,
    text,
    labels: { ...(intent === undefined ? {} : { category: intent }), ...others },
  };
}
