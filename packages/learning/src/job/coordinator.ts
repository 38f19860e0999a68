import { type Clock, isDdaiError, type Logger, silentLogger } from '@ddai/core';
import { learningError } from '../errors.ts';
import { hashModelBytes } from '../model/intent-model.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import { closeRound } from './close-round.ts';
import {
  type IntakeContext,
  judgeMessage,
  type OperatorOf,
  type Verdict,
} from './coordinator-intake.ts';
import { messagesFor } from './coordinator-outbox.ts';
import type { BlobStore, EventLog, RecordedEvent } from './event-log.ts';
import type { RoundPhase } from './job-events.ts';
import { createJobJournal } from './job-journal.ts';
import { initialModelOf, type JobModel, parseModel, serialiseModel } from './job-model.ts';
import type { ClosedRound, JobState } from './job-state.ts';
import { hashJobTerms, type JobTerms, parseJobTerms } from './job-terms.ts';
import type { CoordinatorMessage, RefusalCode } from './messages.ts';
import { parseResidual } from './model-difference.ts';
import { createModelSender } from './model-sender.ts';
import { hasModelDeltas } from './model-transfer.ts';
import { createNoticeQueue } from './notice-queue.ts';
import { downloadLength, uploadLength } from './payload-sizes.ts';
import { readBlob } from './read-blob.ts';
import { expectedOf, nextStep } from './round-steps.ts';
import { createSerialQueue } from './serial-queue.ts';
import type { VerifySignature } from './statements.ts';

/** A round closed: whom to pay for it. */
export interface RoundClosedNotice extends ClosedRound {
  readonly jobId: string;
  /** How many rounds have closed, this one included. */
  readonly closed: number;
  readonly rounds: number;
  /** One for each survivor, the same however often the notice comes: pay each key once. */
  readonly payments: readonly { readonly participantId: string; readonly key: string }[];
}

export interface CoordinatorOptions {
  readonly terms: JobTerms;
  /** Events already on record: none for a new job, all of them to resume one. */
  readonly history?: readonly RecordedEvent[];
}

export interface CoordinatorDependencies {
  readonly suite: CryptoSuite;
  readonly clock: Clock;
  readonly log: EventLog;
  readonly blobs: BlobStore;
  readonly verify: VerifySignature;
  readonly operatorOf: OperatorOf;
  /** Hands a message to the transport. A message that is lost is sent again after the next join. */
  readonly send: (participantId: string, message: CoordinatorMessage) => Promise<void> | void;
  /**
   * Called at least once for every closed round, again for all of them after a resume, and again
   * until it resolves.
   */
  readonly onRoundClosed?: (notice: RoundClosedNotice) => Promise<void> | void;
  /** Called at least once when the job completes, with the model as safetensors. */
  readonly onJobCompleted?: (result: {
    readonly jobId: string;
    readonly model: JobModel;
    readonly modelBytes: Uint8Array;
    readonly modelHash: string;
  }) => Promise<void> | void;
  /** Told of every event after it is on record: for live progress. What it throws halts the job. */
  readonly onEvent?: (recorded: RecordedEvent) => void;
  readonly logger?: Logger;
}

/** What is going on, for a status page. */
export interface JobStatus {
  readonly status: JobState['status'];
  readonly phase: RoundPhase | 'recruiting' | 'ended';
  readonly roundId: string | undefined;
  readonly closedRounds: readonly ClosedRound[];
  readonly rounds: number;
  readonly participants: ReadonlyMap<string, string>;
  readonly present: readonly string[];
  readonly modelHash: string;
  /** When {@link Coordinator.tick} has something to do at the latest, in milliseconds since 1970. */
  readonly deadline: number | undefined;
  readonly failure: string | undefined;
  /** Payload of one member in one round: its masked upload, and the model that it is sent. */
  readonly bytesPerClientRound: { readonly upload: number; readonly download: number };
}

/**
 * Runs one job. Every step is appended to the log before it takes effect, so a coordinator that was
 * killed at any point is created again from its log and reaches the same bits. Calls are queued and
 * handled one at a time. When the log or the blob store fails, the call rejects and the coordinator
 * refuses further work with `COORDINATOR_HALTED`: create it again from the log.
 */
export interface Coordinator {
  /** Records or replays the beginning, repeats notices and messages. Call once, first. */
  start(): Promise<void>;
  /** Handles a message of a participant whose identity the transport has proven. */
  receive(
    participantId: string,
    message: unknown,
  ): Promise<
    { readonly accepted: true } | { readonly accepted: false; readonly code: RefusalCode }
  >;
  /** The transport lost this participant; a join brings it back. */
  disconnected(participantId: string): Promise<void>;
  /** Looks at the clock; call it a few times a second, or at `status().deadline`. */
  tick(): Promise<void>;
  /** Ends the job for good. */
  cancel(): Promise<void>;
  status(): JobStatus;
}

/** @throws {DdaiError} as {@link parseJobTerms}; `EVENT_LOG_BROKEN` when the history does not hold. */
export function createCoordinator(
  options: CoordinatorOptions,
  dependencies: CoordinatorDependencies,
): Coordinator {
  const { suite, clock, log, blobs, send, logger = silentLogger } = dependencies;
  const terms = parseJobTerms(options.terms);
  const context: IntakeContext = {
    suite,
    termsHash: hashJobTerms(suite, terms),
    verify: dependencies.verify,
    operatorOf: dependencies.operatorOf,
  };
  const enqueue = createSerialQueue();
  const present = new Set<string>();
  const presumed = new Set<string>();
  const bytesPerClientRound = { upload: uploadLength(terms), download: downloadLength(terms) };
  const notices = createNoticeQueue(terms.jobId, logger);
  const { onEvent } = dependencies;
  const journal = createJobJournal({ suite, clock, log, terms, onEvent });
  let model: JobModel = initialModelOf(terms);
  const initialBytes = serialiseModel(model);
  const initialHash = hashModelBytes(suite, initialBytes);
  const sender = createModelSender({
    mayDiffer: hasModelDeltas(terms),
    modelHash: initialHash,
    modelBytes: initialBytes,
  });
  let residual: Float32Array | undefined;
  let phaseStartedAt = clock.now() as number;
  let halted = false;

  function current(): JobState {
    const state = journal.state();
    if (state !== undefined && !halted) return state;
    throw learningError({
      code: 'COORDINATOR_HALTED',
      message: `the coordinator of ${terms.jobId} ${halted ? 'has halted' : 'was not started'}`,
      remedy: 'Create it again from its log and call start.',
    });
  }

  function post(participantId: string, message: CoordinatorMessage): void {
    const failed = (error: unknown): void => {
      const fields = { jobId: terms.jobId, participantId, type: message.type, error };
      logger.warn(fields, 'a message could not be handed to the transport');
    };
    try {
      void Promise.resolve(send(participantId, message)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** Sends what the phase asks of each participant that is there. */
  function postPhase(recipients: Iterable<string>, isRepeat: boolean): void {
    for (const participantId of recipients) {
      if (!present.has(participantId)) continue;
      const transfer = () => sender.transferTo(participantId);
      const messages = messagesFor({ state: current(), participantId, transfer, isRepeat });
      for (const message of messages) post(participantId, message);
    }
  }

  function noticeOf(closed: ClosedRound, position: number): RoundClosedNotice {
    const payments = closed.survivors.map((participantId) => ({
      participantId,
      key: `${closed.roundId}/${participantId}`,
    }));
    const { rounds } = terms.training;
    return { ...closed, jobId: terms.jobId, closed: position + 1, rounds, payments };
  }

  function queueRoundNotice(closed: ClosedRound, position: number): void {
    const { onRoundClosed } = dependencies;
    if (onRoundClosed === undefined) return;
    notices.add(async () => onRoundClosed(noticeOf(closed, position)));
  }

  function queueCompletion(): void {
    const { onJobCompleted } = dependencies;
    if (onJobCompleted === undefined) return;
    const { modelHash } = current();
    const { jobId } = terms;
    const modelBytes = sender.modelBytes();
    notices.add(async () => onJobCompleted({ jobId, model, modelBytes, modelHash }));
  }

  function currentDeadline(): number | undefined {
    const { round, status } = current();
    if (status !== 'running') return undefined;
    return phaseStartedAt + terms.deadlines[round === undefined ? 'recruit' : round.phase];
  }

  /** Takes every step that is due, each on record before its messages go out. */
  async function advance(): Promise<void> {
    for (;;) {
      const deadline = currentDeadline();
      const isLate = deadline !== undefined && clock.now() >= deadline;
      const step = nextStep(current(), { present, presumed, isLate });
      if (isLate) presumed.clear();
      if (step.kind === 'wait') break;
      const before = current().round;
      if (step.kind === 'record') await journal.record(step.event);
      else if (!(await tryUnmask(step))) break;
      phaseStartedAt = clock.now();
      announce(before?.roundId);
    }
    await notices.deliver();
  }

  async function tryUnmask(
    step: Extract<ReturnType<typeof nextStep>, { kind: 'unmask' }>,
  ): Promise<boolean> {
    const { round, final } = step;
    const { roundId, number, survivors } = round;
    try {
      const result = await closeRound({ suite, terms, round, model, residual, blobs });
      const { modelHash, modelBytes, sumHash, metrics, difference, stored } = result;
      await blobs.put(modelHash, modelBytes);
      if (stored !== undefined) await blobs.put(stored.hash, stored.bytes);
      await journal.record({
        type: 'roundClosed',
        roundId,
        number,
        survivors,
        sumHash,
        modelHash,
        metrics,
        ...(stored === undefined ? {} : { residualHash: stored.hash }),
      });
      model = result.model;
      residual = difference?.residual;
      sender.moveTo({ modelHash, modelBytes, delta: difference?.delta });
    } catch (error) {
      if (!isDdaiError(error, 'SECAGG_UNRECOVERABLE')) throw error;
      logger.warn({ roundId, error }, 'the revealed shares do not recover every mask');
      if (!final) return false;
      const reason = 'SHARES_UNRECOVERABLE';
      await journal.record({ type: 'roundAborted', roundId, number, phase: 'unmask', reason });
    }
    return true;
  }

  /** Tells participants, and queues the notices, of the step just recorded. */
  function announce(roundIdBefore: string | undefined): void {
    const { round, closedRounds, status } = current();
    const { jobId } = terms;
    if (roundIdBefore !== undefined && round === undefined) {
      const closed = closedRounds.at(-1);
      if (closed?.roundId === roundIdBefore) {
        const { roundId, survivors, modelHash } = closed;
        for (const participantId of present)
          post(participantId, { type: 'roundClosed', jobId, roundId, survivors, modelHash });
        queueRoundNotice(closed, closedRounds.length - 1);
      } else {
        const reason = current().lastAbort ?? '';
        const message = { type: 'roundAborted', jobId, roundId: roundIdBefore, reason } as const;
        for (const participantId of present) post(participantId, message);
      }
      return;
    }
    if (status === 'completed') queueCompletion();
    postPhase(round === undefined ? [...present] : expectedOf(round), false);
  }

  /** A failure of log or store in `change` halts the coordinator: its state may be behind the log. */
  async function guard<Result>(change: () => Promise<Result>): Promise<Result> {
    current();
    try {
      return await change();
    } catch (error) {
      halted = true;
      throw error;
    }
  }
  const guarded = <Result>(change: () => Promise<Result>): Promise<Result> =>
    enqueue(() => guard(change));

  async function take(
    participantId: string,
    verdict: Exclude<Verdict, { kind: 'refuse' }>,
  ): Promise<void> {
    let hasJoined = verdict.kind === 'present';
    if (verdict.kind === 'record') {
      if (verdict.blob !== undefined) await blobs.put(verdict.blob.hash, verdict.blob.bytes);
      await journal.record(verdict.event);
      hasJoined = verdict.event.type === 'participantJoined';
    }
    if (verdict.kind === 'record' && verdict.event.type === 'memberLeft')
      sender.forgetAll(participantId);
    if (hasJoined) {
      present.add(participantId);
      presumed.delete(participantId);
      sender.forgetAllButInitial(participantId);
      postPhase([participantId], true);
    }
    await advance();
  }

  async function restore(history: readonly RecordedEvent[]): Promise<void> {
    journal.replay(history);
    for (const participantId of current().participants.keys()) presumed.add(participantId);
    const { modelHash, residualHash } = current();
    if (modelHash === initialHash) return;
    const modelBytes = await readBlob({ suite, blobs, hash: modelHash, what: 'model' });
    const read = parseModel(modelBytes, terms.model);
    if (read === undefined) throw new Error('a recorded model is one of its job');
    model = read;
    sender.moveTo({ modelHash, modelBytes, delta: undefined });
    if (residualHash === undefined) return;
    residual = parseResidual(
      await readBlob({ suite, blobs, hash: residualHash, what: 'residual' }),
      model.weights.length,
    );
  }

  return {
    start: () =>
      enqueue(async () => {
        const { history = [] } = options;
        if (history.length > 0) await restore(history);
        else {
          await blobs.put(initialHash, initialBytes);
          await journal.record({ type: 'jobCreated', terms, modelHash: initialHash });
        }
        current().closedRounds.forEach(queueRoundNotice);
        if (current().status === 'completed') queueCompletion();
        // Phases get their full time again: the dead time was not the participants' fault.
        phaseStartedAt = clock.now();
        await advance();
      }),
    receive: (participantId, message) =>
      enqueue(async () => {
        // Judging changes nothing, so a registry that can't be reached fails this message alone.
        const verdict = await judgeMessage(context, current(), { participantId, message });
        if (verdict.kind === 'refuse') {
          const { code, of } = verdict;
          logger.info({ jobId: terms.jobId, participantId, code, of }, 'refused a message');
          post(participantId, { type: 'refused', jobId: terms.jobId, code, of });
          return { accepted: false, code } as const;
        }
        await guard(() => take(participantId, verdict));
        return { accepted: true } as const;
      }),
    disconnected: (participantId) =>
      guarded(async () => {
        present.delete(participantId);
        presumed.delete(participantId);
        await advance();
      }),
    tick: () => guarded(advance),
    cancel: () =>
      guarded(async () => {
        if (current().status !== 'running') return;
        await journal.record({ type: 'jobFailed', reason: 'CANCELLED' });
        announce(undefined);
      }),
    status: () => {
      const { status, round, closedRounds, participants, modelHash, failure } = current();
      return {
        status,
        phase: status === 'running' ? (round?.phase ?? 'recruiting') : 'ended',
        roundId: round?.roundId,
        closedRounds,
        rounds: terms.training.rounds,
        participants,
        present: [...present].sort(),
        modelHash,
        deadline: currentDeadline(),
        failure,
        bytesPerClientRound,
      };
    },
  };
}
