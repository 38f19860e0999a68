import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Bar } from './bar.ts';

const SNAPSHOT = fileURLToPath(
  new URL('../../packages/contracts/snapshots/cancun.json', import.meta.url),
);

interface Goal {
  /** As the gas test names it. */
  readonly name: string;
  readonly gas: number;
  /** What a peer's code measured for the same step, where one does it. */
  readonly peer?: { readonly name: string; readonly value: number };
}

const GOALS: readonly Goal[] = [
  { name: 'stake', gas: 125_000 },
  { name: 'stake, first', gas: 160_000 },
  { name: 'thaw', gas: 110_000, peer: { name: 'The Graph Horizon', value: 231_000 } },
  { name: 'collect, repeated', gas: 100_000, peer: { name: 'The Graph Horizon', value: 186_000 } },
  { name: 'collect, first in an epoch, new node', gas: 135_000 },
  { name: 'collect, first in an epoch', gas: 135_000 },
  { name: 'collect, first in an epoch, in a dispute', gas: 135_000 },
  { name: 'collect, first in an epoch, after a dispute', gas: 135_000 },
  { name: 'collect ten vouchers of one payer', gas: 350_000 },
  { name: 'collect ten vouchers of ten payers', gas: 350_000 },
  { name: 'claim, repeated', gas: 65_000 },
  { name: 'slash', gas: 135_000 },
  { name: 'cast vote, before the quorum', gas: 68_000 },
  { name: 'cast vote', gas: 68_000, peer: { name: 'OpenZeppelin', value: 68_000 } },
];

/** Gas of whole transactions, as `npm run contracts:test` measured and checks them (forge --isolate, cancun). */
export function benchGas(): Bar[] {
  const snapshot = JSON.parse(readFileSync(SNAPSHOT, 'utf8')) as Record<string, string>;
  return GOALS.map(({ name, gas, peer }) => ({
    name,
    value: Number(snapshot[name]),
    unit: 'gas',
    bound: { atMost: gas },
    ...(peer === undefined ? {} : { reference: peer }),
  }));
}
