import type { Clock } from '@ddai/core';
import { learningError } from '../errors.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import { assertLinked, type EventLog, type RecordedEvent, recordEvent } from './event-log.ts';
import type { JobEvent } from './job-events.ts';
import { applyJobEvent, createJobState, type JobState } from './job-state.ts';
import { hashJobTerms, type JobTerms } from './job-terms.ts';

/** A job's state together with its log: the one is never ahead of the other. */
export interface JobJournal {
  /** Undefined before the first event. */
  state(): JobState | undefined;
  /** Appends durably, then changes the state. */
  record(event: JobEvent): Promise<void>;
  /**
   * Takes over events that are on record already.
   * @throws {DdaiError} `EVENT_LOG_BROKEN` when they do not hold or began under other terms.
   */
  replay(history: readonly RecordedEvent[]): void;
}

export function createJobJournal(dependencies: {
  readonly suite: CryptoSuite;
  readonly clock: Clock;
  readonly log: EventLog;
  readonly terms: JobTerms;
  readonly onEvent: ((recorded: RecordedEvent) => void) | undefined;
}): JobJournal {
  const { suite, clock, log, terms, onEvent } = dependencies;
  let previous: RecordedEvent | undefined;
  let state: JobState | undefined;

  function apply(recorded: RecordedEvent): void {
    if (state === undefined) state = createJobState(recorded.event);
    else applyJobEvent(state, recorded.event);
    previous = recorded;
  }

  return {
    state: () => state,
    record: async (event) => {
      const recorded = recordEvent({ suite, previous, at: clock.now(), event });
      await log.append(recorded);
      apply(recorded);
      onEvent?.(recorded);
    },
    replay: (history) => {
      for (const recorded of history) {
        assertLinked(suite, previous, recorded);
        apply(recorded);
      }
      if (state === undefined) return;
      if (hashJobTerms(suite, state.terms) === hashJobTerms(suite, terms)) return;
      throw learningError({
        code: 'EVENT_LOG_BROKEN',
        message: `the log of ${terms.jobId} was begun under other terms`,
        remedy: 'Create the coordinator with the terms in the first event.',
      });
    },
  };
}
