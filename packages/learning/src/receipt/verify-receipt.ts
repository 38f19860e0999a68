import { bytesToHex, canonicalJson } from '@ddai/core';
import { closeRound } from '../job/close-round.ts';
import { type IntakeContext, judgeMessage, type OperatorOf } from '../job/coordinator-intake.ts';
import { assertLinked, type RecordedEvent } from '../job/event-log.ts';
import type { JobEvent } from '../job/job-events.ts';
import { initialModelOf, type JobModel, serialiseModel } from '../job/job-model.ts';
import { applyJobEvent, createJobState, type JobState } from '../job/job-state.ts';
import { hashJobTerms, parseJobTerms } from '../job/job-terms.ts';
import { nextStep } from '../job/round-steps.ts';
import type { VerifySignature } from '../job/statements.ts';
import { hashModelBytes } from '../model/intent-model.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import { base64ToBytes } from './base64.ts';
import { expect, forcedBy, messageOf } from './replayed-steps.ts';
import { RECEIPT_FORMAT } from './write-receipt.ts';

/** What a receipt proves, or the first thing in it that does not hold. */
export type ReceiptVerdict =
  | {
      readonly holds: true;
      readonly jobId: string;
      readonly events: number;
      readonly closedRounds: number;
      /** Whether the job ended; a receipt cut off earlier holds as far as it goes. */
      readonly status: JobState['status'];
      /** Recomputed from the recorded uploads and shares alone. */
      readonly modelHash: string;
      /** Hash of the last event: compare it with the root that was published. */
      readonly headHash: string;
    }
  | {
      readonly holds: false;
      /** 1 for the first line of the file. */
      readonly line: number;
      /** Of the event that does not hold; the number of events before, for another line. */
      readonly index: number;
      readonly reason: string;
    };

/**
 * Checks a receipt without any network: the hash chain; that each step is the one the rules demand
 * after those before; every signature; and, from the recorded uploads and shares alone, each sum,
 * each model and the final hash. It proves how the updates were aggregated, not that anyone trained
 * honestly.
 *
 * @param options.operatorOf checks operators against a registry; without it they are taken as
 * recorded.
 */
export async function verifyReceipt(options: {
  readonly lines: Iterable<string> | AsyncIterable<string>;
  readonly suite: CryptoSuite;
  readonly verify: VerifySignature;
  readonly operatorOf?: OperatorOf;
}): Promise<ReceiptVerdict> {
  const replay = createReplay(options);
  let line = 0;
  try {
    for await (const text of options.lines) {
      line += 1;
      const parsed = parseLine(text);
      if (line === 1) expect(parsed.format === RECEIPT_FORMAT, `it is not ${RECEIPT_FORMAT}`);
      else if ('blob' in parsed) replay.takeBlob(parsed.blob);
      else await replay.takeEvent(parsed.event as RecordedEvent);
    }
    return replay.conclude();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { holds: false, line, index: replay.eventCount(), reason };
  }
}

interface Replay {
  takeBlob(blob: unknown): void;
  takeEvent(recorded: RecordedEvent): Promise<void>;
  conclude(): ReceiptVerdict;
  eventCount(): number;
}

function createReplay(options: {
  readonly suite: CryptoSuite;
  readonly verify: VerifySignature;
  readonly operatorOf?: OperatorOf;
}): Replay {
  const { suite, verify } = options;
  const blobs = new Map<string, Uint8Array>();
  const getBlob = { get: (hash: string) => Promise.resolve(blobs.get(hash)) };
  let unclaimed: string | undefined;
  let previous: RecordedEvent | undefined;
  let state: JobState | undefined;
  let model: JobModel | undefined;
  let residual: Float32Array | undefined;
  let context: IntakeContext | undefined;

  function begin(event: JobEvent): void {
    expect(event.type === 'jobCreated', 'the first event is not jobCreated');
    const terms = parseJobTerms(event.terms);
    expect(canonicalJson(terms) === canonicalJson(event.terms), 'the terms have unknown fields');
    model = initialModelOf(terms);
    const modelHash = hashModelBytes(suite, serialiseModel(model));
    expect(modelHash === event.modelHash, 'the job does not start from the model of its terms');
    state = createJobState(event);
    const started = state;
    context = {
      suite,
      termsHash: hashJobTerms(suite, terms),
      verify,
      operatorOf: options.operatorOf ?? ((id) => recordedOperator ?? started.participants.get(id)),
    };
  }
  /** The operator in the join being replayed: taken as recorded when there is no registry. */
  let recordedOperator: string | undefined;

  async function check(current: JobState, event: JobEvent): Promise<void> {
    if (event.type === 'roundClosed') return checkClosing(current, event);
    const forced = forcedBy(current, event);
    if (forced !== undefined) {
      expect(canonicalJson(forced) === canonicalJson(event), 'it is not the step that must follow');
      return;
    }
    const { termsHash } = context as IntakeContext;
    const message = messageOf({ state: current, event, blobs, termsHash });
    if (message === undefined) return;
    recordedOperator = event.type === 'participantJoined' ? event.operator : undefined;
    const verdict = await judgeMessage(context as IntakeContext, current, {
      participantId: message.participantId,
      message: message.message,
    });
    expect(
      verdict.kind !== 'refuse',
      `it would be refused: ${'code' in verdict ? verdict.code : ''}`,
    );
    if (verdict.kind === 'record')
      expect(
        canonicalJson(verdict.event) === canonicalJson(event),
        'its fields contradict each other',
      );
  }

  async function checkClosing(
    current: JobState,
    event: Extract<JobEvent, { type: 'roundClosed' }>,
  ): Promise<void> {
    const { round, terms } = current;
    const step = nextStep(current, { present: new Set(), presumed: new Set(), isLate: true });
    expect(round !== undefined && step.kind === 'unmask', 'the round could not close yet');
    const before = model as JobModel;
    const result = await closeRound({
      suite,
      terms,
      round,
      model: before,
      residual,
      blobs: getBlob,
    });
    const { roundId, number, survivors } = round;
    const { sumHash, modelHash, metrics, difference, stored } = result;
    const recomputed = {
      type: 'roundClosed',
      roundId,
      number,
      survivors,
      sumHash,
      modelHash,
      metrics,
      ...(stored === undefined ? {} : { residualHash: stored.hash }),
    };
    expect(sumHash === event.sumHash, 'the uploads and shares add up to another sum');
    expect(modelHash === event.modelHash, 'the sum leads to another model');
    expect(
      canonicalJson(recomputed) === canonicalJson(event),
      'it is not what the round adds up to',
    );
    model = result.model;
    residual = difference?.residual;
  }

  return {
    eventCount: () => (previous === undefined ? 0 : previous.index + 1),
    takeBlob: (blob) => {
      const { base64, sha256 } = (blob ?? {}) as Record<string, unknown>;
      const bytes = typeof base64 === 'string' ? base64ToBytes(base64) : undefined;
      expect(bytes !== undefined, 'a blob is not base64');
      expect(bytesToHex(suite.sha256(bytes)) === sha256, 'a blob does not have its hash');
      expect(unclaimed === undefined, 'a blob belongs to no upload');
      unclaimed = sha256;
      blobs.set(sha256, bytes);
    },
    takeEvent: async (recorded) => {
      assertLinked(suite, previous, recorded);
      const { event } = recorded;
      if (unclaimed !== undefined) {
        const isClaimed = event.type === 'updateUploaded' && event.payloadHash === unclaimed;
        expect(isClaimed, 'the blob before it is not its payload');
      }
      if (state === undefined) begin(event);
      else {
        await check(state, event);
        applyJobEvent(state, event);
        if (state.round === undefined) blobs.clear();
      }
      unclaimed = undefined;
      previous = recorded;
    },
    conclude: () => {
      expect(state !== undefined && previous !== undefined, 'the receipt holds no event');
      expect(unclaimed === undefined, 'a blob belongs to no upload');
      return {
        holds: true,
        jobId: state.terms.jobId,
        events: previous.index + 1,
        closedRounds: state.closedRounds.length,
        status: state.status,
        modelHash: state.modelHash,
        headHash: previous.hash,
      };
    },
  };
}

function parseLine(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  expect(typeof parsed === 'object' && parsed !== null, 'the line is not a JSON object');
  expect(canonicalJson(parsed) === text, 'the line is not in canonical form');
  return parsed as Record<string, unknown>;
}
