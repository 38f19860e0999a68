import { stemEnglish } from './stem-english.ts';
import { STOP_WORDS } from './stop-words.ts';
import { tokenize } from './tokenize.ts';

/** Turns text into index terms: words, without stop words, stemmed. */
export type TextAnalyzer = (text: string) => string[];

/** The words remembered by one analyzer; more would only hold rare ones. */
const REMEMBERED_WORDS = 200_000;

/**
 * An analyzer that remembers stems, because indexing meets the same words again and again.
 * Two analyzers always give the same terms for the same text.
 */
export function createTextAnalyzer(): TextAnalyzer {
  const stems = new Map<string, string>();
  return (text) => {
    const terms: string[] = [];
    for (const word of tokenize(text)) {
      if (STOP_WORDS.has(word)) continue;
      let stem = stems.get(word);
      if (stem === undefined) {
        stem = stemEnglish(word);
        if (stems.size < REMEMBERED_WORDS) stems.set(word, stem);
      }
      terms.push(stem);
    }
    return terms;
  };
}
