/**
 * The English (Porter2) stemmer: M. F. Porter, "Snowball: a language for stemming algorithms", 2001,
 * https://snowballstem.org/algorithms/english/stemmer.html. Step names follow that page.
 * Words are expected folded (lower case, no apostrophes) as `tokenize` gives them.
 */
const VOWELS = new Set(['a', 'e', 'i', 'o', 'u', 'y']);
const DOUBLES = new Set(['bb', 'dd', 'ff', 'gg', 'mm', 'nn', 'pp', 'rr', 'tt']);
const LI_ENDINGS = new Set(['c', 'd', 'e', 'g', 'h', 'k', 'm', 'n', 'r', 't']);

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((w) => [w, w] as const),
]);
/** Left alone after step 1a. */
const KEPT_AFTER_1A = new Set(['proceed', 'exceed', 'succeed']);
/** Left alone by step 1b although they end in -ing. */
const KEPT_ING = new Set(['inn', 'out', 'cann', 'herr', 'earr', 'even']);
const R1_PREFIX = /^(?:gener|commun|arsen|past|univers|later|emerg|organ|inter)/;

type Rule = readonly [suffix: string, replacement: string];

/** Longest suffix first, so that the first match is the one the algorithm means. */
const STEP_2: readonly Rule[] = [
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['iveness', 'ive'],
  ['tional', 'tion'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['entli', 'ent'],
  ['ation', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ousli', 'ous'],
  ['iviti', 'ive'],
  ['fulli', 'ful'],
  ['ogist', 'og'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['izer', 'ize'],
  ['ator', 'ate'],
  ['alli', 'al'],
  ['bli', 'ble'],
  ['ogi', 'og'],
  ['li', ''],
];
const STEP_3: readonly Rule[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ative', ''],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
];
const STEP_4: readonly string[] = [
  'ement',
  'ance',
  'ence',
  'able',
  'ible',
  'ment',
  'ant',
  'ent',
  'ism',
  'ate',
  'iti',
  'ous',
  'ive',
  'ize',
  'ion',
  'al',
  'er',
  'ic',
];

/** The stem of `word`; words of two letters, or with a digit or a foreign letter, stay. */
export function stemEnglish(word: string): string {
  if (word.length <= 2 || !/^[a-z]+$/.test(word)) return word;
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  const marked = markConsonantY(word);
  const r1 = regionOne(marked);
  const r2 = regionAfterVowelConsonant(marked, r1);
  let stem = step1a(marked);
  if (KEPT_AFTER_1A.has(stem)) return stem;
  stem = step1c(step1b(stem, r1));
  stem = step3(step2(stem, r1), r1, r2);
  return step5(step4(stem, r2), r1, r2).toLowerCase();
}

/** `y` at the start or after a vowel is a consonant; upper case keeps it apart until the end. */
function markConsonantY(word: string): string {
  let marked = '';
  for (let i = 0; i < word.length; i++) {
    const letter = word[i] as string;
    const isConsonantY = letter === 'y' && (i === 0 || VOWELS.has(marked[i - 1] as string));
    marked += isConsonantY ? 'Y' : letter;
  }
  return marked;
}

const isVowel = (word: string, i: number): boolean => VOWELS.has(word[i] ?? '');

function regionAfterVowelConsonant(word: string, from: number): number {
  for (let i = from + 1; i < word.length; i++) {
    if (!isVowel(word, i) && isVowel(word, i - 1)) return i + 1;
  }
  return word.length;
}

function regionOne(word: string): number {
  const prefix = R1_PREFIX.exec(word);
  return prefix === null ? regionAfterVowelConsonant(word, 0) : prefix[0].length;
}

function hasVowel(word: string, until: number): boolean {
  for (let i = 0; i < until; i++) if (isVowel(word, i)) return true;
  return false;
}

function endsInShortSyllable(word: string): boolean {
  const last = word.length - 1;
  if (word === 'past') return true;
  if (last === 1) return isVowel(word, 0) && !isVowel(word, 1);
  if (last < 1 || isVowel(word, last) || /[wxY]$/.test(word)) return false;
  return isVowel(word, last - 1) && !isVowel(word, last - 2);
}

function step1a(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ied') || word.endsWith('ies')) return word.slice(0, word.length > 4 ? -2 : -1);
  if (word.endsWith('us') || word.endsWith('ss') || !word.endsWith('s')) return word;
  return hasVowel(word, word.length - 2) ? word.slice(0, -1) : word;
}

function step1b(word: string, r1: number): string {
  const eed = /eed(?:ly)?$/.exec(word);
  if (eed !== null) return eed.index >= r1 ? `${word.slice(0, eed.index)}ee` : word;
  const match = /(?:ed|ing)(?:ly)?$/.exec(word);
  if (match === null) return word;
  const rest = word.slice(0, match.index);
  if (match[0].startsWith('ing')) {
    // dying, lying, tying, vying: the stem is written with -ie.
    if (/^[^aeiouy]y$/.test(rest)) return `${rest.slice(0, 1)}ie`;
    if (KEPT_ING.has(rest)) return word;
  }
  if (!hasVowel(rest, rest.length)) return word;
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (DOUBLES.has(rest.slice(-2))) return /^[aeo]..$/.test(rest) ? rest : rest.slice(0, -1);
  return r1 >= rest.length && endsInShortSyllable(rest) ? `${rest}e` : rest;
}

function step1c(word: string): string {
  const last = word.length - 1;
  const isFinalY = word[last] === 'y' || word[last] === 'Y';
  return isFinalY && last > 1 && !isVowel(word, last - 1) ? `${word.slice(0, -1)}i` : word;
}

function step2(word: string, r1: number): string {
  const rule = STEP_2.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, replacement] = rule;
  const start = word.length - suffix.length;
  if (start < r1) return word;
  const before = word[start - 1] ?? '';
  if (suffix === 'ogi' && before !== 'l') return word;
  if (suffix === 'li' && !LI_ENDINGS.has(before)) return word;
  return word.slice(0, start) + replacement;
}

function step3(word: string, r1: number, r2: number): string {
  const rule = STEP_3.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, replacement] = rule;
  const start = word.length - suffix.length;
  if (start < (suffix === 'ative' ? r2 : r1)) return word;
  return word.slice(0, start) + replacement;
}

function step4(word: string, r2: number): string {
  const suffix = STEP_4.find((candidate) => word.endsWith(candidate));
  if (suffix === undefined) return word;
  const start = word.length - suffix.length;
  if (start < r2) return word;
  if (suffix === 'ion' && !/[st]$/.test(word.slice(0, start))) return word;
  return word.slice(0, start);
}

function step5(word: string, r1: number, r2: number): string {
  const last = word.length - 1;
  const rest = word.slice(0, -1);
  if (word.endsWith('e')) {
    return last >= r2 || (last >= r1 && !endsInShortSyllable(rest)) ? rest : word;
  }
  return word.endsWith('ll') && last >= r2 ? rest : word;
}
