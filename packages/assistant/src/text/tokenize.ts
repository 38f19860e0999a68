import { classifyHighCode, FOLD_TABLE, FOLDED_UNTIL, FOLDS_TO_ITSELF } from './fold-table.ts';

/** Longer runs are keys, hashes or noise; cutting them bounds the vocabulary. */
const LONGEST_TOKEN = 64;
const APOSTROPHE = 0x27;
const TYPOGRAPHIC_APOSTROPHE = 0x2019;
const COMBINING_FIRST = 0x300;
const COMBINING_LAST = 0x36f;

/**
 * Splits `text` into folded words (lower case, no diacritics), in order.
 * What follows an apostrophe is dropped when it is a clitic of one or two letters (`'s`, `'ll`).
 * The result depends on the code units only, never on the engine's locale or Unicode version.
 */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  let word = '';
  let afterApostrophe = false;
  const finish = (): void => {
    if (word !== '' && !(afterApostrophe && word.length <= 2)) {
      tokens.push(word.length > LONGEST_TOKEN ? word.slice(0, LONGEST_TOKEN) : word);
    }
    word = '';
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < FOLDED_UNTIL) {
      if (FOLDS_TO_ITSELF[code] === 1) {
        const start = i;
        while (i + 1 < text.length && FOLDS_TO_ITSELF[text.charCodeAt(i + 1)] === 1) i++;
        word += text.slice(start, i + 1);
        continue;
      }
      const folded = FOLD_TABLE[code] as string;
      if (folded !== '') {
        word += folded;
        continue;
      }
      // A letter typed as base and combining mark folds like the composed one.
      if (code >= COMBINING_FIRST && code <= COMBINING_LAST) continue;
    } else {
      const role = classifyHighCode(code);
      if (role === 'letter') {
        word += text[i] as string;
        continue;
      }
      if (role === 'alone') {
        finish();
        afterApostrophe = false;
        tokens.push(text[i] as string);
        continue;
      }
    }
    const joined = word !== '' && (code === APOSTROPHE || code === TYPOGRAPHIC_APOSTROPHE);
    finish();
    afterApostrophe = joined;
  }
  finish();
  return tokens;
}
