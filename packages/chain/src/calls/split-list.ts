import { DdaiError } from '@ddai/core';

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']' };
const MAX_DEPTH = 8;

/**
 * Splits `a, (b, c), "d, e"` at its outer commas. Text in double quotes is kept whole.
 * @throws {DdaiError} `CALL_INVALID` for brackets or quotes that do not match
 */
export function splitList(text: string): string[] {
  if (text.trim() === '') return [];
  const parts: string[] = [];
  const open: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quoted) {
      if (character === '\\') at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') {
      quoted = true;
    } else if (CLOSING[character] !== undefined) {
      open.push(CLOSING[character]);
      if (open.length > MAX_DEPTH) throw mismatch(text);
    } else if (character === ')' || character === ']') {
      if (open.pop() !== character) throw mismatch(text);
    } else if (character === ',' && open.length === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  if (quoted || open.length > 0) throw mismatch(text);
  parts.push(text.slice(from));
  return parts.map((part) => part.trim());
}

function mismatch(text: string): DdaiError {
  return new DdaiError({
    code: 'CALL_INVALID',
    message: `brackets or quotes do not match in ${JSON.stringify(text.slice(0, 80))}`,
    remedy: 'Close every (, [ and ".',
  });
}
