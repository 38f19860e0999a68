import { type Millis, toMillis, toUnixSeconds, type UnixSeconds } from './brand.ts';

/** The time, injected so that a test can hold it still. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): Millis;
}

export const systemClock: Clock = { now: () => toMillis(Date.now()) };

/** `clock` in whole seconds, rounded down. */
export function unixSeconds(clock: Clock): UnixSeconds {
  return toUnixSeconds(clock.now() / 1000);
}
