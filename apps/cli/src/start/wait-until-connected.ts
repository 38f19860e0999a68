import { setTimeout as delay } from 'node:timers/promises';
import { DdaiError } from '@ddai/core';
import type { DdaiClient } from '@ddai/sdk';

export interface WaitUntilConnectedOptions {
  /** Node names by operator, in lower case. */
  readonly names: ReadonlyMap<string, string>;
  readonly client: DdaiClient;
  readonly say: (words: string) => void;
}

const POLL_MILLISECONDS = 100;
const TIMEOUT_MILLISECONDS = 60_000;

/**
 * Waits until the gateway itself lists every node: each has dialled, proven its signer, and can be
 * given work.
 * @throws {DdaiError} `PART_SILENT` naming those that are missing.
 */
export async function waitUntilConnected({
  names,
  client,
  say,
}: WaitUntilConnectedOptions): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MILLISECONDS;
  for (;;) {
    const listed = new Set(
      (await client.listNodes()).map(({ operator }) => operator.toLowerCase()),
    );
    const missing = [...names].flatMap(([operator, name]) => (listed.has(operator) ? [] : [name]));
    if (missing.length === 0) return;
    say(`${names.size - missing.length} of ${names.size} nodes are connected`);
    if (Date.now() > deadline) {
      throw new DdaiError({
        code: 'PART_SILENT',
        message: `${missing.join(', ')} did not connect to the gateway in ${TIMEOUT_MILLISECONDS / 1000} s`,
        remedy: 'Each node has a log of its own in logs/ in the state directory.',
      });
    }
    await delay(POLL_MILLISECONDS);
  }
}
