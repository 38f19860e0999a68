import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript: it runs before anything is built
import { findCodes, findProblems } from '../check-error-pages.mjs';

describe('error pages', () => {
  it('exist for every code in the sources, and for nothing else', () => {
    expect(findProblems()).toEqual([]);
  });

  it('are asked for wherever a code can stand', () => {
    const source = `
      // 'IN_A_COMMENT' is none.
      throw new DdaiError({ code: ok ? 'FIRST_CODE' : 'SECOND_CODE' });
      type RefusalCode = | 'LATE' | 'WRONG_SIZE';
      return refuse('EARLY');
      const failure = status.failure ?? 'UNKNOWN';
      const signal = 'SIGTERM';
    `;

    expect([...findCodes(source)].sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'EARLY',
      'FIRST_CODE',
      'LATE',
      'SECOND_CODE',
      'UNKNOWN',
      'WRONG_SIZE',
    ]);
  });
});
