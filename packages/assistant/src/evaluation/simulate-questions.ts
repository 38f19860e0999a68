import { createSeededRandom, type SeededRandom } from '@ddai/core';
import {
  headingBreadcrumb,
  type KnowledgeDocument,
  PASSAGE_STRIDE,
  SENTENCE_KIND,
  SENTENCE_STRIDE,
} from '../knowledge/knowledge-document.ts';
import { readableText } from '../knowledge/readable-text.ts';
import { type Language, STOP_WORDS_OF } from '../text/language.ts';
import { tokenize } from '../text/tokenize.ts';

/** Words that somebody who half remembers a page might type, and the page. */
export interface SimulatedQuestion {
  readonly q: string;
  readonly doc: string;
}

/** Content words kept of the sentence: from 3 to 8. */
const FEWEST_WORDS = 3;
const WORD_SPREAD = 6;
const MOST_WORDS = 12;
/** Words of title and headings put in front: 0 to 2. */
const HEADING_WORDS = 3;
/** A sentence of fewer different words is hardly what anyone asks for. */
const SHORTEST_SENTENCE = 4;
/** Characters of a page that the noise is drawn from. */
const NOISE_CHARACTERS = 4_000;

/**
 * Known-item questions made from the knowledge itself, after Azzopardi, de Rijke and Balog
 * ("Building simulated queries for known-item topics", SIGIR 2007): words of one sentence in its
 * order, some of its headings, and at each place with probability `noise` a word of anywhere
 * instead. What is fitted on them has seen no question of a person.
 * @param options.perDocument questions tried per page; sentences too short to ask for give none.
 * @param options.noise in percent, default 20.
 */
export function simulateQuestions(
  documents: readonly KnowledgeDocument[],
  options: { readonly perDocument: number; readonly seed: string; readonly noise?: number },
): SimulatedQuestion[] {
  const { perDocument, seed, noise = 20 } = options;
  const random = createSeededRandom(seed);
  const anywhere = documents.flatMap(({ language, text }) =>
    contentWords(text.slice(0, NOISE_CHARACTERS), language).filter((word) => /^[a-z]/.test(word)),
  );
  const noisy = (word: string): string =>
    random.below(100) < noise ? pick(anywhere, random) : word;
  return documents.flatMap((document) => {
    const sentences = readableSentences(document);
    const questions: SimulatedQuestion[] = [];
    for (let n = 0; n < perDocument && sentences.length > 0; n++) {
      const words = simulateWords(document, pick(sentences, random), random, noisy);
      if (new Set(words).size >= 2) questions.push({ q: words.join(' '), doc: document.id });
    }
    return questions;
  });
}

function simulateWords(
  document: KnowledgeDocument,
  at: number,
  random: SeededRandom,
  noisy: (word: string) => string,
): string[] {
  const start = document.sentences[at] as number;
  const sentence = contentWords(
    readableText(document, start, document.sentences[at + 1] as number),
    document.language,
  );
  if (new Set(sentence).size < SHORTEST_SENTENCE) return [];
  const wanted = FEWEST_WORDS + random.below(WORD_SPREAD);
  const kept = sentence.filter(() => random.below(sentence.length) < wanted).map(noisy);
  const headings = contentWords(
    [document.title, ...headingsAbove(document, start)].join(' '),
    document.language,
  );
  for (let n = random.below(HEADING_WORDS); n > 0 && headings.length > 0; n--) {
    kept.unshift(pick(headings, random));
  }
  return kept.slice(0, MOST_WORDS);
}

function readableSentences({ sentences }: KnowledgeDocument): number[] {
  const places: number[] = [];
  for (let at = 0; at < sentences.length; at += SENTENCE_STRIDE) {
    if (sentences[at + 2] !== SENTENCE_KIND.code) places.push(at);
  }
  return places;
}

function headingsAbove(document: KnowledgeDocument, position: number): string[] {
  let heading = -1;
  for (let p = 0; p < document.passages.length; p += PASSAGE_STRIDE) {
    if ((document.passages[p] as number) <= position) heading = document.passages[p + 2] as number;
  }
  return headingBreadcrumb(document, heading);
}

function contentWords(text: string, language: Language): string[] {
  const stopWords = STOP_WORDS_OF[language];
  return tokenize(text).filter((word) => !stopWords.has(word));
}

function pick<Item>(items: readonly Item[], random: SeededRandom): Item {
  return items[random.below(items.length)] as Item;
}
