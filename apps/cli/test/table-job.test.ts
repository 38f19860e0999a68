import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@ddai/core';
import {
  createTrainer,
  createWasmKernel,
  encodeTable,
  parseTableModel,
  parseTableSchema,
} from '@ddai/learning';
import { WORK_CLASSES } from '@ddai/protocol';
import type { NewTrainingJob, TrainingJob } from '@ddai/sdk';
import { createTemporaryDirectory } from '@ddai/testkit';
import { type Address, parseEther } from 'viem';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  CUSTOMER_NETWORK,
  CUSTOMER_SCHEMA,
  generateCustomers,
} from '../../../packages/learning/test/generated-customers.ts';
import {
  startTestGateway,
  type TestGateway,
  type TestTenant,
} from '../../gateway/test/support/test-gateway.ts';
import { runNode } from '../../node/src/run-node.ts';

const SITES = 4;
const ROUNDS = 3;
const REWARD = parseEther('0.1');
const JOB_MILLISECONDS = 90_000;
const folder = createTemporaryDirectory();
const stopping = new AbortController();
const operators: Address[] = [];
const running: Promise<unknown>[] = [];
let gateway: TestGateway;
let tenant: TestTenant;

beforeAll(async () => {
  gateway = await startTestGateway();
  tenant = await gateway.addTenant('quill');
  const nodes = [];
  for (let i = 0; i < SITES; i++) nodes.push(await gateway.chain.addNode([WORK_CLASSES.compute]));
  for (const { operator } of nodes) operators.push(operator);
  const partnersFile = join(folder.path, 'partners.json');
  const partners = Object.fromEntries(operators.map((operator, i) => [operator, `site-${i}`]));
  writeFileSync(partnersFile, JSON.stringify(partners));
  for (const [i, { operator, signer }] of nodes.entries()) {
    running.push(
      runNode(
        {
          directory: join(folder.path, `node-${i}`),
          operator,
          gateways: [gateway.url()],
          servesQueries: false,
          datasets: new Map([
            [
              'customers',
              async () => ({
                train: generateCustomers(`site-${i}`, 60),
                heldOut: generateCustomers(`held-${i}`, 20),
              }),
            ],
          ]),
          partnersFile,
          creditLimit: parseEther('10'),
          minimumPrice: 0n,
          settleMilliseconds: 60_000,
          software: 'ddai-node/test',
        },
        { chain: gateway.chain.client, signer, clock: systemClock, logger: silentLogger },
        stopping.signal,
      ),
    );
  }
  await gateway.waitForNodes(SITES, tenant);
});
afterAll(async () => {
  stopping.abort();
  await Promise.all(running);
  await gateway.stop();
  folder.remove();
});

function jobOf(table: NonNullable<NewTrainingJob['table']>): NewTrainingJob {
  return {
    name: 'churn',
    table,
    participants: operators.map((node, i) => ({
      node,
      organisation: `site-${i}`,
      dataset: 'customers',
    })),
    rounds: ROUNDS,
    epochs: 4,
    learningRate: 0.3,
    batchSize: 8,
    examples: SITES * 60,
    threshold: 3,
    rewardPerRound: REWARD.toString(),
  };
}

describe('a training job over tables', () => {
  it(
    'runs over gateway and nodes, is paid, and gives a model that knows',
    async () => {
      const { id } = await tenant.client.createTrainingJob(
        jobOf({ schema: CUSTOMER_SCHEMA, network: CUSTOMER_NETWORK }),
      );
      const job = await vi.waitFor(
        async (): Promise<TrainingJob> => {
          const now = await tenant.client.readTrainingJob(id);
          expect(now.failure).toBeNull();
          expect(now.state).toBe('completed');
          return now;
        },
        { timeout: JOB_MILLISECONDS, interval: 200 },
      );
      expect(job.progress?.roundMetrics.at(-1)).toMatchObject({
        survivors: SITES,
        heldOut: SITES * 20,
      });

      const { network, weights } = parseTableModel(
        await tenant.client.readModel(job.modelId ?? ''),
      );
      const trainer = createTrainer(network, await createWasmKernel());
      const data = encodeTable(generateCustomers('test', 400), parseTableSchema(CUSTOMER_SCHEMA));
      const { correct, examples } = trainer.evaluate({ weights, data });
      expect(correct / examples).toBeGreaterThan(0.85);
      const { totals } = await tenant.client.readUsage();
      expect(totals).toEqual([
        {
          workClass: 'compute',
          amount: String(REWARD * BigInt(ROUNDS * SITES)),
          charges: ROUNDS * SITES,
        },
      ]);
    },
    2 * JOB_MILLISECONDS,
  );

  it.each([
    [
      'a schema of another format',
      { schema: { ...CUSTOMER_SCHEMA, format: 'csv' }, network: CUSTOMER_NETWORK },
    ],
    [
      'a network of other inputs',
      { schema: CUSTOMER_SCHEMA, network: { ...CUSTOMER_NETWORK, inputs: 3 } },
    ],
    ['absurd widths', { schema: CUSTOMER_SCHEMA, network: { ...CUSTOMER_NETWORK, hidden: [1e9] } }],
  ])('is refused for %s', async (_what, table) => {
    await expect(tenant.client.createTrainingJob(jobOf(table))).rejects.toMatchObject({
      code: 'TRAINING_TERMS_INVALID',
    });
  });

  it('is refused with labels beside the table, and with neither', async () => {
    const table = { schema: CUSTOMER_SCHEMA, network: CUSTOMER_NETWORK };
    for (const labels of [{ table, labels: ['a', 'b'] }, { table: undefined }]) {
      const { table: _table, ...rest } = jobOf(table);
      const request = { ...rest, ...labels } as NewTrainingJob;
      await expect(tenant.client.createTrainingJob(request)).rejects.toMatchObject({
        code: 'TRAINING_TERMS_INVALID',
        message: expect.stringMatching(/either labels .* or table/),
      });
    }
  });
});
