/**
 * Which characters are part of a word, and what they are folded to.
 *
 * Engines ship different Unicode versions, so `\p{L}` or `toLowerCase` over the whole of Unicode
 * could tokenise a new script differently on two machines and break re-execution audits. The table
 * covers only blocks whose assignments are frozen (Latin, Greek, Cyrillic: Unicode's stability
 * policies for normalisation and case mapping), and everything above is decided by fixed ranges.
 */
export const FOLDED_UNTIL = 0x0530;

const COMBINING_MARKS = /[\u0300-\u036f]/g;
/** Not assigned as of Unicode 16; kept out so that a later assignment changes nothing here. */
const UNASSIGNED = new Set([0x378, 0x379, 0x380, 0x381, 0x382, 0x383, 0x38b, 0x38d, 0x3a2]);
/** Letters that canonical decomposition leaves alone but searchers type in two. */
const DIGRAPHS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
};

function foldOne(code: number): string {
  if (UNASSIGNED.has(code)) return '';
  const character = String.fromCharCode(code);
  if (!/[\p{L}\p{Nd}]/u.test(character)) return '';
  const lower = character.toLowerCase().normalize('NFD').replace(COMBINING_MARKS, '');
  return DIGRAPHS[lower] ?? lower;
}

/** By UTF-16 code unit: the folded text, or the empty string for a separator. */
export const FOLD_TABLE: readonly string[] = Array.from({ length: FOLDED_UNTIL }, (_, code) =>
  foldOne(code),
);

/** By UTF-16 code unit: 1 where {@link FOLD_TABLE} leaves a word character as it is. */
export const FOLDS_TO_ITSELF: Uint8Array = Uint8Array.from(FOLD_TABLE, (folded, code) =>
  folded === String.fromCharCode(code) ? 1 : 0,
);

/** Inclusive ranges above {@link FOLDED_UNTIL} that separate words: punctuation, symbols, emoji. */
const SEPARATORS: readonly (readonly [number, number])[] = [
  [0x2000, 0x2bff],
  [0x2e00, 0x2e7f],
  [0x3000, 0x3004],
  [0x3008, 0x3020],
  [0x3030, 0x303f],
  [0xd83c, 0xd83e],
  [0xdc00, 0xf8ff],
  [0xfe00, 0xfe6f],
  [0xff00, 0xff0f],
  [0xff1a, 0xff20],
  [0xff3b, 0xff40],
  [0xff5b, 0xff65],
  [0xfff0, 0xffff],
];

/** Scripts written without spaces: each character is a token of its own (kana, Han). */
const UNSPACED: readonly (readonly [number, number])[] = [
  [0x3040, 0x30ff],
  [0x3400, 0x9fff],
];

function inRanges(ranges: readonly (readonly [number, number])[], code: number): boolean {
  for (const [first, last] of ranges) if (code >= first && code <= last) return true;
  return false;
}

/** What a code unit at or above {@link FOLDED_UNTIL} does to a word. */
export function classifyHighCode(code: number): 'separator' | 'letter' | 'alone' {
  if (inRanges(SEPARATORS, code)) return 'separator';
  return inRanges(UNSPACED, code) ? 'alone' : 'letter';
}
