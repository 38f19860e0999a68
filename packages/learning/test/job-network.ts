import {
  type Clock,
  concatBytes,
  equalBytes,
  systemRandomBytes,
  toMillis,
  utf8ToBytes,
} from '@ddai/core';
import {
  type BlobStore,
  type Coordinator,
  type CoordinatorMessage,
  createCoordinator,
  createJobTerms,
  createMemoryParticipantStore,
  createParticipant,
  DEFAULT_FEATURISER,
  type JobModel,
  type JobTerms,
  type JobTermsInput,
  type LocalExamples,
  nodeCryptoSuite,
  type Participant,
  type ParticipantMessage,
  type ParticipantStore,
  partitionTickets,
  type RecordedEvent,
  type RoundClosedNotice,
  type Ticket,
} from '../src/index.ts';
import { generateTickets } from './generated-tickets.ts';

const suite = nodeCryptoSuite;
const signature = (participantId: string, statement: Uint8Array): Uint8Array =>
  suite.sha256(concatBytes(utf8ToBytes(`test-key/${participantId}/`), statement));

/** Verifies the signatures of test participants. */
export const verify = (input: {
  readonly participantId: string;
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
}): boolean => equalBytes(input.signature, signature(input.participantId, input.statement));

/** Thrown by a log that stands for a process that was killed. */
class Killed extends Error {}

/** Six sites of three operators, each with tickets, and a coordinator, over queues in memory. */
export interface JobNetwork {
  readonly terms: JobTerms;
  readonly names: readonly string[];
  readonly events: RecordedEvent[];
  readonly blobs: BlobStore & { readonly map: Map<string, Uint8Array> };
  readonly notices: RoundClosedNotice[];
  readonly stores: Map<string, ParticipantStore>;
  readonly refusals: string[];
  readonly completed: { readonly model: JobModel; readonly modelHash: string }[];
  readonly coordinator: () => Coordinator;
  /** Every message that went to the coordinator, for replays. */
  readonly toCoordinator: { readonly from: string; readonly message: ParticipantMessage }[];
  readonly toParticipants: { readonly to: string; readonly message: CoordinatorMessage }[];
  /** Drops or replaces messages on their way; undefined drops. */
  tamper: {
    up?: (from: string, message: ParticipantMessage) => ParticipantMessage | undefined;
    down?: (to: string, message: CoordinatorMessage) => CoordinatorMessage | undefined;
  };
  /** Before (true) or after (false) the event at this index is stored, the process is killed. */
  killAt: { readonly index: number; readonly before: boolean } | undefined;
  /** A new coordinator from the log; everyone connects to it again. */
  startCoordinator(): Promise<void>;
  join(name: string): Promise<void>;
  /** A new process for this participant on the store of the old one. */
  restartParticipant(name: string): Promise<void>;
  disconnect(name: string): Promise<void>;
  /** Delivers until nothing is under way; `until` stops earlier. */
  run(until?: () => boolean): Promise<void>;
  /** Lets the current phase's deadline pass. */
  passDeadline(): Promise<void>;
}

export interface JobNetworkOptions {
  readonly rounds?: number;
  readonly operators?: readonly string[];
  readonly termsInput?: Partial<JobTermsInput>;
  readonly tickets?: readonly Ticket[];
  /** Instead of tickets: what the site of this index holds. */
  readonly examplesOf?: (index: number) => {
    readonly train: LocalExamples;
    readonly heldOut: LocalExamples;
  };
}

const DEFAULT_OPERATORS = ['bank', 'bank', 'telco', 'telco', 'cloud', 'cloud'];

export async function createJobNetwork(options: JobNetworkOptions = {}): Promise<JobNetwork> {
  const operators = options.operators ?? DEFAULT_OPERATORS;
  const names = operators.map((_, i) => `0x${String(i + 1).padStart(40, '0')}`);
  const operatorOf = (participantId: string): string | undefined =>
    operators[names.indexOf(participantId)];
  const tickets = options.tickets ?? generateTickets(24, 'network');
  const parts = partitionTickets({
    tickets,
    participants: names.length,
    partition: { kind: 'iid' },
    seed: 'network',
  });
  const ticketsOf = (index: number): { train: Ticket[]; heldOut: Ticket[] } => ({
    train: parts[index]?.slice(4) ?? [],
    heldOut: parts[index]?.slice(0, 4) ?? [],
  });
  const { examplesOf = ticketsOf } = options;
  const terms = createJobTerms({
    jobId: 'job-1',
    labels: [...new Set(tickets.map(({ category }) => category))].sort(),
    operators: [...new Set(operators)],
    participants: names.length,
    featuriser: { ...DEFAULT_FEATURISER, dimension: 256 },
    training: { rounds: options.rounds ?? 2, epochs: 1, learningRate: 5, batchSize: 8 },
    aggregation: { maxExamples: 40 },
    ...options.termsInput,
  });

  let now = 1_000;
  const clock: Clock = { now: () => toMillis(now) };
  const events: RecordedEvent[] = [];
  const blobMap = new Map<string, Uint8Array>();
  const queue: (() => Promise<void>)[] = [];
  const participants = new Map<string, Participant>();
  const connected = new Set<string>();
  let coordinator: Coordinator | undefined;
  let generation = 0;

  const network: JobNetwork = {
    terms,
    names,
    events,
    blobs: {
      map: blobMap,
      put: (hash, bytes) => {
        blobMap.set(hash, bytes.slice());
        return Promise.resolve();
      },
      get: (hash) => Promise.resolve(blobMap.get(hash)),
    },
    notices: [],
    stores: new Map(names.map((name) => [name, createMemoryParticipantStore()])),
    refusals: [],
    completed: [],
    toCoordinator: [],
    toParticipants: [],
    tamper: {},
    killAt: undefined,
    coordinator: () => coordinator as Coordinator,
    startCoordinator,
    join,
    restartParticipant: async (name) => {
      createParticipantProcess(name);
      await join(name);
    },
    disconnect: async (name) => {
      connected.delete(name);
      await surviving(() => (coordinator as Coordinator).disconnected(name));
    },
    run: async (until = () => false) => {
      while (queue.length > 0 && !until()) await queue.shift()?.();
    },
    passDeadline: async () => {
      now = Math.max(now, (coordinator as Coordinator).status().deadline ?? now);
      await surviving(() => (coordinator as Coordinator).tick());
    },
  };

  /** Does what a supervisor does when the coordinator's process is killed: starts it again. */
  async function surviving(task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      await startCoordinator();
      for (const name of [...connected]) await join(name);
    }
  }

  async function append(recorded: RecordedEvent): Promise<void> {
    const { killAt } = network;
    const isDue = killAt?.index === recorded.index;
    if (isDue) network.killAt = undefined;
    if (isDue && killAt?.before === true) throw new Killed();
    if (recorded.index !== events.length) throw new Error('appended out of turn');
    // Through JSON, as a database would: nothing but JSON values may be in an event.
    events.push(JSON.parse(JSON.stringify(recorded)) as RecordedEvent);
    await Promise.resolve();
    if (isDue) throw new Killed();
  }

  async function startCoordinator(): Promise<void> {
    generation += 1;
    const own = generation;
    // Sockets of the old process are gone, and what was on them.
    queue.length = 0;
    coordinator = createCoordinator(
      { terms, history: [...events] },
      {
        suite,
        clock,
        log: { append },
        blobs: network.blobs,
        verify,
        operatorOf,
        send: (to, sent) => {
          if (own !== generation || !connected.has(to)) return;
          network.toParticipants.push({ to, message: sent });
          if (sent.type === 'refused') network.refusals.push(sent.code);
          const message = network.tamper.down === undefined ? sent : network.tamper.down(to, sent);
          if (message === undefined) return;
          queue.push(async () => {
            await participants.get(to)?.receive(message);
          });
        },
        onRoundClosed: (notice) => {
          network.notices.push(notice);
        },
        onJobCompleted: (result) => {
          network.completed.push(result);
        },
      },
    );
    await surviving(() => (coordinator as Coordinator).start());
  }

  function createParticipantProcess(name: string): void {
    const participant: Participant = createParticipant(
      {
        participantId: name,
        operator: operatorOf(name) ?? '',
        terms,
        ...examplesOf(names.indexOf(name)),
      },
      {
        suite,
        randomBytes: systemRandomBytes,
        store: network.stores.get(name) as ParticipantStore,
        sign: (statement) => Promise.resolve(signature(name, statement)),
        verify,
        operatorOf,
        send: (sent) => {
          if (!connected.has(name) || participants.get(name) !== participant) return;
          network.toCoordinator.push({ from: name, message: sent });
          const message = network.tamper.up === undefined ? sent : network.tamper.up(name, sent);
          if (message === undefined) return;
          queue.push(() => surviving(() => (coordinator as Coordinator).receive(name, message)));
        },
      },
    );
    participants.set(name, participant);
  }

  async function join(name: string): Promise<void> {
    connected.add(name);
    await participants.get(name)?.join();
  }

  for (const name of names) createParticipantProcess(name);
  return network;
}

/** Starts the coordinator, lets everyone join, and runs to the end. */
export async function runWholeJob(network: JobNetwork): Promise<void> {
  await network.startCoordinator();
  for (const name of network.names) await network.join(name);
  await network.run();
}
