import { describe, expect, it } from 'vitest';
import {
  aggregateRound,
  type ClientUpdate,
  createFedAvg,
  createFedBn,
  createFedBuff,
  createFedProx,
  createScaffold,
  type NamedState,
  trainClient,
  withOwn,
} from '../../src/index.ts';
import { LOCAL, nameOf, runRounds, similarParts, startFederation } from './federation.ts';
import { createLeastSquares, distance, type Measurements, minimumOf } from './least-squares.ts';

const PARAMETERS = 2;
/**
 * Participants that disagree about the minimum, and of which each is steep where others are flat:
 * whoever is steep gets home within one round and pulls the mean towards itself.
 */
const drifting: readonly Measurements[] = [
  [
    { coordinate: 0, scale: 2, target: 8 },
    { coordinate: 1, scale: 0.3, target: -0.6 },
  ],
  [
    { coordinate: 0, scale: 0.3, target: -0.9 },
    { coordinate: 1, scale: 2, target: 6 },
  ],
  [
    { coordinate: 0, scale: 0.5, target: 0 },
    { coordinate: 1, scale: 0.5, target: 2 },
  ],
];
const trainer = createLeastSquares(PARAMETERS);
const minimum = minimumOf(drifting, PARAMETERS);
const training = { ...LOCAL, epochs: 20, batchSize: 2, learningRate: 0.2 };

const missedBy = (strategy: Parameters<typeof startFederation>[0], rounds = 200): number =>
  distance(
    runRounds(startFederation(strategy, trainer), {
      strategy,
      trainer,
      parts: drifting,
      training,
      rounds,
    }).weights,
    minimum,
  );

describe('participants whose data disagree', () => {
  it('SCAFFOLD comes to the minimum that FedAvg misses', () => {
    expect(missedBy(createFedAvg())).toBeGreaterThan(0.5);
    expect(missedBy(createScaffold({ population: drifting.length }))).toBeLessThan(1e-4);
  });

  it('FedProx misses it by less, the stronger it pulls', () => {
    const [weak, strong] = [createFedProx({ proximal: 0.5 }), createFedProx({ proximal: 3 })];
    expect(missedBy(weak)).toBeLessThan(missedBy(createFedAvg()));
    expect(missedBy(strong)).toBeLessThan(missedBy(weak));
  });

  it('SCAFFOLD comes there as well when only some take part in each round', () => {
    const strategy = createScaffold({ population: drifting.length });
    let { weights, state, version } = startFederation(strategy, trainer);
    const memories = new Map<number, NamedState>();
    for (let round = 0; round < 600; round++) {
      const chosen = drifting
        .map((data, part) => ({ data, part }))
        .filter(({ part }) => part !== round % drifting.length);
      const updates: ClientUpdate[] = [];
      for (const { data, part } of chosen) {
        const memory = memories.get(part);
        const result = trainClient({
          trainer,
          participantId: nameOf(part),
          weights,
          version,
          data,
          training,
          seed: String(round),
          instructions: strategy.instruct(state),
          ...(memory === undefined ? {} : { memory }),
        });
        memories.set(part, result.memory);
        updates.push(result.update);
      }
      ({ weights, state } = aggregateRound({ strategy, weights, state, version, updates }));
      version += 1;
    }
    expect(distance(weights, minimum)).toBeLessThan(1e-3);
  });
});

describe('FedBN', () => {
  const mixed = createLeastSquares(3, 2);
  /** The last coordinate, a normalisation layer, has another value at every site. */
  const parts = drifting.map(
    (part, i): Measurements => [...part, { coordinate: 2, scale: 1, target: 10 * (i + 1) }],
  );
  const strategy = createFedBn();
  const end = runRounds(startFederation(strategy, mixed), {
    strategy,
    trainer: mixed,
    parts,
    training: { ...training, batchSize: 3 },
    rounds: 40,
  });

  it("leaves the server's normalisation tensors as they began", () => {
    expect(end.weights[2]).toBe(0);
    expect(Math.abs(end.weights[0] as number)).toBeGreaterThan(0.5);
  });

  it('lets every participant find its own, and use it', () => {
    for (const part of parts.keys()) {
      const memory = end.memories[nameOf(part)] as NamedState;
      const own = withOwn(end.weights, mixed.layout, memory);
      expect(own[2]).toBeCloseTo(10 * (part + 1), 1);
      expect(own.slice(0, 2)).toEqual(end.weights.slice(0, 2));
    }
  });

  it('FedAvg in its place would mix them', () => {
    const plain = createFedAvg();
    const options = { strategy: plain, trainer: mixed, parts, training, rounds: 40 };
    expect(runRounds(startFederation(plain, mixed), options).weights[2]).toBeCloseTo(20, 0);
  });
});

describe('FedBuff', () => {
  const deltaOf = (value: number): Float32Array => Float32Array.of(value);
  const update = (participantId: string, baseVersion: number, value: number): ClientUpdate => ({
    participantId,
    baseVersion,
    examples: 1,
    steps: 1,
    delta: deltaOf(value),
  });
  const strategy = createFedBuff({ bufferSize: 2, population: 5 });
  const start = { strategy, weights: deltaOf(1), state: strategy.createState(1), version: 3 };

  it('keeps the model until the buffer is full, then moves it by the mean', () => {
    const first = aggregateRound({ ...start, updates: [update('b', 3, 2)] });
    expect([first.changes, first.weights[0]]).toEqual([0, 1]);
    const { state } = first;
    const second = aggregateRound({ ...start, state, updates: [update('a', 3, 4)] });
    expect([second.changes, second.weights[0]]).toEqual([1, 4]);
    expect(second.state.vectors).toEqual({});
  });

  it('weighs an update by 1/√(1 + τ) when the model changed τ times meanwhile', () => {
    const updates = [update('a', 0, 4), update('b', 3, 4)];
    const { weights } = aggregateRound({ ...start, updates });
    expect(weights[0]).toBe(1 + (4 / Math.sqrt(1 + 3) + 4) / 2);
  });

  it('takes more than one step when more came, and keeps the rest', () => {
    const updates = ['a', 'b', 'c', 'd', 'e'].map((name) => update(name, 3, 2));
    const { weights, changes, state } = aggregateRound({ ...start, updates });
    expect(changes).toBe(2);
    // The second pair is one change behind.
    expect(weights[0]).toBeCloseTo(1 + 2 + 2 / Math.sqrt(2), 6);
    expect(Object.keys(state.vectors)).toHaveLength(1);
  });

  it('comes to the minimum with participants of very different speed', () => {
    const parts = similarParts(6, 4);
    const problem = createLeastSquares(4);
    const buffered = createFedBuff({ bufferSize: 3, population: parts.length });
    let { weights, state, version } = startFederation(buffered, problem);
    const begun = parts.map(() => ({ weights, version }));
    for (let tick = 1; tick <= 600; tick++) {
      for (const [part, data] of parts.entries()) {
        // Participant i needs i + 1 ticks for its training.
        if (tick % (part + 1) !== 0) continue;
        const { update: sent } = trainClient({
          trainer: problem,
          participantId: nameOf(part),
          ...(begun[part] as { weights: Float32Array; version: number }),
          data,
          training: LOCAL,
          seed: `${tick}/${part}`,
          instructions: buffered.instruct(state),
        });
        const next = aggregateRound({
          strategy: buffered,
          weights,
          state,
          version,
          updates: [sent],
        });
        ({ weights, state } = next);
        version += next.changes;
        begun[part] = { weights, version };
      }
    }
    expect(distance(weights, minimumOf(parts, 4))).toBeLessThan(0.02);
  });
});
