import { describe, expect, it } from 'vitest';
import { withoutControls } from '../src/index.ts';

describe('withoutControls', () => {
  it('leaves nothing that steers a terminal', () => {
    expect(withoutControls('a\u001b[2Jb\rc\u009b31md\u0007')).toBe(
      'a\ufffd[2Jb\ufffdc\ufffd31md\ufffd',
    );
  });

  it('leaves text, line breaks and tabs alone', () => {
    const text = 'Grüße – “quoted” 🙂\n\tindented';
    expect(withoutControls(text)).toBe(text);
  });
});
