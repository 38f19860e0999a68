import { describe, expect, it } from 'vitest';
import {
  COMPRESSED_AGGREGATION,
  createJobTerms,
  createReferenceKernel,
  createTrainer,
  encodeTable,
  hashModelBytes,
  type JobTermsInput,
  nodeCryptoSuite,
  parseCsvTable,
  parseJobTerms,
  parseTableModel,
  parseTableNetwork,
  parseTableSchema,
  serialiseTableModel,
  type TableModel,
  verifyReceipt,
  writeReceipt,
} from '../src/index.ts';
import { CUSTOMER_NETWORK, CUSTOMER_SCHEMA, generateCustomers } from './generated-customers.ts';
import { createJobNetwork, type JobNetwork, runWholeJob, verify } from './job-network.ts';

const schema = parseTableSchema(CUSTOMER_SCHEMA);
const network = parseTableNetwork(CUSTOMER_NETWORK, schema);
const TABLE: Partial<JobTermsInput> = {
  table: { schema, network },
  training: { rounds: 5, epochs: 2, learningRate: 0.3, batchSize: 8 },
  aggregation: { maxExamples: 60, clip: 4 },
};

function openNetwork(termsInput = TABLE): Promise<JobNetwork> {
  return createJobNetwork({
    termsInput,
    examplesOf: (index) => ({
      train: generateCustomers(`train-${index}`, 60),
      heldOut: generateCustomers(`held-out-${index}`, 20),
    }),
  });
}

function accuracyOf({ weights }: { readonly weights: Float32Array }): number {
  const trainer = createTrainer(network, createReferenceKernel());
  const data = encodeTable(generateCustomers('test', 400), schema);
  const { correct, examples } = trainer.evaluate({ weights, data });
  return correct / examples;
}

describe('a job over tables', () => {
  it('trains a network under secure aggregation to what one place would reach', async () => {
    const job = await openNetwork();
    await runWholeJob(job);

    const [completed] = job.completed;
    expect(job.notices).toHaveLength(5);
    expect(job.coordinator().status().closedRounds.at(-1)?.metrics.heldOut).toBe(6 * 20);
    expect(accuracyOf(completed?.model as TableModel)).toBeGreaterThan(0.95);
  });

  it('with compression comes close, in less than a quarter of the bytes of float32', async () => {
    const job = await openNetwork({
      ...TABLE,
      aggregation: { ...TABLE.aggregation, ...COMPRESSED_AGGREGATION },
    });
    await runWholeJob(job);

    expect(accuracyOf(job.completed[0]?.model as TableModel)).toBeGreaterThan(0.9);
    expect(job.terms.aggregation.modulusBits).toBeLessThanOrEqual(8);
    expect(job.toParticipants.some(({ message }) => 'model' in message)).toBe(false);
  });

  it('reaches the bit-identical model when killed before and after its rounds close', async () => {
    const whole = await openNetwork();
    await runWholeJob(whole);
    const closings = whole.events.filter(({ event }) => event.type === 'roundClosed');
    for (const [i, { index }] of closings.entries()) {
      const job = await openNetwork();
      job.killAt = { index, before: i % 2 === 0 };
      await runWholeJob(job);
      expect(job.completed[0]?.modelHash).toBe(whole.completed[0]?.modelHash);
    }
  });

  it('leaves a record that verifies offline', async () => {
    const job = await openNetwork();
    await runWholeJob(job);
    const lines: string[] = [];
    for await (const line of writeReceipt({ events: job.events, blobs: job.blobs }))
      lines.push(line);
    const verdict = await verifyReceipt({ lines, suite: nodeCryptoSuite, verify });
    expect(verdict).toMatchObject({ holds: true, closedRounds: 5 });
  });

  it('is declined by a site whose table does not fit; columns and codes leave, no cell', async () => {
    const job = await createJobNetwork({
      termsInput: TABLE,
      examplesOf: (index) => ({
        train:
          index === 2
            ? parseCsvTable({ file: 'x.csv', content: 'tenure,plan,left\nsecret-cell,pro,no\n' })
            : generateCustomers(`train-${index}`, 60),
        heldOut: generateCustomers(`held-out-${index}`, 20),
      }),
    });
    await job.startCoordinator();
    for (const name of job.names) await job.join(name);

    const [sent] = job.toCoordinator.filter(({ message }) => message.type === 'decline');
    expect(sent?.from).toBe(job.names[2]);
    expect(sent?.message).toMatchObject({
      problems: expect.arrayContaining([{ code: 'DATA_CELL_INVALID', count: 1 }]),
    });
    expect(JSON.stringify(job.toCoordinator)).not.toContain('secret-cell');
  });

  it('is declined by a site that holds tickets', async () => {
    const job = await createJobNetwork({ termsInput: TABLE });
    await job.startCoordinator();
    await job.join(job.names[0] ?? '');
    expect(job.toCoordinator.at(-1)?.message).toMatchObject({
      type: 'decline',
      problems: [{ code: 'DATA_KIND_WRONG', count: 1 }],
    });
  });
});

describe('terms of a job over tables', () => {
  const terms = () =>
    createJobTerms({
      jobId: 'tables',
      operators: ['a', 'b', 'c'],
      participants: 6,
      ...TABLE,
    });

  it('survive JSON', () => {
    expect(parseJobTerms(JSON.parse(JSON.stringify(terms())))).toEqual(terms());
  });

  it.each([
    ['version 1', { version: 1 }, 'TERMS_INVALID'],
    ['another kind of model', { model: { kind: 'forest' } }, 'TERMS_INVALID'],
    [
      'a network of other inputs',
      { model: { kind: 'table', schema, network: { ...network, inputs: 5 } } },
      'MODEL_SPEC_INVALID',
    ],
    [
      'a loss that the target does not have',
      { model: { kind: 'table', schema, network: { ...network, loss: 'squared-error' } } },
      'MODEL_SPEC_INVALID',
    ],
    [
      'two outputs for yes or no',
      { model: { kind: 'table', schema, network: { ...network, outputs: 2 } } },
      'MODEL_SPEC_INVALID',
    ],
    ['no schema', { model: { kind: 'table', network } }, 'TABLE_SCHEMA_INVALID'],
  ])('refuse %s', (_what, change, code) => {
    expect(() => parseJobTerms({ ...terms(), ...change })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe('a table model’s file', () => {
  const model: TableModel = {
    schema,
    network,
    weights: createTrainer(network, createReferenceKernel()).initialise('file'),
  };

  it('comes back bit by bit, under the same hash', () => {
    const bytes = serialiseTableModel(model);
    const read = parseTableModel(bytes);
    expect(read).toEqual(model);
    expect(hashModelBytes(nodeCryptoSuite, serialiseTableModel(read))).toBe(
      hashModelBytes(nodeCryptoSuite, bytes),
    );
  });

  it('with a weight that is not finite is refused', () => {
    const weights = model.weights.slice();
    weights[3] = Number.NaN;
    expect(() => parseTableModel(serialiseTableModel({ ...model, weights }))).toThrow(
      expect.objectContaining({ code: 'MODEL_MALFORMED' }),
    );
  });
});
