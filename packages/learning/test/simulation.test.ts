import { systemRandomBytes } from '@ddai/core';
import { describe, expect, it } from 'vitest';
import {
  COMPRESSED_AGGREGATION,
  comparePaired,
  DEFAULT_FEATURISER,
  evaluateIntents,
  serialiseIntentModel,
  simulateFederated,
  nodeCryptoSuite as suite,
} from '../src/index.ts';
import { generateTickets } from './generated-tickets.ts';

const train = generateTickets(40, 'train');
const test = generateTickets(20, 'test');
const settings = {
  train,
  test,
  participants: 6,
  partition: { kind: 'dirichlet', alpha: 0.5 },
  rounds: 3,
  epochs: 2,
  seed: 5,
  featuriser: { ...DEFAULT_FEATURISER, dimension: 512 },
  training: { learningRate: 5, batchSize: 8 },
} as const;
const dependencies = { suite, randomBytes: systemRandomBytes };

describe('simulateFederated', () => {
  it('reaches the same bits with secure aggregation as in the clear', async () => {
    const plain = await simulateFederated(settings, dependencies);
    const secure = await simulateFederated({ ...settings, secure: true }, dependencies);
    expect(secure.equalSums).toBe(3);
    expect(serialiseIntentModel(secure.model)).toEqual(serialiseIntentModel(plain.model));
    expect(secure.accuracyByRound).toEqual(plain.accuracyByRound);
    expect(plain.accuracy).toBeGreaterThan(0.8);
    expect(secure.uploadBytesPerClientRound).toBeGreaterThan(2 * plain.parameters);
    expect(secure.uploadBytesPerClientRound).toBeLessThan(2 * plain.parameters + 4000);
  });

  it('does so with compression too, in a quarter of the bytes of single precision', async () => {
    const { bits, clip, ...compression } = COMPRESSED_AGGREGATION;
    const compressed = { ...settings, bits, clip, compression };
    const plain = await simulateFederated(compressed, dependencies);
    const secure = await simulateFederated({ ...compressed, secure: true }, dependencies);
    expect(secure.equalSums).toBe(3);
    expect(serialiseIntentModel(secure.model)).toEqual(serialiseIntentModel(plain.model));
    expect(plain.accuracy).toBeGreaterThan(0.8);
    expect(plain.bytesPerClientRound).toBeLessThan(0.25 * 8 * plain.parameters);
  });

  it('reports every round and gives the same result for the same seed', async () => {
    const accuracies: number[] = [];
    const onProgress = ({ accuracy }: { accuracy: number }): number => accuracies.push(accuracy);
    const first = await simulateFederated({ ...settings, onProgress }, dependencies);
    const second = await simulateFederated(settings, dependencies);
    expect(accuracies).toEqual(first.accuracyByRound);
    expect(second.accuracyByRound).toEqual(first.accuracyByRound);
    const other = await simulateFederated({ ...settings, seed: 6 }, dependencies);
    expect(other.model.weights).not.toEqual(first.model.weights);
  });

  it('gains on what one participant learns alone', async () => {
    const { hits } = await simulateFederated(settings, dependencies);
    const alone = await simulateFederated(
      { ...settings, train: train.slice(0, 30), participants: 1, partition: { kind: 'iid' } },
      dependencies,
    );
    expect(comparePaired(alone.hits, hits).difference.low).toBeGreaterThan(0);
  });

  it('refuses impossible settings', async () => {
    await expect(simulateFederated({ ...settings, rounds: 0 }, dependencies)).rejects.toMatchObject(
      { code: 'TERMS_INVALID' },
    );
    await expect(
      simulateFederated({ ...settings, participants: 999 }, dependencies),
    ).rejects.toMatchObject({ code: 'PARTITION_INVALID' });
    const three = { ...settings, participants: 3, secure: true };
    await expect(simulateFederated(three, dependencies)).rejects.toMatchObject({
      code: 'TERMS_THRESHOLD_UNSOUND',
    });
  });
});

describe('evaluateIntents', () => {
  it('reports accuracy with an interval, and the speed by the injected clocks', () => {
    let cpu = 0;
    const stopwatch = { seconds: () => 3, cpuSeconds: () => cpu++ };
    const result = evaluateIntents({ train, test, stopwatch });
    expect(result.accuracy).toBeGreaterThan(0.9);
    expect(result.accuracyInterval.low).toBeLessThan(result.accuracy);
    expect(result).toMatchObject({
      examples: 100,
      labels: 5,
      trainSeconds: 0,
      inferencesPerCpuSecond: 100,
    });
  });

  it('refuses a class with one example, by name', () => {
    const stopwatch = { seconds: () => 0, cpuSeconds: () => 0 };
    const lonely = [...train, { text: 'x', category: 'rare' }];
    expect(() => evaluateIntents({ train: lonely, test, stopwatch })).toThrow(/"rare" \(1\)/);
  });
});
