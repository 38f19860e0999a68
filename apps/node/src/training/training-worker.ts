import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ChainClient, readNodeStanding } from '@ddai/chain';
import { bytesToUtf8, type Clock, DdaiError, type Logger, systemRandomBytes } from '@ddai/core';
import {
  type CryptoSuite,
  createParticipant,
  type JobTerms,
  type Kernel,
  type LocalExamples,
  type Participant,
  type ParticipantMessage,
  type ParticipantStore,
  parseJobTerms,
} from '@ddai/learning';
import {
  decodeCbor,
  encodeCbor,
  FRAME_KINDS,
  type Frame,
  type FrameInput,
  INLINE_TRAINING_BYTES,
  parseMessage,
  trainingMessageSchema,
  trainingOfferSchema,
  trainingReferenceSchema,
  WORK_CLASSES,
} from '@ddai/protocol';
import type { FileStore } from '@ddai/storage';
import {
  type Address,
  hexToBytes,
  isAddressEqual,
  type PrivateKeyAccount,
  recoverMessageAddress,
  toHex,
} from 'viem';
import { z } from 'zod';
import type { OfferedWork, VoucherWallet } from '../earnings/voucher-wallet.ts';
import type { GatewayLink } from '../gateway/dial-gateway.ts';
import { fetchContent, uploadContent } from '../gateway/fetch-content.ts';

/** A data set beside this node. Its rows never leave this process. */
export interface Dataset {
  readonly train: LocalExamples;
  readonly heldOut: LocalExamples | undefined;
}

/** Reads a data set as it is now. @throws {DdaiError} `FILE_…`, `TICKETS_…`, `TABLE_…` */
export type OpenDataset = () => Promise<Dataset>;

export interface TrainingWorkerDependencies {
  readonly operator: Address;
  readonly signer: PrivateKeyAccount;
  readonly chain: ChainClient;
  readonly wallet: VoucherWallet;
  readonly datasets: ReadonlyMap<string, OpenDataset>;
  /**
   * Which organisation owns which node, as the owner of the data agreed: operator address to
   * name. Undefined: no one agreed anything, and no job is joined.
   */
  readonly readPartners: () => ReadonlyMap<string, string> | undefined;
  readonly store: FileStore;
  readonly suite: CryptoSuite;
  /** Computes the networks of jobs over tables. */
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface TrainingWorker {
  /** Handles an offer or a message of a job's coordinator. */
  receive(link: GatewayLink, frame: Frame): Promise<FrameInput | undefined>;
}

interface Running {
  readonly participant: Participant;
  /** What one round is paid. */
  readonly round: Omit<OfferedWork, 'gatewaySigner'>;
  /** The gateway that coordinates the job now. */
  link: GatewayLink;
  /** The newest round whose work this node has done. */
  deliveredRound?: string | undefined;
}

/** A partner may rotate its key: the registry is asked again after this. */
const SIGNER_FRESH_MILLISECONDS = 60_000;
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Takes part in the jobs that this node is offered and whose partners its owner agreed to. */
export function createTrainingWorker(dependencies: TrainingWorkerDependencies): TrainingWorker {
  const { operator, signer, chain, wallet, datasets, suite, kernel, clock, logger } = dependencies;
  const jobs = new Map<string, Running>();
  const signers = new Map<string, { signer: Address; readAt: number }>();

  const findSigner = async (participantId: string): Promise<Address | undefined> => {
    const known = signers.get(participantId);
    if (known !== undefined && clock.now() - known.readAt < SIGNER_FRESH_MILLISECONDS)
      return known.signer;
    const { signer: current } = await readNodeStanding(chain, participantId as Address);
    if (current !== undefined) signers.set(participantId, { signer: current, readAt: clock.now() });
    return current;
  };

  const create = (
    link: GatewayLink,
    { terms, dataset, round }: { terms: JobTerms; dataset: Dataset; round: Running['round'] },
  ): Running => {
    const partners = dependencies.readPartners();
    const organisation = partners?.get(operator.toLowerCase());
    if (partners === undefined || organisation === undefined) {
      throw new DdaiError({
        code: 'PARTNERS_NOT_AGREED',
        message: 'the owner of this data has not agreed to any partners',
        remedy: 'Name them in a file with --partners.',
      });
    }
    const running: Running = {
      link,
      round,
      participant: createParticipant(
        {
          participantId: operator,
          operator: organisation,
          terms,
          train: dataset.train,
          ...(dataset.heldOut === undefined ? {} : { heldOut: dataset.heldOut }),
        },
        {
          suite,
          kernel,
          logger,
          randomBytes: systemRandomBytes,
          store: createParticipantStore(dependencies.store),
          sign: async (statement) =>
            hexToBytes(await signer.signMessage({ message: { raw: statement } })),
          verify: async ({ participantId, statement, signature }) => {
            const expected = await findSigner(participantId);
            const recovered = await recoverMessageAddress({
              message: { raw: statement },
              signature: toHex(signature),
            }).catch(() => undefined);
            return (
              expected !== undefined &&
              recovered !== undefined &&
              isAddressEqual(expected, recovered)
            );
          },
          operatorOf: (participantId) => partners.get(participantId.toLowerCase()),
          send: (message) => sendMessage(running.link, terms.jobId, message),
          pause: () => nextTurn(),
          onRoundClosed: ({ roundId, included }) =>
            logger.info({ roundId, included }, 'a round closed'),
          onJobCompleted: (_model, modelHash) => {
            jobs.delete(terms.jobId);
            logger.info({ job: terms.jobId, modelHash }, 'the job is complete');
          },
          onJobFailed: () => jobs.delete(terms.jobId),
        },
      ),
    };
    return running;
  };

  /** Goes on with a job that is under way here; false when there is none. */
  const rejoin = async (link: GatewayLink, jobId: string): Promise<boolean> => {
    const known = jobs.get(jobId);
    if (known === undefined) return false;
    assertSameGateway(known, link);
    known.link = link;
    await known.participant.join();
    return true;
  };

  const takeOffer = async (link: GatewayLink, frame: Frame): Promise<void> => {
    const {
      jobId,
      dataset: name,
      payer,
      reward,
    } = parseMessage('trainingOffer', trainingOfferSchema, frame.body);
    if (await rejoin(link, jobId)) return;
    const open = datasets.get(name);
    if (open === undefined)
      throw new DdaiError({
        code: 'DATASET_UNKNOWN',
        message: `this node has no data set ${name}`,
      });
    const terms = parseJobTerms(JSON.parse(bytesToUtf8(frame.payload)));
    if (terms.jobId !== jobId)
      throw new DdaiError({
        code: 'MESSAGE_INVALID',
        message: 'the offer and its terms name two jobs',
      });
    const round = { payer, workClass: WORK_CLASSES.compute, price: reward };
    await wallet.assertCredit({ ...round, gatewaySigner: link.gateway });
    const dataset = await open().catch((error: unknown) => {
      // The gateway is told the code alone; what is wrong with the file concerns its owner.
      logger.warn({ job: jobId, dataset: name, error }, 'cannot read the data set any more');
      throw error;
    });
    // The same offer may have come again while the data were read.
    if (await rejoin(link, jobId)) return;
    const running = create(link, { terms, dataset, round });
    jobs.set(jobId, running);
    const problems = await running.participant.join();
    if (problems.length > 0)
      logger.warn({ job: jobId, problems }, 'this data does not fit the job; declined');
    else logger.info({ job: jobId, rounds: terms.training.rounds }, 'joined a training job');
  };

  const takeMessage = async (link: GatewayLink, frame: Frame): Promise<void> => {
    const isReference = frame.kind === FRAME_KINDS.trainingReference;
    const reference = isReference
      ? parseMessage('trainingReference', trainingReferenceSchema, frame.body)
      : undefined;
    const { jobId } =
      reference ?? parseMessage('trainingMessage', trainingMessageSchema, frame.body);
    const running = jobs.get(jobId);
    if (running === undefined)
      throw new DdaiError({ code: 'JOB_UNKNOWN', message: 'this node has not joined that job' });
    assertSameGateway(running, link);
    running.link = link;
    const bytes =
      reference === undefined
        ? frame.payload
        : await fetchContent(link, {
            sha256: reference.sha256,
            maxBytes: Math.min(reference.size, MAX_MESSAGE_BYTES),
          });
    const message = decodeCbor(bytes);
    const { type, roundId } = Object(message) as { type?: unknown; roundId?: string };
    const work = { ...running.round, gatewaySigner: link.gateway };
    // Whoever stays out from the beginning costs the others less than one who drops out later.
    if (type === 'openRound') await wallet.assertCredit(work);
    const outcome = await running.participant.receive(message);
    if (!outcome.handled)
      logger.warn({ job: jobId, code: outcome.code }, 'did not act on a coordinator’s message');
    // The last thing asked of it in a round, and before the voucher can come.
    else if (type === 'requestUnmasking' && running.deliveredRound !== roundId) {
      running.deliveredRound = roundId;
      wallet.recordDelivered(work);
    }
  };

  return {
    async receive(link, frame) {
      if (frame.kind !== FRAME_KINDS.trainingOffer) {
        await takeMessage(link, frame);
        return undefined;
      }
      await takeOffer(link, frame);
      return { kind: FRAME_KINDS.trainingOfferTaken };
    },
  };
}

/** A job belongs to the gateway that offered it: another may not take it over by naming its id. */
function assertSameGateway(running: Running, link: GatewayLink): void {
  if (isAddressEqual(running.link.gateway, link.gateway)) return;
  throw new DdaiError({
    code: 'JOB_UNKNOWN',
    message: 'this node has not joined that job through this gateway',
  });
}

async function sendMessage(
  link: GatewayLink,
  jobId: string,
  message: ParticipantMessage,
): Promise<void> {
  const bytes = encodeCbor(message);
  if (bytes.length <= INLINE_TRAINING_BYTES) {
    await link.channel.send({ kind: FRAME_KINDS.trainingMessage, body: { jobId }, payload: bytes });
    return;
  }
  const sha256 = await uploadContent(link, bytes);
  await link.channel.send({
    kind: FRAME_KINDS.trainingReference,
    body: { jobId, sha256, size: bytes.length },
  });
}

/** Store keys of a participant hold a slash, file names don't. */
function createParticipantStore(store: FileStore): ParticipantStore {
  const nameOf = (key: string): string => key.replaceAll('/', '.').replaceAll(':', '_');
  return {
    get: async (key) => store.get(nameOf(key)),
    put: async (key, bytes) => store.put(nameOf(key), bytes),
    delete: async (key) => store.delete(nameOf(key)),
  };
}

const partnersSchema = z.record(
  z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/),
);

/**
 * Reads which organisation owns which node: a JSON object, operator address to name.
 * @throws {DdaiError} `PARTNERS_FILE_INVALID`
 */
export function readPartnersFile(path: string): ReadonlyMap<string, string> {
  try {
    const entries = Object.entries(partnersSchema.parse(JSON.parse(readFileSync(path, 'utf8'))));
    return new Map(entries.map(([address, name]) => [address.toLowerCase(), name]));
  } catch (cause) {
    throw new DdaiError({
      code: 'PARTNERS_FILE_INVALID',
      message: `${path} is no JSON object of operator addresses and organisation names`,
      remedy:
        'Write {"0x…": "name of the organisation", …} with this node’s own operator among them.',
      cause,
    });
  }
}
