import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { NodeDirectory } from './nodes/node-directory.ts';

export interface GatewayMetrics {
  readonly registry: Registry;
  readonly requests: Counter<'method' | 'route' | 'status'>;
  readonly requestSeconds: Histogram<'route'>;
  readonly answers: Counter<'route' | 'abstained'>;
  readonly trainingRounds: Counter<'outcome'>;
  readonly audits: Counter<'outcome'>;
  readonly promisedWei: Counter<'work_class'>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Prometheus metrics; names follow its conventions, labels hold no tenant and no secret. */
export function createMetrics(directory: NodeDirectory): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'ddai_gateway_connected_nodes',
    help: 'Nodes with a proven connection',
    registers,
    collect() {
      this.set(directory.list().length);
    },
  });
  return {
    registry,
    requests: new Counter({
      name: 'ddai_gateway_http_requests_total',
      help: 'HTTP requests answered',
      labelNames: ['method', 'route', 'status'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'ddai_gateway_http_request_duration_seconds',
      help: 'Time to the first byte of the answer',
      labelNames: ['route'],
      buckets: SECONDS,
      registers,
    }),
    answers: new Counter({
      name: 'ddai_gateway_answers_total',
      help: 'Questions answered, by route and whether the assistant abstained',
      labelNames: ['route', 'abstained'],
      registers,
    }),
    trainingRounds: new Counter({
      name: 'ddai_gateway_training_rounds_total',
      help: 'Federated rounds, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    audits: new Counter({
      name: 'ddai_gateway_audits_total',
      help: 'Answers of nodes that were run again, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    promisedWei: new Counter({
      name: 'ddai_gateway_promised_wei_total',
      help: 'Wei of DDAI promised to nodes (as a float: for trends, not for accounts)',
      labelNames: ['work_class'],
      registers,
    }),
  };
}
