import { isDdaiError } from '@ddai/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calibrateIntentModel,
  chooseOutOfScope,
  createIntentClassifier,
  createTaskClassifier,
  DEFAULT_FEATURISER,
  expectedCalibrationError,
  type IntentModel,
  parseIntentModel,
  parseTickets,
  readSafetensors,
  selectForLabelling,
  serialiseIntentModel,
  type Ticket,
  trainCentralised,
  writeSafetensors,
} from '../src/index.ts';
import { generateTickets } from './generated-tickets.ts';

const featuriser = { ...DEFAULT_FEATURISER, dimension: 2048 };
const tickets = generateTickets(30, 'understanding');
const model = trainCentralised({ tickets, seed: 1, featuriser });

describe('chooseOutOfScope', () => {
  it('keeps at least the asked share of the texts that it was chosen on', () => {
    const values = fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { maxLength: 200 });
    fc.assert(
      fc.property(values, fc.double({ min: 0.5, max: 0.99, noNaN: true }), (largest, kept) => {
        const { threshold } = chooseOutOfScope(largest, kept);
        const stay = largest.filter((value) => value >= threshold).length;
        expect(stay).toBeGreaterThanOrEqual(kept * largest.length - 1e-6);
      }),
    );
  });

  it('promises nothing from fewer than 19 texts, and something from 19', () => {
    const values = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);
    expect(chooseOutOfScope(values.slice(1)).threshold).toBe(0);
    expect(chooseOutOfScope(values).threshold).toBe(1 / 20);
  });
});

describe('a model’s out-of-scope rule', () => {
  it('is chosen on tickets that the model did not see, and survives its file', () => {
    const plain = trainCentralised({ tickets, seed: 1, featuriser, calibrate: false });
    const calibrated = calibrateIntentModel(plain, generateTickets(20, 'held out'));

    expect(plain.outOfScope).toBeUndefined();
    expect(calibrated.outOfScope).toMatchObject({ kept: 0.95, tickets: 100 });
    expect(calibrated.outOfScope?.threshold).toBeGreaterThan(0);
    expect(parseIntentModel(serialiseIntentModel(calibrated))).toEqual(calibrated);
  });

  it('leaves the bytes of a model without one as they were', () => {
    const { outOfScope: _rule, ...without } = model;
    expect(Object.keys(readSafetensors(serialiseIntentModel(without)).metadata)).toEqual([
      'featuriser',
      'format',
      'labels',
      'temperature',
    ]);
    expect(parseIntentModel(serialiseIntentModel(without)).outOfScope).toBeUndefined();
  });

  it.each([
    ['another version', '{"version":2,"threshold":0.5,"kept":0.95,"tickets":1}'],
    ['a threshold of 1', '{"version":1,"threshold":1,"kept":0.95,"tickets":1}'],
    ['a threshold that is no number', '{"version":1,"threshold":"0","kept":0.95,"tickets":1}'],
    ['a share of 0', '{"version":1,"threshold":0.5,"kept":0,"tickets":1}'],
    ['a negative count', '{"version":1,"threshold":0.5,"kept":0.95,"tickets":-1}'],
    ['null', 'null'],
    ['no JSON', '{'],
  ])('is refused when it is %s', (_what, rule) => {
    const { metadata, tensors } = readSafetensors(serialiseIntentModel(model));
    const bytes = writeSafetensors({ metadata: { ...metadata, out_of_scope: rule }, tensors });
    let code: string | undefined;
    try {
      parseIntentModel(bytes);
    } catch (error) {
      code = isDdaiError(error) ? error.code : String(error);
    }
    expect(code).toBe('MODEL_MALFORMED');
  });

  it('finds texts of other things, and ones without a word', () => {
    const classifier = createTaskClassifier({ intent: model });
    const isStrange = (text: string) => classifier.classify(text).intent?.outOfScope;

    expect(isStrange('zebra quux flamingo orchestra')).toBe(true);
    expect(isStrange('?!…')).toBe(true);
    expect(isStrange('')).toBe(true);
    const known = generateTickets(20, 'fresh').map(({ text }) => isStrange(text));
    expect(known.filter((strange) => strange === false).length / known.length).toBeGreaterThan(0.9);
  });
});

describe('expectedCalibrationError', () => {
  it('is the hand-worked gap of two bins, weighted by their size', () => {
    // Bin (0.8, 0.8667]: confidence 0.85, accuracy 1/2; bin (0.2667, 0.3333]: confidence 0.3, accuracy 0.
    const error = expectedCalibrationError([0.85, 0.85, 0.3], [true, false, false]);
    expect(error).toBeCloseTo((2 / 3) * 0.35 + (1 / 3) * 0.3, 12);
  });

  it('is 0 for certainty that is right, 1 for certainty that is wrong', () => {
    expect(expectedCalibrationError([1, 1], [true, true])).toBe(0);
    expect(expectedCalibrationError([1, 1], [false, false])).toBe(1);
  });

  it('is smaller after calibration', () => {
    const heldOut = generateTickets(40, 'held out');
    const measured = generateTickets(40, 'measured');
    const unsure: IntentModel = { ...model, temperature: 6 };
    const errorOf = (one: IntentModel) => {
      const classifier = createIntentClassifier(one);
      const best = measured.map(({ text }) => classifier.classify(text)[0]);
      return expectedCalibrationError(
        best.map((score) => score?.probability ?? 0),
        best.map((score, i) => score?.label === measured[i]?.category),
      );
    };
    expect(errorOf(calibrateIntentModel(unsure, heldOut))).toBeLessThan(errorOf(unsure));
  });
});

describe('createTaskClassifier', () => {
  const priority = trainCentralised({
    tickets: tickets.map(({ text, category }) => ({
      text,
      category: category === 'outage' ? 'high' : 'normal',
    })),
    seed: 2,
    featuriser: { ...featuriser, dimension: 1024 },
  });

  it('says the same of a task as its model alone, whichever models stand beside it', () => {
    const beside = createTaskClassifier({ intent: model, topic: model, priority });
    const alone = createIntentClassifier(model);
    for (const { text } of generateTickets(5, 'beside')) {
      const found = beside.classify(text);
      expect(found.intent).toMatchObject(alone.classify(text)[0] ?? {});
      expect(found.topic).toEqual(found.intent);
      expect(found.priority).toMatchObject(
        createIntentClassifier(priority).classify(text)[0] ?? {},
      );
      expect(found.sentiment).toBeNull();
      expect(beside.probabilities('priority', text)).toEqual(
        createIntentClassifier(priority).probabilities(text),
      );
    }
    expect(beside.probabilities('sentiment', 'x')).toBeUndefined();
  });

  it('does not know what is out of scope for a model that was not calibrated', () => {
    const { outOfScope: _rule, ...without } = model;
    expect(createTaskClassifier({ intent: without }).classify('a').intent?.outOfScope).toBeNull();
  });
});

describe('parseTickets with several label columns', () => {
  const csv =
    'text,category,priority,completion\nrouter is dead,outage,high,\nwhere is my bill,invoice,,chatcmpl_1\nhelp,,low,\n';
  const read = (labelColumn?: string): Ticket[] =>
    parseTickets({
      file: 't.csv',
      content: csv,
      ...(labelColumn === undefined ? {} : { labelColumn }),
    });

  it('reads the rows of one task and leaves those of others', () => {
    expect(read().map(({ category }) => category)).toEqual(['outage', 'invoice']);
    expect(read('priority').map(({ category }) => category)).toEqual(['high', 'low']);
  });

  it('refuses a row without any label, a column that is not there and one that nobody needs', () => {
    const refused = (content: string, labelColumn: string) => {
      try {
        parseTickets({ file: 't.csv', content, labelColumn });
      } catch (error) {
        return isDdaiError(error) ? error.code : String(error);
      }
      return 'accepted';
    };
    expect(refused(`${csv}nothing,,,\n`, 'priority')).toBe('TICKETS_LABEL_EMPTY');
    expect(refused(csv, 'sentiment')).toBe('TICKETS_COLUMN_MISSING');
    expect(refused('text,urgency,email\na,b,c\n', 'urgency')).toBe('TICKETS_COLUMN_UNKNOWN');
    expect(refused('text,urgency\na,b\n', 'urgency')).toBe('accepted');
    expect(refused('text,category,priority\na,b,\n', 'priority')).toBe('TICKETS_NO_ROWS');
  });
});

describe('selectForLabelling', () => {
  it('proposes what the model is least sure of first, and says so', () => {
    const proposals = selectForLabelling({
      texts: [
        { text: 'reset the password', probabilities: [0.98, 0.01, 0.01] },
        { text: 'invoice is wrong', probabilities: [0.41, 0.4, 0.19] },
        { text: 'wallet stolen abroad', probabilities: [0.7, 0.2, 0.1] },
      ],
      limit: 2,
    });
    expect(proposals).toMatchObject([
      { index: 1, reason: 'uncertain', uncertainty: expect.closeTo(0.99, 6) },
      { index: 2, reason: 'different' },
    ]);
  });

  it('proposes one of near-duplicates and none of what was labelled', () => {
    const unsure = { probabilities: [0.5, 0.5] };
    const proposals = selectForLabelling({
      texts: [
        { text: 'My router keeps losing the connection at night', ...unsure },
        { text: 'my router keeps losing the connection at night!', ...unsure },
        { text: 'The card reader swallowed my card', ...unsure },
        { text: '!?', ...unsure },
      ],
      labelled: ['the card reader swallowed my card'],
      limit: 10,
    });
    expect(proposals).toMatchObject([{ index: 0, standsFor: 1 }]);
  });

  it('gives a third to what is out of scope, first', () => {
    const texts = generateTickets(10, 'queue').map(({ text }, i) => ({
      text: `${text} number${i} x${i * 7}`,
      probabilities: i % 2 === 0 ? [0.5, 0.5] : [0.9, 0.1],
      outOfScope: i % 2 === 1,
    }));
    const proposals = selectForLabelling({ texts, limit: 9 });
    expect(proposals).toHaveLength(9);
    expect(proposals[0]?.reason).toBe('out-of-scope');
    expect(proposals.filter(({ reason }) => reason === 'out-of-scope')).toHaveLength(3);
  });

  it('spreads over different texts where there is no model', () => {
    const texts = ['refund my order', 'refund my order now', 'internet outage here'].map(
      (text) => ({ text }),
    );
    const chosen = selectForLabelling({ texts, limit: 2 });
    expect(chosen.map(({ index }) => index)).toEqual([0, 2]);
    expect(chosen.every(({ reason }) => reason === 'different')).toBe(true);
  });

  it('reaches a better model with as many labels as random choice, over seeds', () => {
    // Nine in ten texts are of two topics: random labels mostly repeat what is known.
    const [common, rare] = [generateTickets(150, 'pool'), generateTickets(8, 'rare')];
    const pool = [
      ...common.filter(({ category }) => category === 'login' || category === 'invoice'),
      ...rare,
    ];
    const test = generateTickets(40, 'test');
    const labels = [...new Set(rare.map(({ category }) => category))].sort();
    const accuracy = (labelled: readonly Ticket[]) => {
      const trained = trainCentralised({
        tickets: labelled,
        labels,
        seed: 1,
        featuriser,
        calibrate: false,
      });
      const classifier = createIntentClassifier(trained);
      const right = test.filter(
        ({ text, category }) => labels[classifier.predict(text)] === category,
      );
      return { value: right.length / test.length, classifier };
    };
    let wins = 0;
    for (let seed = 1; seed <= 5; seed++) {
      const order = pool.map((_, i) => pool[(i * 7919 + seed * 104_729) % pool.length] as Ticket);
      const [first, rest] = [order.slice(0, 12), order.slice(12)];
      const { classifier } = accuracy(first);
      const texts = rest.map(({ text }) => ({
        text,
        probabilities: classifier.probabilities(text),
      }));
      const chosen = selectForLabelling({ texts, limit: 24, featuriser }).map(
        ({ index }) => rest[index] as Ticket,
      );
      const active = accuracy([...first, ...chosen]).value;
      const random = accuracy([...first, ...rest.slice(0, 24)]).value;
      if (active > random) wins += 1;
    }
    expect(wins).toBeGreaterThanOrEqual(4);
  });
});
