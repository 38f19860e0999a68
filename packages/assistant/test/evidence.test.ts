import { describe, expect, test } from 'vitest';
import { raiseEvidence } from '../src/answering/answer-evidence.ts';
import { abstentionCurve, recallAtPrecision } from '../src/evaluation/abstention-curve.ts';
import { collectEvidenceSignals } from '../src/evaluation/collect-evidence-signals.ts';
import { areaUnderCurve } from '../src/evaluation/evaluate-answers.ts';
import { simulateQuestions } from '../src/evaluation/simulate-questions.ts';
import { exactExp } from '../src/retrieval/exact-exp.ts';
import { harborDocuments, harborEngine, harborRetriever } from './harbor-knowledge.ts';

describe('the exponential', () => {
  test('agrees with Math.exp to 14 digits, and is clamped where no sum notices', () => {
    for (let x = -40; x <= 40; x += 0.37) {
      expect(Math.abs(exactExp(x) / Math.exp(x) - 1)).toBeLessThan(1e-14);
    }
    expect(exactExp(0)).toBe(1);
    expect(exactExp(1e9)).toBe(exactExp(40));
  });
});

describe('evidence', () => {
  test('is lower for each simulated question once its page is hidden, in most cases', () => {
    const questions = simulateQuestions(harborDocuments(), { perDocument: 10, seed: '1' });
    const signals = collectEvidenceSignals(harborRetriever(), questions);
    const covered = (part: 'withPage' | 'withoutPage') => signals.map((each) => each[part].covered);
    expect(areaUnderCurve(covered('withPage'), covered('withoutPage'))).toBeGreaterThan(0.85);
    for (const { withPage } of signals) {
      for (const value of Object.values(withPage)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }
  });

  test('of a question about something else stays below the threshold', () => {
    const { abstained, confidence } = harborEngine().answer('Who won the football cup in 1998?');
    expect(abstained).toBe(true);
    expect(confidence).toBeLessThan(0.15);
  });

  test('grows with what further sentences cover, and never reaches certainty', () => {
    expect(raiseEvidence(0.5, 0)).toBe(0.5);
    expect(raiseEvidence(0.5, 0.2)).toBeGreaterThan(raiseEvidence(0.5, 0.1));
    expect(raiseEvidence(0.9, 0.5)).toBeLessThan(1);
    expect(raiseEvidence(0, 0.5)).toBe(0);
  });
});

describe('simulated questions', () => {
  test('are the same for the same seed, and others for another', () => {
    const make = (seed: string) => simulateQuestions(harborDocuments(), { perDocument: 3, seed });
    expect(make('1')).toEqual(make('1'));
    expect(make('1')).not.toEqual(make('2'));
  });
});

describe('the abstention curve', () => {
  const outcomes = [
    { confidence: 0.9, correct: true },
    { confidence: 0.8, correct: true },
    { confidence: 0.8, correct: false },
    { confidence: 0.4, correct: true },
    { confidence: 0.1, correct: false },
  ];

  test('has one point per confidence, equal ones taken together', () => {
    expect(abstentionCurve(outcomes)).toEqual([
      { threshold: 0.9, coverage: 0.2, precision: 1 },
      { threshold: 0.8, coverage: 0.6, precision: 2 / 3 },
      { threshold: 0.4, coverage: 0.8, precision: 0.75 },
      { threshold: 0.1, coverage: 1, precision: 0.6 },
    ]);
  });

  test('gives the share of the answerable that a precision allows', () => {
    expect(recallAtPrecision(outcomes, 0.95)).toBeCloseTo(1 / 3, 12);
    expect(recallAtPrecision(outcomes, 0.75)).toBe(1);
    expect(recallAtPrecision([{ confidence: 0.5, correct: false }], 0.5)).toBe(0);
  });
});
