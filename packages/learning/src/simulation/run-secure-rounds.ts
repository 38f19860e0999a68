import { concatBytes, equalBytes, type RandomBytes, toMillis, utf8ToBytes } from '@ddai/core';
import { encodedLength } from '../aggregation/update-encoding.ts';
import { learningError } from '../errors.ts';
import { hashSum } from '../job/close-round.ts';
import { createCoordinator } from '../job/coordinator.ts';
import { createMemoryJobRecord } from '../job/event-log.ts';
import type { RoundMetrics } from '../job/job-events.ts';
import { parametersOf } from '../job/job-model.ts';
import type { JobTerms } from '../job/job-terms.ts';
import { createParticipant, type Participant } from '../job/participant.ts';
import { createMemoryParticipantStore } from '../job/participant-store.ts';
import { type IntentModel, parseIntentModel } from '../model/intent-model.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import type { Ticket } from '../tickets/ticket.ts';

/**
 * Runs a job with the real coordinator and participants in one process. Messages are handed over one
 * at a time in the order sent, so the run is deterministic but for the keys. Each participant is its
 * own operator and signs with a hash keyed by its name, which stands for a registered signer: what
 * is measured is aggregation, not identity.
 *
 * @throws {DdaiError} `SECAGG_UNRECOVERABLE` at the first sum that differs from the plain one.
 */
export async function runSecureRounds(options: {
  readonly suite: CryptoSuite;
  readonly randomBytes: RandomBytes;
  readonly terms: JobTerms;
  readonly parts: readonly (readonly Ticket[])[];
  readonly names: readonly string[];
  readonly onRound: (model: IntentModel, metrics: RoundMetrics) => void;
  readonly pause?: () => Promise<void>;
}): Promise<{
  readonly model: IntentModel;
  readonly uploadBytes: number;
  readonly downloadBytes: number;
  readonly equalSums: number;
}> {
  const { suite, randomBytes, terms, parts, names, onRound, pause } = options;
  const { modulusBits, bits } = terms.aggregation;
  const plain = new Uint32Array(encodedLength(parametersOf(terms.model), bits));
  const record = createMemoryJobRecord();
  // Uploads are of no use once their round has closed: memory stays that of one round.
  const blobs = new Map<string, Uint8Array>();
  const inbox: (() => Promise<void>)[] = [];
  const seal = (participantId: string, statement: Uint8Array): Uint8Array =>
    suite.sha256(concatBytes(utf8ToBytes(`simulated-signer/${participantId}\n`), statement));
  const identity = {
    verify: ({ participantId, statement, signature }: SignedStatement) =>
      equalBytes(signature, seal(participantId, statement)),
    operatorOf: (participantId: string) => participantId,
  };
  let model: IntentModel | undefined;
  let sent = 0;
  let received = 0;
  let equalSums = 0;

  const participants = new Map<string, Participant>();
  const coordinator = createCoordinator(
    { terms },
    {
      suite,
      ...identity,
      // Nobody is slow here, so no deadline is ever near.
      clock: { now: () => toMillis(0) },
      log: record,
      blobs: {
        put: (hash, bytes) => Promise.resolve(void blobs.set(hash, bytes)),
        get: (hash) => Promise.resolve(blobs.get(hash)),
      },
      send: (participantId, message) => {
        received += bytesOf(message);
        inbox.push(async () => void (await participants.get(participantId)?.receive(message)));
      },
      onEvent: ({ event }) => {
        if (event.type !== 'roundClosed') return;
        for (const hash of blobs.keys()) if (hash !== event.modelHash) blobs.delete(hash);
        if (event.sumHash !== hashSum(suite, plain, modulusBits)) throw differs(event.roundId);
        plain.fill(0);
        equalSums += 1;
      },
      onRoundClosed: ({ modelHash, metrics }) => {
        model = parseIntentModel(blobs.get(modelHash) ?? new Uint8Array());
        onRound(model, metrics);
      },
    },
  );
  await coordinator.start();
  for (const [i, participantId] of names.entries()) {
    const participant = createParticipant(
      { participantId, operator: participantId, terms, train: parts[i] ?? [] },
      {
        suite,
        randomBytes,
        ...identity,
        store: createMemoryParticipantStore(),
        sign: (statement) => Promise.resolve(seal(participantId, statement)),
        send: (message) => {
          sent += bytesOf(message);
          inbox.push(async () => void (await coordinator.receive(participantId, message)));
        },
        onEncoded: (_roundId, coordinates) => {
          for (let c = 0; c < plain.length; c++) {
            plain[c] = (plain[c] as number) + (coordinates[c] as number);
          }
        },
        ...(pause === undefined ? {} : { pause }),
      },
    );
    participants.set(participantId, participant);
    await participant.join();
  }
  for (let next = inbox.shift(); next !== undefined; next = inbox.shift()) await next();
  const { status, closedRounds } = coordinator.status();
  if (model === undefined || status !== 'completed')
    throw differs(closedRounds.at(-1)?.roundId ?? '');
  const clientRounds = names.length * closedRounds.length;
  return {
    model,
    uploadBytes: sent / clientRounds,
    downloadBytes: received / clientRounds,
    equalSums,
  };
}

interface SignedStatement {
  readonly participantId: string;
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
}

/** Bytes of a message as a binary encoding carries it: its byte strings, texts and 8 a number. */
function bytesOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce((total: number, member) => total + bytesOf(member), 0);
}

function differs(roundId: string): Error {
  return learningError({
    code: 'SECAGG_UNRECOVERABLE',
    message: `${roundId}: the unmasked sum is not the plain modular sum`,
    fields: { roundId },
  });
}
