import { DdaiError } from '@ddai/core';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export interface RateLimit {
  /**
   * Counts one request of `key`.
   * @throws {DdaiError} `RATE_LIMITED` (retryable) with `retryAfterSeconds` in its fields
   */
  take(key: string): Promise<void>;
}

/** So many requests of one key a minute, counted by this process alone. */
export function createRateLimit(requestsPerMinute: number): RateLimit {
  const limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 });
  return {
    async take(key) {
      try {
        await limiter.consume(key);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
        throw new DdaiError({
          code: 'RATE_LIMITED',
          message: `more than ${requestsPerMinute} requests of one API key within a minute`,
          remedy: `Try again in ${retryAfterSeconds} s; the header Retry-After says so too.`,
          fields: { retryAfterSeconds },
          retryable: true,
        });
      }
    },
  };
}
