import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createSeededRandom, systemClock, systemRandomBytes } from '@ddai/core';
import {
  areaUnderCurve,
  type Coordinator,
  type CoordinatorMessage,
  createCoordinator,
  createJobTerms,
  createMemoryJobRecord,
  createMemoryParticipantStore,
  createParticipant,
  createTrainer,
  createWasmKernel,
  encodeTable,
  type JobTerms,
  type Kernel,
  nodeCryptoSuite,
  parseCsvTable,
  parseTableNetwork,
  parseTableSchema,
  type RawTable,
  scorePositives,
  suggestTableSettings,
  type TableSchema,
} from '@ddai/learning';
import { decodeCbor, encodeCbor } from '@ddai/protocol';
import { WebSocket, WebSocketServer } from 'ws';
import type { Bar } from './bar.ts';
import { findData } from './bench-data.ts';

const CLIENTS = 10;
const ROWS = 500;
const ROUNDS = 10;
const SEED = 'sockets';
/** DISCO (tfjs) with 10,857 parameters, 10 clients and 10 rounds on a machine like this one. */
const DISCO = { roundsPerSecond: 0.073, bytesPerClientRound: 91_584 } as const;
const SCHEMA = new URL('../../examples/tables/telco-churn.schema.json', import.meta.url);

interface Site {
  readonly name: string;
  readonly table: RawTable;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/**
 * Ten participants of 500 telco rows each train a perceptron of 10,857 parameters for ten rounds over
 * real WebSockets, under secure aggregation, with signatures, and compression both ways.
 */
export async function benchSockets(dataDirectory: string): Promise<Bar[]> {
  const path = findData(dataDirectory, 'telco-churn/Telco-Customer-Churn.csv');
  const schema = parseTableSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')));
  const table = shuffled(parseCsvTable({ file: path, content: readFileSync(path) }));
  const sites = Array.from(
    { length: CLIENTS },
    (_, i): Site => ({
      name: `site-${i}`,
      table: rowsOf(table, i * ROWS, (i + 1) * ROWS),
      ...generateKeyPairSync('ed25519'),
    }),
  );
  const terms = termsOf(schema, sites);
  const kernel = await createWasmKernel();
  const { seconds, bytes, weights } = await runOverSockets(terms, sites, kernel);
  if (terms.model.kind !== 'table') throw new Error('the terms are of a table');
  const trainer = createTrainer(terms.model.network, kernel);
  const rest = encodeTable(rowsOf(table, CLIENTS * ROWS, table.rows), schema);
  const auc = areaUnderCurve(scorePositives({ trainer, weights, data: rest }), rest.targets);
  return [
    {
      name: `${trainer.parameters} parameters, 10 clients of 500 rows, secure, real sockets`,
      value: ROUNDS / seconds,
      unit: 'rounds/s',
      bound: { atLeast: 20 * DISCO.roundsPerSecond },
      reference: { name: 'DISCO (tfjs)', value: DISCO.roundsPerSecond },
    },
    {
      name: 'bytes on the socket, both ways, everything counted',
      value: bytes / CLIENTS / ROUNDS,
      unit: 'bytes/client-round',
      bound: { atMost: 0.25 * DISCO.bytesPerClientRound },
      reference: { name: 'DISCO (tfjs)', value: DISCO.bytesPerClientRound },
    },
    {
      name: 'AUC on the 2,043 rows of nobody',
      value: auc,
      unit: '',
      bound: { atLeast: 0.82 },
    },
  ];
}

function termsOf(schema: TableSchema, sites: readonly Site[]): JobTerms {
  const head = { outputs: 1, loss: 'binary-cross-entropy' };
  const shape = {
    kind: 'multi-layer-perceptron',
    inputs: 75,
    hidden: [84, 52],
    activation: 'relu',
  };
  const network = parseTableNetwork({ ...shape, normalisation: 'none', ...head }, schema);
  const { aggregation } = suggestTableSettings({
    participants: CLIENTS,
    examples: CLIENTS * ROWS,
  });
  return createJobTerms({
    jobId: SEED,
    table: { schema, network },
    operators: sites.map(({ name }) => name),
    participants: sites.length,
    aggregation: { ...aggregation, bits: 3 },
    training: { rounds: ROUNDS, epochs: 2, learningRate: 0.1, batchSize: 16 },
  });
}

async function runOverSockets(
  terms: JobTerms,
  sites: readonly Site[],
  kernel: Kernel,
): Promise<{
  readonly seconds: number;
  readonly bytes: number;
  readonly weights: Float32Array;
}> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets = new Map<string, WebSocket>();
  const keys = new Map(sites.map(({ name, publicKey }) => [name, publicKey]));
  const identity = {
    verify: ({ participantId, statement, signature }: Signed) => {
      const key = keys.get(participantId);
      return key !== undefined && verify(null, statement, key, signature);
    },
    operatorOf: (participantId: string) => participantId,
  };
  let bytes = 0;
  const record = createMemoryJobRecord();
  let finish: (weights: Float32Array) => void = () => undefined;
  const finished = new Promise<Float32Array>((resolve) => {
    finish = resolve;
  });
  const coordinator: Coordinator = createCoordinator(
    { terms },
    {
      ...identity,
      suite: nodeCryptoSuite,
      clock: systemClock,
      log: record,
      blobs: record.blobs,
      send: (to, message: CoordinatorMessage) => {
        const frame = encodeCbor(message);
        bytes += frame.length;
        sockets.get(to)?.send(frame);
      },
      onJobCompleted: ({ model }) => finish(model.weights),
    },
  );
  server.on('connection', (socket, request) => {
    const name = (request.url ?? '').slice(1);
    sockets.set(name, socket);
    socket.on('message', (frame: Buffer) => {
      bytes += frame.length;
      void coordinator.receive(name, decodeCbor(frame));
    });
  });
  await coordinator.start();
  const clients = await Promise.all(sites.map((site) => connect(site, port)));
  const started = performance.now();
  for (const [i, site] of sites.entries()) {
    const socket = clients[i] as WebSocket;
    const participant = createParticipant(
      { participantId: site.name, operator: site.name, terms, train: site.table },
      {
        ...identity,
        suite: nodeCryptoSuite,
        kernel,
        randomBytes: systemRandomBytes,
        store: createMemoryParticipantStore(),
        sign: async (statement) => sign(null, statement, site.privateKey),
        send: (message) => socket.send(encodeCbor(message)),
      },
    );
    socket.on('message', (frame: Buffer) => void participant.receive(decodeCbor(frame)));
    await participant.join();
  }
  const weights = await finished;
  const seconds = (performance.now() - started) / 1000;
  for (const client of clients) client.close();
  server.close();
  return { seconds, bytes, weights };
}

interface Signed {
  readonly participantId: string;
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
}

async function connect({ name }: Site, port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${name}`, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

function shuffled(table: RawTable): RawTable {
  const order = createSeededRandom(SEED).shuffle(Array.from({ length: table.rows }, (_, i) => i));
  return pick(table, order);
}

function rowsOf(table: RawTable, from: number, until: number): RawTable {
  return pick(
    table,
    Array.from({ length: until - from }, (_, i) => from + i),
  );
}

function pick({ file, columns }: RawTable, rows: readonly number[]): RawTable {
  const picked = [...columns].map(
    ([name, cells]) => [name, rows.map((row) => cells[row])] as const,
  );
  return { file, rows: rows.length, columns: new Map(picked) };
}
