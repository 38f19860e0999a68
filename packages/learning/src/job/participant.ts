import { bytesToHex, isDdaiError, type Logger, type RandomBytes, silentLogger } from '@ddai/core';
import { packBits } from '../aggregation/bit-packing.ts';
import { learningError } from '../errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import { maskUpdate } from '../secure/mask-update.ts';
import { createRoundSecrets, publicKeysOf } from '../secure/round-keys.ts';
import { type HeldShares, openShares, sealShares } from '../secure/secret-shares.ts';
import { assertAgreed, assertCohort, assertSubset, cohortFingerprint } from './check-cohort.ts';
import { checkData, countProblems, type DataProblem } from './check-data.ts';
import type { OperatorOf } from './coordinator-intake.ts';
import { type JobModel, parametersOf } from './job-model.ts';
import { roundIdOf } from './job-state.ts';
import { hashJobTerms, type JobTerms, parseJobTerms } from './job-terms.ts';
import { createLocalLearner, type LocalExamples, type LocalLearner } from './local-learner.ts';
import { computeLocalUpdate } from './local-update.ts';
import type { CoordinatorMessage, Member, ParticipantMessage } from './messages.ts';
import { createHeldModel, hasModelDeltas } from './model-transfer.ts';
import { parseCoordinatorMessage } from './parse-messages.ts';
import { createParticipantJournal, replayed } from './participant-journal.ts';
import { createParticipantResidual } from './participant-residual.ts';
import type { ParticipantStore } from './participant-store.ts';
import { maxModelLength } from './payload-sizes.ts';
import { createSerialQueue } from './serial-queue.ts';
import {
  advertStatement,
  joinStatement,
  type RevealedShare,
  revealStatement,
  type Sign,
  survivorsStatement,
  uploadStatement,
  type VerifySignature,
} from './statements.ts';

export interface ParticipantOptions {
  readonly participantId: string;
  /** Under which this participant is registered. */
  readonly operator: string;
  /** As agreed with the owner of the data; never as a coordinator may later claim. */
  readonly terms: JobTerms;
  /** Tickets or a table, as the terms' model asks. */
  readonly train: LocalExamples;
  /** Measures the incoming models; never trained on. */
  readonly heldOut?: LocalExamples;
}

export interface ParticipantDependencies {
  readonly suite: CryptoSuite;
  readonly randomBytes: RandomBytes;
  readonly store: ParticipantStore;
  readonly sign: Sign;
  readonly verify: VerifySignature;
  readonly operatorOf: OperatorOf;
  readonly send: (message: ParticipantMessage) => Promise<void> | void;
  /** Computes the networks of tables; default plain TypeScript, which is slow. */
  readonly kernel?: Kernel;
  /** Awaited between local epochs, so that sockets are served meanwhile. */
  readonly pause?: () => Promise<void>;
  /** Told when a round closed, and whether this participant's update is in it. */
  readonly onRoundClosed?: (notice: {
    readonly roundId: string;
    readonly included: boolean;
    readonly modelHash: string;
  }) => void;
  /** Told of the finished model, after its hash was checked. */
  readonly onJobCompleted?: (model: JobModel, modelHash: string) => void;
  /** Told that the job ended without a model. */
  readonly onJobFailed?: () => void;
  /** Told of the encoded update before it is masked: simulations compare sums with it. */
  readonly onEncoded?: (roundId: string, coordinates: Uint32Array) => void;
  readonly logger?: Logger;
}

/** What became of a message. */
export type Handled =
  | { readonly handled: true }
  | { readonly handled: false; readonly code: string };

/**
 * Takes part in one job beside its data. What must not change when asked twice (keys, sealed shares,
 * the masked upload, the survivor set that was signed) is in the store before it is sent, so a
 * restarted participant goes on where it was and re-sends the same bytes. It checks every claim of
 * the coordinator and leaves a round that does not hold.
 */
export interface Participant {
  /**
   * Checks the data and joins; call it again after every reconnect.
   * @returns what of the data does not fit; empty when it joined. Names stay here: the coordinator
   * receives codes and counts.
   */
  join(): Promise<readonly DataProblem[]>;
  receive(message: unknown): Promise<Handled>;
}

/** @throws {DdaiError} as {@link parseJobTerms}. */
export function createParticipant(
  options: ParticipantOptions,
  dependencies: ParticipantDependencies,
): Participant {
  const { participantId: own, operator } = options;
  const { suite, sign, verify, operatorOf, send, logger = silentLogger } = dependencies;
  const terms = parseJobTerms(options.terms);
  const { jobId } = terms;
  const termsHash = hashJobTerms(suite, terms);
  const limits = { maxPayloadBytes: maxModelLength(terms), mayDiffer: hasModelDeltas(terms) };
  const enqueue = createSerialQueue();
  const { maxReruns } = terms;
  const { store } = dependencies;
  const journal = createParticipantJournal({ store, jobId, maxReruns });
  const parameters = parametersOf(terms.model);
  const residuals = createParticipantResidual({ store, jobId, parameters });
  const hasFeedback = terms.aggregation.errorFeedback === true;
  const heldModel = createHeldModel({ suite, terms, maxBytes: limits.maxPayloadBytes });
  let learner: LocalLearner | undefined;
  /** The encoded update of a round and the cohort it was made for; lost in a restart, made again. */
  let prepared:
    | {
        readonly roundId: string;
        readonly coordinates: Uint32Array;
        readonly residual: Float32Array | undefined;
        readonly members: readonly Member[];
      }
    | undefined;

  async function eraseRound(): Promise<void> {
    prepared = undefined;
    await journal.eraseRound();
  }

  async function advertise(roundId: string, number: number): Promise<void> {
    if (roundId !== roundIdOf(jobId, number)) throw replayed(roundId);
    const highest = await journal.highestRound();
    if (number < highest) throw replayed(roundId);
    let secrets = createRoundSecrets(dependencies.randomBytes);
    if (number === highest) {
      // Asked again: the same keys, or none if this round was erased.
      secrets = (await journal.loadRound(roundId)).secrets;
    } else {
      prepared = undefined;
      // Had the last update reached its sum, word of it would have come before this round's.
      await residuals.restore();
      await journal.beginRound({ roundId, number, secrets });
    }
    const publicKeys = publicKeysOf(suite, secrets);
    const statement = advertStatement({
      roundId,
      termsHash,
      participantId: own,
      operator,
      keys: publicKeys,
    });
    const signature = await sign(statement);
    await send({ type: 'keyAdvert', jobId, roundId, ...publicKeys, signature });
  }

  async function takeCohort(
    message: Extract<CoordinatorMessage, { type: 'cohort' }>,
  ): Promise<void> {
    const { roundId, members, modelHash } = message;
    let round = await journal.loadRound(roundId);
    if (round.sealing === undefined) {
      const ownKeys = publicKeysOf(suite, round.secrets);
      await assertCohort({ terms, termsHash, roundId, own, ownKeys, members, verify, operatorOf });
      await journal.assertMayUnmask(roundId, modelHash);
      const { secrets } = round;
      const { threshold } = terms.secureAggregation;
      const shared = await sealShares({ suite, roundId, own, secrets, threshold, members });
      const { sealed, own: ownShares } = shared;
      const cohort = cohortFingerprint(members);
      round = { ...round, sealing: { cohort, modelHash, sealed, ownShares } };
      await journal.saveRound(round);
    }
    const { sealing } = round;
    if (sealing?.cohort !== cohortFingerprint(members) || sealing.modelHash !== modelHash) {
      const text = `${roundId}: a second cohort or model for one round`;
      throw learningError({ code: 'SECAGG_PEER_INVALID', message: text });
    }
    await send({ type: 'sealedShares', jobId, roundId, shares: sealing.sealed });
    const model = heldModel.take(message);
    if (prepared?.roundId === roundId || round.upload !== undefined) return;
    const { pause, kernel } = dependencies;
    const { train, heldOut } = options;
    learner ??= createLocalLearner({ terms, train, heldOut, kernel });
    const { coordinates, clipped, residual } = await computeLocalUpdate({
      terms,
      roundNumber: round.number,
      participantId: own,
      weights: model.weights,
      learner,
      residual: hasFeedback ? await residuals.load() : undefined,
      ...(pause === undefined ? {} : { pause }),
    });
    if (clipped > 0) logger.warn({ roundId, clipped }, 'coordinates of the update were clipped');
    dependencies.onEncoded?.(roundId, coordinates);
    prepared = { roundId, coordinates, residual, members };
  }

  async function upload(
    message: Extract<CoordinatorMessage, { type: 'deliverShares' }>,
  ): Promise<void> {
    const { roundId, sharers, shares } = message;
    const round = await journal.loadRound(roundId);
    if (round.upload !== undefined) {
      if (round.upload.sharers.join() !== sharers.join()) throw replayed(roundId);
      const payload = await journal.loadUpload();
      if (payload === undefined) throw replayed(roundId);
      const { signature } = round.upload;
      await send({ type: 'maskedUpdate', jobId, roundId, payload, signature });
      return;
    }
    if (prepared?.roundId !== roundId || round.sealing === undefined) throw replayed(roundId);
    const { members, coordinates, residual } = prepared;
    assertSubset({ terms, roundId, own, members, subset: sharers });
    const { secrets, sealing } = round;
    const peers = members.filter(
      (m) => m.participantId !== own && sharers.includes(m.participantId),
    );
    const held: Record<string, HeldShares> = { [own]: sealing.ownShares };
    const { channelSecret } = secrets;
    for (const { participantId: from, channelKey: peerKey } of peers) {
      const ciphertext =
        shares.find((share) => share.from === from)?.ciphertext ?? new Uint8Array();
      held[from] = openShares({
        suite,
        roundId,
        channelSecret,
        peerKey,
        from,
        to: own,
        ciphertext,
      });
    }
    const { modulusBits } = terms.aggregation;
    maskUpdate({ suite, roundId, own, secrets, peers, coordinates, modulusBits });
    const payload = packBits(coordinates, modulusBits);
    // The plain update exists no longer; from here only these masked bytes are ever sent.
    prepared = undefined;
    const payloadHash = bytesToHex(suite.sha256(payload));
    const signature = await sign(
      uploadStatement({ roundId, participantId: own, payloadHash, sharers }),
    );
    if (residual !== undefined) await residuals.propose(roundId, residual);
    await journal.saveUpload(payload);
    await journal.saveRound({ ...round, upload: { sharers, held, signature } });
    await send({ type: 'maskedUpdate', jobId, roundId, payload, signature });
  }

  async function signSurvivors(
    message: Extract<CoordinatorMessage, { type: 'proposeSurvivors' }>,
  ): Promise<void> {
    const { roundId, survivors } = message;
    const round = await journal.loadRound(roundId);
    const { upload: uploaded, signedSurvivors, sealing } = round;
    if (uploaded === undefined || sealing === undefined) throw replayed(roundId);
    if (signedSurvivors === undefined) {
      const operators = await operatorsOf(uploaded.sharers);
      assertSubset({ terms, roundId, own, members: operators, subset: survivors });
      await journal.saveRound({ ...round, signedSurvivors: survivors });
    } else if (signedSurvivors.join() !== survivors.join()) throw otherSurvivors(roundId);
    const signature = await sign(survivorsStatement({ roundId, survivors }));
    await send({ type: 'survivorsSignature', jobId, roundId, signature });
  }

  async function reveal(
    message: Extract<CoordinatorMessage, { type: 'requestUnmasking' }>,
  ): Promise<void> {
    const { roundId, survivors, signatures } = message;
    const round = await journal.loadRound(roundId);
    const { upload: uploaded, signedSurvivors, sealing } = round;
    if (uploaded === undefined || sealing === undefined || signedSurvivors === undefined)
      throw replayed(roundId);
    if (signedSurvivors.join() !== survivors.join()) throw otherSurvivors(roundId);
    await assertAgreed({ terms, roundId, survivors, signatures, verify });
    if (round.hasRevealed !== true) {
      await journal.assertMayUnmask(roundId, sealing.modelHash);
      await journal.countReveal(sealing.modelHash);
      await journal.saveRound({ ...round, hasRevealed: true });
    }
    const shares = uploaded.sharers.map((of): RevealedShare => {
      const { seedShare, keyShare } = uploaded.held[of] as HeldShares;
      // One of the two, by the one set that was signed: never both shares of one member.
      return survivors.includes(of)
        ? { of, kind: 'seed', share: seedShare }
        : { of, kind: 'key', share: keyShare };
    });
    const signature = await sign(revealStatement({ roundId, participantId: own, shares }));
    await send({ type: 'revealedShares', jobId, roundId, shares, signature });
  }

  async function operatorsOf(names: readonly string[]): Promise<Member[]> {
    const none = new Uint8Array();
    const members: Member[] = [];
    for (const participantId of names) {
      const known = (await operatorOf(participantId)) ?? '';
      members.push({
        participantId,
        operator: known,
        channelKey: none,
        maskKey: none,
        seedCommitment: none,
        signature: none,
      });
    }
    return members;
  }

  async function finish(roundId: string): Promise<void> {
    await journal.loadRound(roundId);
    await eraseRound();
  }

  async function handle(message: CoordinatorMessage): Promise<void> {
    if (message.jobId !== jobId) throw replayed(message.jobId);
    switch (message.type) {
      case 'openRound':
        return advertise(message.roundId, message.number);
      case 'cohort':
        return takeCohort(message);
      case 'deliverShares':
        return upload(message);
      case 'proposeSurvivors':
        return signSurvivors(message);
      case 'requestUnmasking':
        return reveal(message);
      case 'roundClosed': {
        const { roundId, modelHash, survivors } = message;
        if (hasFeedback && survivors.includes(own)) await residuals.keep(roundId);
        await finish(roundId);
        dependencies.onRoundClosed?.({ roundId, modelHash, included: survivors.includes(own) });
        return;
      }
      case 'roundAborted':
        return finish(message.roundId);
      case 'jobCompleted': {
        await eraseRound();
        await residuals.erase();
        dependencies.onJobCompleted?.(heldModel.take(message), message.modelHash);
        return;
      }
      case 'jobFailed':
        await eraseRound();
        await residuals.erase();
        dependencies.onJobFailed?.();
        return;
      case 'refused':
        logger.info({ jobId, code: message.code, of: message.of }, 'the coordinator refused');
    }
  }

  async function receive(input: unknown): Promise<Handled> {
    let message: CoordinatorMessage | undefined;
    try {
      message = parseCoordinatorMessage(input, limits);
      await handle(message);
      return { handled: true };
    } catch (error) {
      if (!isDdaiError(error) || error.code === 'INVARIANT_BROKEN') throw error;
      const { code } = error;
      logger.warn({ jobId, type: message?.type, error }, 'did not act on a message');
      // A replay concerns no round that this participant is in; anything else ends its part in it.
      if (message !== undefined && 'roundId' in message && code !== 'SECAGG_REPLAYED') {
        await send({ type: 'leaveRound', jobId, roundId: message.roundId, code });
      }
      return { handled: false, code };
    }
  }

  return {
    join: () =>
      enqueue(async () => {
        const problems = checkData(options, terms);
        if (problems.length > 0) {
          await send({ type: 'decline', jobId, problems: countProblems(problems) });
          return problems;
        }
        const statement = joinStatement({ jobId, termsHash, participantId: own, operator });
        await send({ type: 'join', jobId, termsHash, operator, signature: await sign(statement) });
        return [];
      }),
    receive: (message) => enqueue(() => receive(message)),
  };
}

function otherSurvivors(roundId: string): Error {
  return learningError({
    code: 'SECAGG_SURVIVORS_INVALID',
    message: `${roundId}: another survivor set was signed before`,
  });
}
