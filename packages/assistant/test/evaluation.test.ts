import { describe, expect, test } from 'vitest';
import { checkGate } from '../src/evaluation/check-gate.ts';
import { compareOutcomes } from '../src/evaluation/compare-outcomes.ts';
import { evaluateAssistant } from '../src/evaluation/evaluate-assistant.ts';
import { groundedShare } from '../src/evaluation/grounded-share.ts';
import { summarizeOutcomes } from '../src/evaluation/summarize-outcomes.ts';
import { createSemanticRetriever } from '../src/semantic/semantic-retriever.ts';
import type { Encoding } from '../src/semantic/sentence-encoder.ts';
import { harborDocuments, harborRetriever } from './harbor-knowledge.ts';

const QUESTIONS = [
  {
    id: '1',
    q: 'How many devices can I connect to one account?',
    a: 'eight devices',
    doc: 'harbor/devices.md',
  },
  { id: '2', q: 'What does error HS-204 mean?', doc: 'harbor/sync-errors.md' },
  { id: '3', q: 'Who won the football cup in 1998?' },
];

const evaluate = (engine = {}) => {
  let now = 0;
  return evaluateAssistant({
    retriever: harborRetriever(),
    questions: QUESTIONS,
    engine,
    seconds: () => {
      now += 0.001;
      return now;
    },
  });
};

describe('evaluating an assistant', () => {
  test('judges silence as right only where no page answers', async () => {
    const { measures, questions, latency } = summarizeOutcomes(await evaluate());
    expect(questions).toBe(3);
    expect(measures.rightDecision?.mean).toBe(1);
    expect(measures.recallAt1?.mean).toBe(1);
    expect(measures.answered?.mean).toBeCloseTo(2 / 3, 12);
    expect(latency.p50).toBeCloseTo(1, 9);
    const silent = summarizeOutcomes(await evaluate({ threshold: 1 }));
    expect(silent.measures.rightDecision?.mean).toBeCloseTo(1 / 3, 12);
    expect(silent.measures.answerF1?.mean).toBe(0);
    expect(silent.measures.groundedness).toBeUndefined();
  });

  test('refuses a gold document that is not there, naming both', async () => {
    const questions = [{ id: 'x', q: 'What?', doc: 'lost.md' }];
    await expect(
      evaluateAssistant({ retriever: harborRetriever(), questions, seconds: () => 0 }),
    ).rejects.toThrow(expect.objectContaining({ code: 'EVALUATION_INVALID' }));
  });
});

describe('evaluating with an encoder', () => {
  const encode = async (encoding: () => Encoding) => {
    const retriever = harborRetriever();
    const encoder = { name: 'same', dimensions: 2, encode: async () => encoding() };
    const delay = () => new Promise<void>(() => undefined);
    const semantic = createSemanticRetriever({}, { retriever, encoder, delay });
    return evaluateAssistant({ retriever, semantic, questions: QUESTIONS, seconds: () => 0 });
  };

  test('counts what failed, and gives the figures of words alone then', async () => {
    const failed = await encode(() => ({ fault: 'refused' }));
    // Of the third question no page has a word: there is nothing to rank, and nothing is encoded.
    const faults = ['refused', 'refused', undefined];
    expect(failed.map(({ encoderFault }) => encoderFault)).toEqual(faults);
    const lexical = await evaluate();
    expect(failed.map(({ rank, text }) => [rank, text])).toEqual(
      lexical.map(({ rank, text }) => [rank, text]),
    );
  });
});

describe('comparing two evaluations', () => {
  test('shows no difference between a run and itself, and the direction of a real one', async () => {
    const [usual, silent] = [await evaluate(), await evaluate({ threshold: 1 })];
    for (const { verdict, difference } of compareOutcomes(usual, usual)) {
      expect(verdict).toBe('no difference shown');
      expect(difference).toEqual({ mean: 0, low: 0, high: 0 });
    }
    const answered = compareOutcomes(usual, silent).find(({ measure }) => measure === 'answered');
    expect(answered?.difference.mean).toBeCloseTo(-2 / 3, 12);
  });

  test('refuses other questions', async () => {
    const usual = await evaluate();
    expect(() => compareOutcomes(usual, usual.slice(1))).toThrow(
      expect.objectContaining({ code: 'EVALUATION_INVALID' }),
    );
  });
});

describe('a gate', () => {
  test('names each bound missed, also for a measure that no question speaks to', async () => {
    const evaluation = summarizeOutcomes(await evaluate({ threshold: 1 }));
    expect(
      checkGate(evaluation, {
        recallAt1: { atLeast: 1 },
        answered: { atLeast: 0.5 },
        groundedness: { atLeast: 0.9 },
        latencyP95: { atMost: 0.5 },
      }),
    ).toEqual([
      { measure: 'groundedness', value: undefined, bound: '≥ 0.9' },
      { measure: 'answered', value: 0, bound: '≥ 0.5' },
      { measure: 'latencyP95', value: expect.closeTo(1, 9), bound: '≤ 0.5' },
    ]);
  });
});

describe('the grounded share', () => {
  const [document] = harborDocuments();
  const citation = {
    documentId: document?.id ?? '',
    title: '',
    headings: [],
    start: 0,
    end: document?.text.length ?? 0,
    text: document?.text ?? '',
  };
  const share = (text: string, cited = citation): number =>
    groundedShare(text, [cited], (id) => (id === document?.id ? document : undefined));

  test('is 1 for what is quoted, less for what is added, 0 for what is made up', () => {
    const quoted = 'A shared link expires'; // Harbor's first page is about its API.
    expect(document?.text).not.toContain(quoted);
    expect(share(quoted)).toBe(0);
    const sentence = document?.text.split('\n').find((line) => line.length > 40) ?? '';
    expect(share(sentence)).toBe(1);
    expect(share(`${sentence} Also we give away free gold bars to everyone.`)).toBeLessThan(0.9);
  });

  test('is 0 when the citation is not its slice of the source', () => {
    const sentence = document?.text.split('\n').find((line) => line.length > 40) ?? '';
    expect(share(sentence, { ...citation, start: 1 })).toBe(0);
  });
});
