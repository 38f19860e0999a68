import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  comparePaired,
  createIntentClassifier,
  type IntentClassifier,
  type Interval,
  type PairedComparison,
  parseIntentModel,
  type Ticket,
  trainCentralised,
  wilsonInterval,
} from '@ddai/learning';
import type { Scenario } from './scenario.ts';

export interface Measured {
  readonly accuracy: number;
  readonly interval: Interval;
  readonly tickets: number;
}

export interface CompanyAccuracy {
  readonly name: string;
  readonly federated: Measured;
  /** Trained on this company's tickets alone. */
  readonly local: Measured;
  /** Trained on everybody's tickets in one place: what federated learning avoids. */
  readonly central: Measured;
  /** Federated against local on the same held-out tickets. */
  readonly gain: PairedComparison;
}

export interface AccuracyComparison {
  readonly companies: readonly CompanyAccuracy[];
  readonly overall: Omit<CompanyAccuracy, 'name'>;
}

/** Measures the federated model beside the two alternatives, on tickets that trained none of them. */
export async function compareAccuracy(
  scenario: Scenario,
  model: Uint8Array,
  seed: string,
): Promise<AccuracyComparison> {
  const federated = createIntentClassifier(parseIntentModel(model));
  const ticketsOf = (part: 'train' | 'heldOut'): Ticket[][] =>
    scenario.companies.map(({ sites }) => sites.flatMap((site) => site[part]));
  const [train, heldOut] = [ticketsOf('train'), ticketsOf('heldOut')];
  await nextTurn();
  const central = createIntentClassifier(
    trainCentralised({ tickets: train.flat(), seed, calibrate: false }),
  );
  const hits: { federated: boolean[]; local: boolean[]; central: boolean[] }[] = [];
  for (const [index, tickets] of train.entries()) {
    await nextTurn();
    const local = createIntentClassifier(trainCentralised({ tickets, seed, calibrate: false }));
    const measured = heldOut[index] ?? [];
    hits.push({
      federated: score(federated, measured),
      local: score(local, measured),
      central: score(central, measured),
    });
  }
  const companies = scenario.companies.map(({ name }, index) => ({
    name,
    ...summarise(hits.slice(index, index + 1)),
  }));
  return { companies, overall: summarise(hits) };
}

function score(classifier: IntentClassifier, tickets: readonly Ticket[]): boolean[] {
  return tickets.map(
    ({ text, category }) => classifier.labels[classifier.predict(text)] === category,
  );
}

function summarise(
  hits: readonly { federated: boolean[]; local: boolean[]; central: boolean[] }[],
): Omit<CompanyAccuracy, 'name'> {
  const pool = (kind: 'federated' | 'local' | 'central'): boolean[] =>
    hits.flatMap((company) => company[kind]);
  const [federated, local, central] = [pool('federated'), pool('local'), pool('central')];
  return {
    federated: measure(federated),
    local: measure(local),
    central: measure(central),
    gain: comparePaired(local, federated),
  };
}

function measure(hits: readonly boolean[]): Measured {
  const right = hits.filter(Boolean).length;
  return {
    accuracy: hits.length === 0 ? 0 : right / hits.length,
    interval: wilsonInterval(right, hits.length),
    tickets: hits.length,
  };
}
