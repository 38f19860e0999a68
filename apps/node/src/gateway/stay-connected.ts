import { setTimeout as delay } from 'node:timers/promises';
import { DdaiError, type Logger } from '@ddai/core';
import {
  type DialGatewayDependencies,
  type DialGatewayOptions,
  dialGateway,
  type GatewayLink,
} from './dial-gateway.ts';

export interface StayConnectedDependencies extends DialGatewayDependencies {
  readonly logger: Logger;
  readonly onConnected?: (link: GatewayLink) => void;
  readonly onDisconnected?: (link: GatewayLink, reason: string) => void;
}

const FIRST_PAUSE_MILLISECONDS = 250;
const LONGEST_PAUSE_MILLISECONDS = 15_000;

/** Dials, serves, and dials again with growing, jittered pauses until `signal` aborts. */
export async function stayConnected(
  options: DialGatewayOptions,
  dependencies: StayConnectedDependencies,
  signal: AbortSignal,
): Promise<void> {
  const { logger, onConnected, onDisconnected } = dependencies;
  let pause = FIRST_PAUSE_MILLISECONDS;
  while (!signal.aborted) {
    try {
      const link = await dialGateway(options, dependencies);
      logger.info({ gateway: link.gateway, url: options.url }, 'connected to the gateway');
      pause = FIRST_PAUSE_MILLISECONDS;
      const stop = (): void => link.close();
      signal.addEventListener('abort', stop, { once: true });
      onConnected?.(link);
      const reason = await link.ended;
      signal.removeEventListener('abort', stop);
      onDisconnected?.(link, reason);
      logger.warn({ url: options.url, reason }, 'the connection to the gateway ended');
    } catch (error) {
      const peerCode = error instanceof DdaiError ? error.fields.peerCode : undefined;
      logger.warn(
        { url: options.url, error: String(error), peerCode },
        'no connection to the gateway',
      );
    }
    if (signal.aborted) return;
    await delay(pause * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
  }
}
