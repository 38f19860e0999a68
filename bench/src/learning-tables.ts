import { readFileSync } from 'node:fs';
import { createSeededRandom } from '@ddai/core';
import {
  areaUnderCurve,
  createInlinePool,
  createPopulationTrainer,
  createPopulationWorker,
  createWasmKernel,
  type DenseExamples,
  encodeTable,
  featureWidth,
  type LocalTraining,
  type ModelSpec,
  parseCsvTable,
  parseTableSchema,
  scorePositives,
  selectExamples,
  simulatePopulation,
} from '@ddai/learning';
import type { Bar } from './bar.ts';
import { findData } from './bench-data.ts';

const FOLDS = 5;
const FOLD_SEED = 'telco-folds-1';
const PARTICIPANTS = 10;
/**
 * The best of 22 settings by five inner folds over the rows outside fold 0: rates from 0.05 to 0.5,
 * batches of 32 to 128, 20 to 100 rounds, with and without weight decay and server momentum.
 */
const SETTINGS = {
  logistic: {
    rounds: 100,
    training: {
      epochs: 2,
      batchSize: 128,
      learningRate: 0.3,
      optimiser: 'sgd',
      weightDecay: 1e-4,
    },
  },
  perceptron: {
    rounds: 60,
    training: {
      epochs: 1,
      batchSize: 32,
      learningRate: 0.1,
      optimiser: 'sgd',
      weightDecay: 1e-4,
    },
  },
} as const;
/** IBM's churn table scores .84 to .85 for logistic models wherever it is published. */
const LEAST_AUC = 0.845;

const SCHEMA = new URL('../../examples/tables/telco-churn.schema.json', import.meta.url);

/**
 * Churn in IBM's telco table: mean AUC over five folds, whose seed is fixed, of logistic regression
 * and of a perceptron trained by ten participants, beside the same model trained in one place.
 */
export async function benchLearningTables(dataDirectory: string): Promise<Bar[]> {
  const path = findData(dataDirectory, 'telco-churn/Telco-Customer-Churn.csv');
  const schema = parseTableSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')));
  const table = parseCsvTable({ file: path, content: readFileSync(path) });
  const examples = encodeTable(table, schema);
  const inputs = featureWidth(schema);
  const head = { outputs: 1, loss: 'binary-cross-entropy' } as const;
  const logistic: ModelSpec = { kind: 'linear', inputs, ...head };
  const perceptron: ModelSpec = {
    kind: 'multi-layer-perceptron',
    inputs,
    hidden: [32],
    activation: 'tanh',
    normalisation: 'none',
    ...head,
  };
  const bars: Bar[] = [];
  for (const [name, spec] of [
    ['logistic', logistic],
    ['perceptron', perceptron],
  ] as const) {
    const settings = SETTINGS[name];
    const central = await meanAuc({
      examples,
      spec,
      participants: 1,
      partition: 'iid',
      settings,
    });
    for (const partition of ['iid', 'dirichlet'] as const) {
      const federated = await meanAuc({
        examples,
        spec,
        participants: PARTICIPANTS,
        partition,
        settings,
      });
      const isBar = partition === 'iid';
      bars.push({
        name: `telco churn, ${name}, ${partition === 'iid' ? 'IID' : 'Dirichlet 0.5'}, ${PARTICIPANTS} participants`,
        value: federated,
        unit: `AUC, mean of ${FOLDS} folds`,
        bound: { atLeast: isBar ? LEAST_AUC : central - 0.01 },
        reference: { name: 'in one place', value: central },
      });
    }
  }
  return bars;
}

async function meanAuc(run: {
  readonly examples: DenseExamples;
  readonly spec: ModelSpec;
  readonly participants: number;
  readonly partition: 'iid' | 'dirichlet';
  readonly settings: { readonly rounds: number; readonly training: LocalTraining };
}): Promise<number> {
  const { examples, spec, participants, partition, settings } = run;
  const kernel = await createWasmKernel();
  const trainer = createPopulationTrainer(spec, kernel);
  const order = Array.from({ length: examples.targets.length }, (_, row) => row);
  createSeededRandom(FOLD_SEED).shuffle(order);
  let total = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const test = selectExamples(
      examples,
      order.filter((_, i) => i % FOLDS === fold),
    );
    const train = selectExamples(
      examples,
      order.filter((_, i) => i % FOLDS !== fold),
    );
    const { weights } = await simulatePopulation(
      {
        train,
        test,
        classes: 2,
        spec,
        participants,
        cohort: participants,
        partition: partition === 'iid' ? { kind: 'iid' } : { kind: 'dirichlet', alpha: 0.5 },
        ...settings,
        strategy: { name: 'fedavg', settings: {} },
        seed: `fold-${fold}`,
      },
      {
        kernel,
        workers: 1,
        openPool: async (thread) => ({
          ...createInlinePool(createPopulationWorker(thread, kernel)),
          close: async () => undefined,
        }),
      },
    );
    total += areaUnderCurve(scorePositives({ trainer, weights, data: test }), test.targets);
  }
  return total / FOLDS;
}
