import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createIntentClassifier,
  DEFAULT_FEATURISER,
  hashModelBytes,
  nodeCryptoSuite,
  parseIntentModel,
  readSafetensors,
  serialiseIntentModel,
  trainCentralised,
  writeSafetensors,
} from '../src/index.ts';
import { generateTickets } from './generated-tickets.ts';

const featuriser = { ...DEFAULT_FEATURISER, dimension: 1024 };
const model = trainCentralised({ tickets: generateTickets(30, 'model'), seed: 1, featuriser });

describe('safetensors', () => {
  it('reads back what it wrote, bit for bit', () => {
    const tensor = fc
      .array(fc.float({ noNaN: true }), { maxLength: 30 })
      .map((values) => ({ shape: [values.length], values: Float32Array.from(values) }));
    const name = fc.stringMatching(/^[a-z.]{1,10}$/);
    fc.assert(
      fc.property(
        fc.dictionary(name, tensor),
        fc.dictionary(name, fc.string()),
        (tensors, metadata) => {
          const bytes = writeSafetensors({ metadata, tensors });
          const read = readSafetensors(bytes);
          expect({ ...read.metadata }).toEqual({ ...metadata });
          expect({ ...read.tensors }).toEqual({ ...tensors });
          expect(writeSafetensors(read)).toEqual(bytes);
        },
      ),
    );
  });

  it('reads the same from a Buffer that is a view of a larger one, as files and sockets give it', () => {
    const values = Float32Array.from({ length: 12 }, (_, i) => i / 3);
    const bytes = writeSafetensors({
      metadata: {},
      tensors: { weights: { shape: [3, 4], values } },
    });
    const pool = Buffer.alloc(bytes.length + 64, 0xff);
    pool.set(bytes, 17);

    const { tensors } = readSafetensors(pool.subarray(17, 17 + bytes.length));

    expect(tensors.weights?.values).toEqual(values);
  });

  it('has the layout that other readers expect', () => {
    const tensors = { w: { shape: [1, 2], values: Float32Array.of(1, -2) } };
    const bytes = writeSafetensors({ metadata: { a: 'b' }, tensors });
    const headerLength = new DataView(bytes.buffer).getUint32(0, true);
    expect(headerLength % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)))).toEqual({
      __metadata__: { a: 'b' },
      w: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
    });
    expect([...bytes.subarray(8 + headerLength)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  it('refuses any damaged file with its code and nothing else', () => {
    const bytes = serialiseIntentModel(model);
    fc.assert(
      fc.property(fc.nat(600), fc.integer({ min: 0, max: 255 }), fc.nat(1000), (at, value, cut) => {
        const damaged = bytes.slice(0, cut === 0 ? bytes.length : Math.min(bytes.length, cut * 30));
        if (at < damaged.length) damaged[at] = value;
        try {
          parseIntentModel(damaged);
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(
            /^(SAFETENSORS_MALFORMED|MODEL_MALFORMED|FEATURISER_INVALID)$/,
          );
        }
      }),
    );
  });

  it('refuses bytes beyond the tensors, gaps, other types and files above the limit', () => {
    const bytes = writeSafetensors({
      metadata: {},
      tensors: { w: { shape: [1], values: Float32Array.of(1) } },
    });
    const withHeader = (header: object): Uint8Array => {
      const json = new TextEncoder().encode(JSON.stringify(header));
      const file = new Uint8Array(8 + json.length + 4);
      new DataView(file.buffer).setUint32(0, json.length, true);
      file.set(json, 8);
      return file;
    };
    const entry = (change: object) =>
      withHeader({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...change } });
    expect(readSafetensors(entry({})).tensors.w?.values).toEqual(Float32Array.of(0));
    for (const file of [
      new Uint8Array([...bytes, 0]),
      entry({ dtype: 'F64' }),
      entry({ shape: [2] }),
      entry({ shape: [-1] }),
      entry({ data_offsets: [1, 5] }),
      entry({ data_offsets: [0, 2 ** 40] }),
      withHeader([]),
      new Uint8Array(4),
    ])
      expect(() => readSafetensors(file)).toThrow(/not a safetensors file/);
    expect(() => readSafetensors(bytes, 10)).toThrow(/at most 10/);
  });
});

describe('intent model', () => {
  it('survives its file, and equal models have one hash', () => {
    const bytes = serialiseIntentModel(model);
    expect(parseIntentModel(bytes)).toEqual(model);
    expect(hashModelBytes(nodeCryptoSuite, serialiseIntentModel(parseIntentModel(bytes)))).toBe(
      hashModelBytes(nodeCryptoSuite, bytes),
    );
  });

  it('refuses weights that are not finite', () => {
    const weights = model.weights.slice();
    weights[5] = Number.NaN;
    expect(() => parseIntentModel(serialiseIntentModel({ ...model, weights }))).toThrow(/weight 5/);
  });

  it('refuses labels that are not sorted and different', () => {
    for (const labels of [[...model.labels].reverse(), ['a', 'a', 'b', 'c', 'd']])
      expect(() => parseIntentModel(serialiseIntentModel({ ...model, labels }))).toThrow(
        /labels must be sorted/,
      );
  });
});

describe('createIntentClassifier', () => {
  const classifier = createIntentClassifier(model);

  it('gives probabilities that sum to 1, best first', () => {
    const scores = classifier.classify('my card was stolen, block the card', 3);
    expect(scores[0]?.label).toBe('card_lost');
    expect(scores.map((s) => s.probability)).toEqual(
      [...scores.map((s) => s.probability)].sort((a, b) => b - a),
    );
    const all = classifier.probabilities('my card was stolen');
    expect(all.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  });

  it('predicts what it classifies', () => {
    for (const { text } of generateTickets(5, 'predict')) {
      expect(model.labels[classifier.predict(text)]).toBe(classifier.classify(text)[0]?.label);
    }
  });

  it('is less sure at a higher temperature', () => {
    const at = (temperature: number) => createIntentClassifier({ ...model, temperature });
    const text = 'reset the password of my account';
    const [hot, warm] = [at(4).classify(text)[0], at(1).classify(text)[0]];
    expect(hot?.label).toBe(warm?.label);
    expect(hot?.probability).toBeLessThan(warm?.probability ?? 0);
  });
});
