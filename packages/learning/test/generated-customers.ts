import { createSeededRandom } from '@ddai/core';
import { parseCsvTable, type RawTable } from '../src/index.ts';

/** The schema of {@link generateCustomers}, as partners would write it. */
export const CUSTOMER_SCHEMA = {
  format: 'ddai-table-1',
  columns: [
    { kind: 'numeric', name: 'tenure', lower: 0, upper: 72, mean: 36, deviation: 20 },
    { kind: 'categorical', name: 'plan', values: ['basic', 'pro'] },
    { kind: 'target', name: 'left', task: 'binary', values: ['no', 'yes'] },
  ],
};

/** A network that can learn who leaves. */
export const CUSTOMER_NETWORK = {
  kind: 'multi-layer-perceptron',
  inputs: 4,
  hidden: [8],
  activation: 'relu',
  normalisation: 'none',
  outputs: 1,
  loss: 'binary-cross-entropy',
};

/** Customers on the basic plan in their first years leave. */
export function generateCustomers(seed: string, rows: number): RawTable {
  const random = createSeededRandom(seed);
  const lines = Array.from({ length: rows }, () => {
    const tenure = Math.floor(random.next() * 73);
    const plan = random.next() < 0.5 ? 'basic' : 'pro';
    return `${tenure},${plan},${plan === 'basic' && tenure < 36 ? 'yes' : 'no'}`;
  });
  return parseCsvTable({ file: 'site.csv', content: `tenure,plan,left\n${lines.join('\n')}\n` });
}
