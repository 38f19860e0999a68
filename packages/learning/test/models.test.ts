import { createSeededRandom, isDdaiError } from '@ddai/core';
import { describe, expect, it } from 'vitest';
import {
  createReferenceKernel,
  createTrainer,
  createWasmKernel,
  type DenseExamples,
  type LocalTraining,
  MCMAHAN_2NN,
  MCMAHAN_CNN,
  type ModelSpec,
  parseModelSpec,
  type SparseExamples,
} from '../src/index.ts';
import { trainEpoch } from '../src/training/softmax-trainer.ts';
import { generateDense, generateSparse } from './generated-examples.ts';

const LOSS = 'softmax-cross-entropy';
const kernel = await createWasmKernel();
const SGD: LocalTraining = { epochs: 2, batchSize: 8, learningRate: 0.1, optimiser: 'sgd' };

const perceptron = {
  kind: 'multi-layer-perceptron',
  inputs: 6,
  hidden: [9],
  activation: 'relu',
  normalisation: 'batch',
  outputs: 3,
  loss: LOSS,
} as const;
const convolutional = {
  kind: 'convolutional',
  height: 6,
  width: 5,
  channels: 2,
  convolutions: [{ filters: 3, window: 3, pool: 2 }],
  hidden: [4],
  outputs: 3,
  loss: LOSS,
} as const;
const linear = { kind: 'linear', inputs: 6, outputs: 3, loss: LOSS } as const;
const bag = { kind: 'embedding-bag', dimension: 40, embedding: 5, outputs: 3, loss: LOSS } as const;
const sparseLinear = { kind: 'sparse-linear', dimension: 40, outputs: 3, loss: LOSS } as const;
const sparseSoftmax = {
  kind: 'sparse-softmax',
  dimension: 40,
  outputs: 3,
} as const;

const dense = generateDense({ rows: 30, width: 6, outputs: 3, loss: LOSS, seed: 'models' });
const images = generateDense({ rows: 30, width: 60, outputs: 3, loss: LOSS, seed: 'models' });
const sparse = generateSparse({ rows: 30, dimension: 40, outputs: 3, loss: LOSS, seed: 'models' });

const MODELS: readonly (readonly [ModelSpec, DenseExamples | SparseExamples])[] = [
  [linear, dense],
  [perceptron, dense],
  [convolutional, images],
  [bag, sparse],
  [sparseLinear, sparse],
  [sparseSoftmax, sparse],
];
const NAMED = MODELS.map(([spec, data]) => [spec.kind, spec, data] as const);

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return isDdaiError(error) ? error.code : String(error);
  }
  return undefined;
}

describe.each(NAMED)('%s', (_, spec, data) => {
  const trainer = createTrainer(spec, kernel);
  const weights = trainer.initialise('w');
  const options = { weights, data: data as never, training: SGD, seed: 's' };

  it('lays its tensors out without gaps', () => {
    let end = 0;
    for (const { offset, length, shape } of trainer.layout) {
      expect(offset).toBe(end);
      expect(length).toBe(shape.reduce((product, size) => product * size, 1));
      end += length;
    }
    expect(end).toBe(trainer.parameters);
    expect(weights.length).toBe(end);
  });

  it('gives the same bits twice, other bits for another seed, and leaves its input alone', () => {
    const before = weights.slice();
    const first = trainer.fit(options);
    expect(weights).toEqual(before);
    expect(trainer.fit(options)).toEqual(first);
    expect(trainer.fit({ ...options, seed: 'other' }).weights).not.toEqual(first.weights);
    expect(trainer.initialise('w')).toEqual(weights);
    expect([first.examples, first.steps]).toEqual([30, 8]);
  });

  it.each(['sgd', 'momentum', 'adam'] as const)(
    'gives the same bits in plain TypeScript by %s, with penalties and without',
    (optimiser) => {
      const reference = createTrainer(spec, createReferenceKernel());
      const plain = { ...options, training: { ...SGD, learningRate: 0.02, optimiser } };
      const training = { ...plain.training, weightDecay: 0.01 };
      expect(reference.fit(plain)).toEqual(trainer.fit(plain));
      const fitted = trainer.fit({ ...plain, training, proximal: 0.1 });
      expect(reference.fit({ ...plain, training, proximal: 0.1 })).toEqual(fitted);
      const at = { weights: fitted.weights, data: data as never };
      expect(reference.evaluate(at)).toEqual(trainer.evaluate(at));
    },
  );

  it('learns its examples', () => {
    const training = { ...SGD, epochs: 300, learningRate: 0.3 };
    const trained = trainer.fit({ ...options, training });
    const before = trainer.evaluate({ weights, data: data as never });
    const after = trainer.evaluate({ weights: trained.weights, data: data as never });
    expect(after.lossSum).toBeLessThan(before.lossSum * 0.8);
    expect(after.correct).toBeGreaterThan(before.correct);
    expect(after.examples).toBe(30);
  });

  it('refuses weights of another model and settings out of range', () => {
    const refused = (change: object): string | undefined =>
      codeOf(() => trainer.fit({ ...options, ...change }));
    const training = (change: object): object => ({ training: { ...SGD, ...change } });
    for (const change of [
      { weights: new Float32Array(3) },
      { gradientCorrection: new Float32Array(3) },
      { proximal: -1 },
      { proximal: Number.NaN },
      training({ epochs: 0 }),
      training({ epochs: 1.5 }),
      training({ epochs: 1e9 }),
      training({ batchSize: 0 }),
      training({ batchSize: 2 ** 31 }),
      training({ learningRate: 0 }),
      training({ learningRate: Number.POSITIVE_INFINITY }),
      training({ momentum: 1 }),
      training({ weightDecay: -1 }),
      training({ optimiser: 'lbfgs' }),
    ])
      expect(refused(change), JSON.stringify(change)).toBe('TRAINING_INVALID');
    expect(
      codeOf(() => trainer.evaluate({ weights: new Float32Array(1), data: data as never })),
    ).toBe('TRAINING_INVALID');
  });

  it('says so when training diverges, and works afterwards', () => {
    const expected = trainer.fit(options);
    const broken = weights.slice();
    broken[broken.length - 1] = Number.NaN;
    expect(codeOf(() => trainer.fit({ ...options, weights: broken }))).toBe('TRAINING_DIVERGED');
    expect(trainer.fit(options)).toEqual(expected);
  });

  it('refuses classes out of range and targets of another kind or count', () => {
    const withTargets = (targets: Uint16Array | Float32Array): string | undefined =>
      codeOf(() => trainer.fit({ ...options, data: { ...data, targets } as never }));
    expect(withTargets(Uint16Array.from({ length: 30 }, () => 3))).toBe('EXAMPLES_INVALID');
    expect(withTargets(new Uint16Array(29))).toBe('EXAMPLES_INVALID');
    expect(withTargets(new Float32Array(30))).toBe('EXAMPLES_INVALID');
  });
});

describe('bad examples', () => {
  const fit = (data: Partial<DenseExamples>): string | undefined =>
    codeOf(() => {
      const trainer = createTrainer(linear, kernel);
      const weights = trainer.initialise('w');
      trainer.fit({ weights, data: { ...dense, ...data }, training: SGD, seed: 's' });
    });
  const fitSparse = (rows: Partial<SparseExamples['rows']>): string | undefined =>
    codeOf(() => {
      const trainer = createTrainer(bag, kernel);
      const data = { ...sparse, rows: { ...sparse.rows, ...rows } };
      trainer.fit({ weights: trainer.initialise('w'), data, training: SGD, seed: 's' });
    });

  it('are refused with their row: NaN, infinite, of another width, none at all', () => {
    const withNumber = (value: number): Float32Array => {
      const features = dense.features.slice();
      features[17] = value;
      return features;
    };
    expect(fit({ features: withNumber(Number.NaN) })).toBe('EXAMPLES_INVALID');
    expect(fit({ features: withNumber(Number.NEGATIVE_INFINITY) })).toBe('EXAMPLES_INVALID');
    expect(fit({ width: 5 })).toBe('EXAMPLES_INVALID');
    expect(fit({ features: dense.features.subarray(1) })).toBe('EXAMPLES_INVALID');
    expect(fit({ features: new Float32Array(), targets: new Uint16Array() })).toBe(
      'EXAMPLES_INVALID',
    );
    expect(() =>
      createTrainer(linear, kernel).evaluate({
        weights: new Float32Array(21),
        data: { ...dense, features: withNumber(Number.NaN) },
      }),
    ).toThrow('row 2, column 5 is NaN');
  });

  it('are refused when sparse rows do not fit together', () => {
    const { offsets, indices, values } = sparse.rows;
    expect(fitSparse({ indices: indices.map((index, i) => (i === 3 ? 40 : index)) })).toBe(
      'EXAMPLES_INVALID',
    );
    expect(fitSparse({ values: values.map((value, i) => (i === 3 ? Number.NaN : value)) })).toBe(
      'EXAMPLES_INVALID',
    );
    expect(fitSparse({ values: values.subarray(1) })).toBe('EXAMPLES_INVALID');
    expect(fitSparse({ offsets: offsets.map((offset, i) => (i === 2 ? 9999 : offset)) })).toBe(
      'EXAMPLES_INVALID',
    );
    expect(fitSparse({ offsets: Uint32Array.of(0) })).toBe('EXAMPLES_INVALID');
  });

  it('are refused when a probability lies outside 0 to 1', () => {
    const trainer = createTrainer({ ...linear, loss: 'binary-cross-entropy' }, kernel);
    const targets = Float32Array.from({ length: 90 }, (_, i) => (i === 4 ? 1.5 : 0));
    const weights = trainer.initialise('w');
    expect(codeOf(() => trainer.evaluate({ weights, data: { ...dense, targets } }))).toBe(
      'EXAMPLES_INVALID',
    );
  });
});

describe('parseModelSpec', () => {
  it('gives back what it accepts', () => {
    for (const [spec] of MODELS) expect(parseModelSpec(structuredClone(spec))).toEqual(spec);
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['an unknown kind', { ...linear, kind: 'transformer' }],
    ['an unknown key', { ...linear, dropout: 0.5 }],
    [
      'an unknown key inside',
      { ...convolutional, convolutions: [{ filters: 1, window: 3, pool: 1, stride: 2 }] },
    ],
    ['a missing field', { kind: 'linear', inputs: 3, outputs: 2 }],
    ['a width of zero', { ...linear, inputs: 0 }],
    ['a fraction', { ...linear, inputs: 2.5 }],
    ['NaN', { ...linear, outputs: Number.NaN }],
    ['a text for a number', { ...linear, inputs: '6' }],
    ['an unknown loss', { ...linear, loss: 'hinge' }],
    ['one class', { ...linear, outputs: 1 }],
    ['too many hidden layers', { ...perceptron, hidden: Array(17).fill(3) }],
    ['no hidden layer', { ...perceptron, hidden: [] }],
    ['too many parameters', { ...perceptron, inputs: 65_536, hidden: [65_536] }],
    ['an even window', { ...convolutional, convolutions: [{ filters: 1, window: 4, pool: 1 }] }],
    [
      'a pool beyond the image',
      { ...convolutional, convolutions: [{ filters: 1, window: 3, pool: 6 }] },
    ],
    ['images beyond memory', { ...convolutional, height: 1024, width: 1024, channels: 1024 }],
    ['a hash space beyond memory', { ...bag, dimension: 2 ** 22, embedding: 4096 }],
    ['a setting of training', { ...sparseSoftmax, featureDropout: 0.5 }],
    ['an inherited field', Object.create(linear)],
  ])('refuses %s', (_, spec) => {
    expect(codeOf(() => parseModelSpec(spec))).toBe('MODEL_SPEC_INVALID');
  });

  it('names the field that is wrong', () => {
    const spec = { ...convolutional, convolutions: [{ filters: 0, window: 3, pool: 1 }] };
    expect(() => parseModelSpec(spec)).toThrow('model.convolutions[0].filters');
  });
});

describe('the models of McMahan et al. 2017', () => {
  it('have as many parameters as the paper counts', () => {
    expect(createTrainer(MCMAHAN_2NN, kernel).parameters).toBe(199_210);
    expect(createTrainer(MCMAHAN_CNN, kernel).parameters).toBe(1_663_370);
    for (const spec of [MCMAHAN_2NN, MCMAHAN_CNN])
      expect(parseModelSpec(structuredClone(spec))).toEqual(spec);
  });
});

describe('a linear model', () => {
  it.each([linear, sparseLinear, sparseSoftmax])(
    'begins at zeros without a sign: $kind',
    (spec) => {
      const weights = createTrainer(spec, kernel).initialise('w');
      expect(weights).toEqual(new Float32Array(weights.length));
      expect(weights.some((weight) => Object.is(weight, -0))).toBe(false);
    },
  );
});

describe('a network', () => {
  it('learns what no linear model can', () => {
    const random = createSeededRandom('xor');
    const features = Float32Array.from({ length: 800 }, () => random.next() * 2 - 1);
    const targets = Uint16Array.from({ length: 400 }, (_, i) =>
      (features[2 * i] as number) * (features[2 * i + 1] as number) > 0 ? 1 : 0,
    );
    const accuracy = (spec: ModelSpec): number => {
      const trainer = createTrainer(spec, kernel);
      const training = {
        epochs: 120,
        batchSize: 20,
        learningRate: 0.02,
        optimiser: 'adam',
      } as const;
      const data = { features, width: 2, targets } as never;
      const { weights } = trainer.fit({
        weights: trainer.initialise('xor'),
        data,
        training,
        seed: 's',
      });
      return trainer.evaluate({ weights, data }).correct / 400;
    };
    expect(accuracy({ ...perceptron, inputs: 2, hidden: [16], outputs: 2 })).toBeGreaterThan(0.95);
    expect(accuracy({ ...linear, inputs: 2, outputs: 2 })).toBeLessThan(0.7);
  });

  it('measures by running statistics, which only normalisation layers own', () => {
    const trainer = createTrainer(perceptron, kernel);
    expect(
      trainer.layout.filter(({ isNormalisation }) => isNormalisation).map(({ name }) => name),
    ).toEqual(['norm1.scale', 'norm1.shift', 'norm1.mean', 'norm1.variance']);
    const shifted = { ...dense, features: dense.features.map((value) => value * 3 + 5) };
    const training = { ...SGD, epochs: 100 };
    const weights = trainer.initialise('w');
    const trained = trainer.fit({ weights, data: shifted, training, seed: 's' }).weights;
    const mean = trainer.layout.find(({ name }) => name === 'norm1.mean');
    expect(mean).toBeDefined();
    const offset = mean?.offset ?? 0;
    expect([...trained.subarray(offset, offset + 9)].some((value) => Math.abs(value) > 1)).toBe(
      true,
    );
    // One example alone is measured as it is among others: nothing depends on the batch.
    const alone = (row: number) =>
      trainer.evaluate({
        weights: trained,
        data: {
          width: 6,
          features: shifted.features.slice(row * 6, row * 6 + 6),
          targets: (shifted.targets as Uint16Array).slice(row, row + 1),
        },
      }).lossSum;
    let sum = 0;
    for (let row = 0; row < 30; row++) sum += alone(row);
    expect(sum).toBeCloseTo(trainer.evaluate({ weights: trained, data: shifted }).lossSum, 9);
  });

  it('keeps to the memory of its first training, however many follow', async () => {
    const own = await createWasmKernel();
    const trainer = createTrainer(perceptron, own);
    let weights = trainer.initialise('w');
    const round = (seed: string): void => {
      weights = trainer.fit({ weights, data: dense, training: SGD, seed }).weights;
      trainer.evaluate({ weights, data: dense });
    };
    round('first');
    const size = own.memory.length;
    for (let i = 0; i < 1000; i++) round(`${i}`);
    expect(own.memory.length).toBe(size);
  });

  it('shares a kernel with others without a trace', async () => {
    const own = await createWasmKernel();
    const [a, b] = [createTrainer(perceptron, own), createTrainer(convolutional, own)];
    const fitA = () =>
      a.fit({ weights: a.initialise('a'), data: dense, training: SGD, seed: 's' }).weights;
    const first = fitA();
    b.fit({ weights: b.initialise('b'), data: images, training: SGD, seed: 's' });
    expect(fitA()).toEqual(first);
  });
});

describe('sparse softmax', () => {
  it('has the bits of the intent model’s trainer, feature dropout included', () => {
    const trainer = createTrainer(sparseSoftmax, kernel);
    const weights = trainer.initialise('w');
    const training = { ...SGD, featureDropout: 0.4 };
    const result = trainer.fit({ weights, data: sparse, training, seed: 's' });
    const expected = weights.slice();
    const data = { rows: sparse.rows, targets: sparse.targets as Uint16Array };
    const sgd = { ...training, seed: 's' };
    for (const epoch of [0, 1])
      trainEpoch({ weights: expected, shape: { dimension: 40, labels: 3 }, data, sgd, epoch });
    expect(result.weights).toEqual(expected);
  });

  it('is what sparse-linear computes, up to rounding, with FedProx and SCAFFOLD too', () => {
    const [a, b] = [createTrainer(sparseSoftmax, kernel), createTrainer(sparseLinear, kernel)];
    const gradientCorrection = Float32Array.from({ length: a.parameters }, (_, i) => (i % 5) / 50);
    const options = { weights: a.initialise('w'), data: sparse, training: SGD, seed: 's' };
    const terms = { proximal: 0.5, gradientCorrection };
    const [left, right] = [a.fit({ ...options, ...terms }), b.fit({ ...options, ...terms })];
    for (const [i, value] of left.weights.entries())
      expect(value).toBeCloseTo(right.weights[i] ?? 0, 5);
    expect(left.weights).not.toEqual(a.fit(options).weights);
  });

  it.each([{ optimiser: 'momentum' }, { optimiser: 'adam' }, { weightDecay: 0.1 }] as const)(
    'has the bits of sparse-linear with %o',
    (setting) => {
      const [a, b] = [createTrainer(sparseSoftmax, kernel), createTrainer(sparseLinear, kernel)];
      const training = { ...SGD, featureDropout: 0.3, ...setting };
      const options = { weights: a.initialise('w'), data: sparse, training, seed: 's' };
      expect(a.fit(options)).toEqual(b.fit(options));
      expect(a.layout).toEqual(b.layout);
    },
  );

  it('is FedAvg to the last bit with a correction of zeros', () => {
    const trainer = createTrainer(sparseSoftmax, kernel);
    const weights = trainer.initialise('w');
    const options = { weights, data: sparse, training: SGD, seed: 's' };
    const gradientCorrection = new Float32Array(trainer.parameters);
    expect(trainer.fit({ ...options, gradientCorrection })).toEqual(trainer.fit(options));
  });
});

describe('feature dropout', () => {
  const fitWith = (spec: typeof bag | typeof sparseLinear, featureDropout: number) => {
    const trainer = createTrainer(spec, kernel);
    const training = { ...SGD, featureDropout };
    return trainer.fit({ weights: trainer.initialise('w'), data: sparse, training, seed: 's' });
  };

  it.each([bag, sparseLinear])('leaves other features out in each epoch of $kind', (spec) => {
    expect(fitWith(spec, 0.5)).toEqual(fitWith(spec, 0.5));
    expect(fitWith(spec, 0.5).weights).not.toEqual(fitWith(spec, 0).weights);
  });

  it('is refused out of range, and for dense examples', () => {
    expect(codeOf(() => fitWith(bag, 1))).toBe('TRAINING_INVALID');
    const trainer = createTrainer(linear, kernel);
    const training = { ...SGD, featureDropout: 0.5 };
    const weights = trainer.initialise('w');
    expect(() => trainer.fit({ weights, data: dense, training, seed: 's' })).toThrow(
      'dense examples',
    );
  });
});
