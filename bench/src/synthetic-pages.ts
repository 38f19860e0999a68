/** A page of made-up text. */
export interface SyntheticPage {
  readonly path: string;
  readonly content: string;
}

const VOCABULARY = 60_000;
const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo zu'.split(' ');
const WORDS_A_SENTENCE = 14;
const SENTENCES_A_PARAGRAPH = 5;
/** Of the logarithm of a page's words: a median of 400 words, one page in twenty above 1,500. */
const LENGTH = { median: 400, sigma: 0.8, least: 40, most: 8_000 };

/**
 * Pages whose words follow Zipf's law and whose lengths are log-normal; the same for the same seed.
 * @param seed an integer from 0 to 2³² − 1
 */
export function* generatePages(count: number, seed: number): Generator<SyntheticPage> {
  const random = mulberry32(seed);
  for (let index = 0; index < count; index++) {
    const words = drawLength(random);
    const lines = [`# ${sentence(random, 4)} ${index}`];
    for (let written = 0; written < words; ) {
      const paragraph: string[] = [];
      for (let i = 0; i < SENTENCES_A_PARAGRAPH && written < words; i++) {
        paragraph.push(`${sentence(random, WORDS_A_SENTENCE)}.`);
        written += WORDS_A_SENTENCE;
      }
      lines.push(paragraph.join(' '));
    }
    yield { path: `page-${index}.md`, content: lines.join('\n\n') };
  }
}

function sentence(random: () => number, words: number): string {
  const text = Array.from({ length: words }, () => wordOf(drawRank(random))).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The inverse of a continuous Zipf distribution with exponent 1. */
const drawRank = (random: () => number): number => Math.floor(VOCABULARY ** random()) - 1;

function drawLength(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const words = LENGTH.median * Math.exp(LENGTH.sigma * normal);
  return Math.round(Math.min(LENGTH.most, Math.max(LENGTH.least, words)));
}

/** Frequent words are short, as in a language. */
function wordOf(rank: number): string {
  let rest = rank + SYLLABLES.length;
  let word = '';
  for (; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    word += SYLLABLES[rest % SYLLABLES.length];
  return word;
}

/** Source: Tommy Ettinger's mulberry32, public domain. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
