import { type Clock, DdaiError, type Logger, utf8ToBytes } from '@ddai/core';
import {
  type Coordinator,
  type CryptoSuite,
  createCoordinator,
  type JobStatus,
  type RoundClosedNotice,
} from '@ddai/learning';
import { FRAME_KINDS, type Frame, WORK_CLASSES } from '@ddai/protocol';
import { type Address, isAddressEqual, recoverMessageAddress, toHex } from 'viem';
import type { ContentStore } from '../content/content-store.ts';
import type { UploadStore } from '../content/upload-store.ts';
import type { Database } from '../database/database.ts';
import { uuidToId } from '../database/ids.ts';
import type { NodeDirectory } from '../nodes/node-directory.ts';
import type { NodeSession } from '../nodes/node-session.ts';
import type { VoucherBook } from '../payments/voucher-book.ts';
import { readTrainingMessage, sendTrainingMessage } from './job-link.ts';
import type { JobPlan } from './job-plan.ts';
import { createContentBlobStore, createPostgresEventLog, readJobEvents } from './job-record.ts';

export interface JobRunnerOptions {
  readonly tenantId: string;
  /** UUID. */
  readonly jobId: string;
  readonly payer: Address;
  readonly plan: JobPlan;
}

export interface JobRunnerDependencies {
  readonly database: Database;
  readonly content: ContentStore;
  /** Large messages on their way out; swept when they are old. */
  readonly outbox: ContentStore;
  readonly uploads: UploadStore;
  readonly directory: NodeDirectory;
  readonly voucherBook: VoucherBook;
  readonly suite: CryptoSuite;
  /** The registered signer of an operator, for signatures of participants that are away now. */
  readonly readSigner: (operator: Address) => Promise<Address | undefined>;
  readonly onRoundClosed: (notice: RoundClosedNotice) => void;
  readonly onCompleted: (result: { modelHash: string; modelBytes: Uint8Array }) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface JobRunner {
  /** Handles a training frame of one of its participants. */
  receive(session: NodeSession, frame: Frame): Promise<void>;
  status(): JobStatus;
  /** Nodes that did not take the offer, with the code why. */
  refusals(): ReadonlyMap<string, string>;
  cancel(): Promise<void>;
  /** Stops coordinating here; the log stays and another gateway can go on. */
  stop(): void;
}

const TICK_MILLISECONDS = 200;
/** Connected participants that have not joined are asked again: their reason may have gone. */
const REOFFER_MILLISECONDS = 10_000;
/** A node may have to read its data before it knows whether it fits. */
const OFFER_TIMEOUT_MILLISECONDS = 60_000;

/** Coordinates one job: offers it to its participants, carries messages, promises the pay. */
export async function startJobRunner(
  options: JobRunnerOptions,
  dependencies: JobRunnerDependencies,
): Promise<JobRunner> {
  const { tenantId, jobId, payer, plan } = options;
  const { database, content, outbox, uploads, directory, voucherBook, clock, logger } =
    dependencies;
  const publicId = uuidToId('job', jobId);
  const roster = new Map(plan.roster.map((entry) => [entry.node as string, entry]));
  const signers = new Map<string, Address>();
  const refusals = new Map<string, string>();

  const findSigner = async (participantId: string): Promise<Address | undefined> => {
    const present = directory.get(participantId as Address)?.signer;
    const signer =
      present ??
      signers.get(participantId) ??
      (await dependencies.readSigner(participantId as Address));
    if (signer !== undefined) signers.set(participantId, signer);
    return signer;
  };

  const pay = async (notice: RoundClosedNotice): Promise<void> => {
    await database.asTenant(tenantId, async (tx) => {
      for (const { participantId, key } of notice.payments) {
        const charge = {
          tenantId,
          payer,
          node: participantId as Address,
          workClass: WORK_CLASSES.compute,
        };
        await voucherBook.promise(tx, {
          ...charge,
          reason: `training:${key}`,
          amount: BigInt(plan.rewardPerRound),
        });
      }
    });
    for (const { participantId } of notice.payments)
      void voucherBook.deliver(participantId as Address);
    dependencies.onRoundClosed(notice);
  };

  const coordinator: Coordinator = createCoordinator(
    { terms: plan.terms, history: await readJobEvents(database, { tenantId, jobId }) },
    {
      suite: dependencies.suite,
      clock,
      logger,
      log: createPostgresEventLog(database, { tenantId, jobId }),
      blobs: createContentBlobStore(content),
      verify: async ({ participantId, statement, signature }) => {
        const signer = await findSigner(participantId);
        const recovered = await recoverMessageAddress({
          message: { raw: statement },
          signature: toHex(signature),
        }).catch(() => undefined);
        return signer !== undefined && recovered !== undefined && isAddressEqual(signer, recovered);
      },
      operatorOf: (participantId) => roster.get(participantId)?.organisation,
      send: async (participantId, message) => {
        const session = directory.get(participantId as Address);
        if (session !== undefined)
          await sendTrainingMessage(outbox, session, { jobId: publicId, message });
      },
      onRoundClosed: pay,
      onJobCompleted: ({ modelHash, modelBytes }) =>
        dependencies.onCompleted({ modelHash, modelBytes }),
    },
  );

  /** The job's status while it runs; a coordinator that halted has none to give. */
  const readRunning = (): JobStatus | undefined => {
    try {
      const status = coordinator.status();
      return status.status === 'running' ? status : undefined;
    } catch {
      return undefined;
    }
  };

  const offer = (session: NodeSession): void => {
    const entry = roster.get(session.operator);
    if (entry === undefined || readRunning() === undefined) return;
    const body = {
      jobId: publicId,
      dataset: entry.dataset,
      payer,
      reward: BigInt(plan.rewardPerRound),
    };
    const payload = utf8ToBytes(JSON.stringify(plan.terms));
    session.channel
      .request({ kind: FRAME_KINDS.trainingOffer, body, payload }, OFFER_TIMEOUT_MILLISECONDS)
      .then(
        () => refusals.delete(session.operator),
        (error: unknown) => {
          const code =
            error instanceof DdaiError ? String(error.fields.peerCode ?? error.code) : 'INTERNAL';
          refusals.set(session.operator, code);
          logger.warn(
            { node: session.operator, job: publicId, code, error: String(error) },
            'a node did not take an offer',
          );
        },
      );
  };
  const lose = (session: NodeSession): void => {
    if (!roster.has(session.operator)) return;
    coordinator
      .disconnected(session.operator)
      .catch((error: unknown) => logger.error({ error: String(error) }, 'the coordinator halted'));
  };

  await coordinator.start();
  directory.on('joined', offer);
  directory.on('left', lose);
  for (const { session } of directory.list()) offer(session);
  const reoffer = setInterval(() => {
    const present = readRunning()?.present ?? [];
    for (const { session } of directory.list())
      if (!present.includes(session.operator)) offer(session);
  }, REOFFER_MILLISECONDS);
  const ticker = setInterval(() => {
    coordinator
      .tick()
      .catch((error: unknown) =>
        logger.error({ jobId: publicId, error: String(error) }, 'the coordinator halted'),
      );
  }, TICK_MILLISECONDS);

  return {
    async receive(session, frame) {
      await coordinator.receive(
        session.operator,
        await readTrainingMessage(uploads, session, frame),
      );
    },
    status: () => coordinator.status(),
    refusals: () => refusals,
    cancel: () => coordinator.cancel(),
    stop: () => {
      clearInterval(ticker);
      clearInterval(reoffer);
      directory.off('joined', offer);
      directory.off('left', lose);
    },
  };
}
