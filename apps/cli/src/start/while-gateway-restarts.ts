import { setTimeout as delay } from 'node:timers/promises';
import { isDdaiError } from '@ddai/core';

const PAUSE_MILLISECONDS = 500;
/** A gateway starts in seconds; its Postgres recovers its log first. */
const PATIENCE_MILLISECONDS = 90_000;

/** Asks again while nobody answers: a gateway that died is being started again. */
export async function whileGatewayRestarts<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isDdaiError(error, 'GATEWAY_UNREACHABLE') || Date.now() > deadline) throw error;
      await delay(PAUSE_MILLISECONDS);
    }
  }
}
