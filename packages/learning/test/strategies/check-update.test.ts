import { describe, expect, it } from 'vitest';
import { type ClientUpdate, checkUpdate, type UpdateIntake, updateKey } from '../../src/index.ts';

const intake: UpdateIntake = {
  participants: new Set(['a', 'b']),
  parameters: 3,
  maxExamples: 100,
  maxSteps: 50,
  hasControls: false,
  version: 4,
  maxStaleness: 0,
  taken: new Set(),
};
const update: ClientUpdate = {
  participantId: 'a',
  baseVersion: 4,
  examples: 10,
  steps: 5,
  delta: Float32Array.of(1, 2, 3),
};
const codeOf = (
  change: Partial<ClientUpdate>,
  rules: Partial<UpdateIntake> = {},
  from = 'a',
): string => {
  const verdict = checkUpdate({ ...intake, ...rules }, from, { ...update, ...change });
  return verdict.isTaken ? 'taken' : verdict.code;
};

describe('the intake of updates', () => {
  it('takes what is in order, under a key of its own', () => {
    expect(checkUpdate(intake, 'a', update)).toEqual({ isTaken: true, key: updateKey(update) });
    const other = { ...update, participantId: 'b' };
    expect(checkUpdate(intake, 'b', other)).not.toMatchObject({ key: updateKey(update) });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses %d anywhere in it',
    (bad) => {
      expect(codeOf({ delta: Float32Array.of(1, 2, bad) })).toBe('UPDATE_NOT_FINITE');
      const controlDelta = Float32Array.of(bad, 0, 0);
      expect(codeOf({ controlDelta }, { hasControls: true })).toBe('UPDATE_NOT_FINITE');
    },
  );

  it('refuses another shape, a missing control and one that nobody asked for', () => {
    expect(codeOf({ delta: Float32Array.of(1, 2) })).toBe('UPDATE_WRONG_SHAPE');
    expect(codeOf({ delta: [1, 2, 3] as unknown as Float32Array })).toBe('UPDATE_WRONG_SHAPE');
    expect(codeOf({}, { hasControls: true })).toBe('UPDATE_WRONG_SHAPE');
    expect(codeOf({ controlDelta: new Float32Array(3) })).toBe('UPDATE_WRONG_SHAPE');
    const short = { controlDelta: new Float32Array(2) };
    expect(codeOf(short, { hasControls: true })).toBe('UPDATE_WRONG_SHAPE');
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 101, 2 ** 53])(
    'refuses %d examples or steps',
    (count) => {
      expect(codeOf({ examples: count })).toBe('UPDATE_COUNT_ABSURD');
      expect(codeOf({ steps: count })).toBe('UPDATE_COUNT_ABSURD');
    },
  );

  it('tells a repetition in this round, a replay of an old round and a late update apart', () => {
    const taken = new Set([updateKey(update), '3/a']);
    expect(codeOf({}, { taken })).toBe('UPDATE_DUPLICATE');
    expect(codeOf({ delta: new Float32Array(3) }, { taken })).toBe('UPDATE_DUPLICATE');
    expect(codeOf({ baseVersion: 3 }, { taken })).toBe('UPDATE_REPLAYED');
    expect(codeOf({ baseVersion: 2 }, { taken })).toBe('UPDATE_LATE');
    expect(codeOf({ baseVersion: 5 })).toBe('UPDATE_VERSION_UNKNOWN');
    expect(codeOf({ baseVersion: -1 })).toBe('UPDATE_VERSION_UNKNOWN');
  });

  it('takes what is as stale as an asynchronous job allows, and no staler', () => {
    expect(codeOf({ baseVersion: 2 }, { maxStaleness: 2 })).toBe('taken');
    expect(codeOf({ baseVersion: 1 }, { maxStaleness: 2 })).toBe('UPDATE_LATE');
  });

  it("refuses strangers, and whoever writes under another's name", () => {
    expect(codeOf({ participantId: 'c' }, {}, 'c')).toBe('UPDATE_PARTICIPANT_UNKNOWN');
    expect(codeOf({ participantId: 'a' }, {}, 'b')).toBe('UPDATE_PARTICIPANT_UNKNOWN');
  });
});
