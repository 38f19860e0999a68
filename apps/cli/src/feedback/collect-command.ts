import { createDdaiClient } from '@ddai/sdk';
import { callerPath } from '../input/caller-path.ts';
import { readApiKey } from '../input/read-api-key.ts';
import { printResult } from '../output/print-result.ts';
import { collectFeedback } from './collect-feedback.ts';

export interface FeedbackCollectFlags {
  readonly gateway: string;
  readonly to: string;
  readonly apiKeyFile?: string;
  readonly json: boolean;
}

/** `ddai feedback collect`: labels that people gave become rows of this company's own tickets. */
export async function feedbackCollect(flags: FeedbackCollectFlags): Promise<void> {
  const { gateway, to, apiKeyFile, json } = flags;
  const client = createDdaiClient({ baseUrl: gateway, apiKey: readApiKey(apiKeyFile) });
  const collected = await collectFeedback(client, callerPath(to));
  const { added, updated, forgotten } = collected;
  printResult(
    { to, ...collected },
    {
      json,
      lines: [
        `${added} rows added to ${to}, ${updated} with a newer label; the gateway has forgotten ${forgotten} labelled answers.`,
      ],
    },
  );
}
