import { stemmer as stemFrench } from '@orama/stemmers/french';
import { stemmer as stemGerman } from '@orama/stemmers/german';
import { stemmer as stemSpanish } from '@orama/stemmers/spanish';
import { LANGUAGES, type Language, STOP_WORDS_OF } from './language.ts';
import { stemEnglish } from './stem-english.ts';
import { tokenize } from './tokenize.ts';

/** Turns text into index terms: words, without stop words, stemmed. Default language English. */
export type TextAnalyzer = (text: string, language?: Language) => string[];

/** The words remembered by one analyzer and language; more would only hold rare ones. */
const REMEMBERED_WORDS = 200_000;

/** Snowball's stemmers; the others than English work on folded words, as the index holds them. */
const STEMMERS: Readonly<Record<Language, (word: string) => string>> = {
  en: stemEnglish,
  de: stemGerman,
  fr: stemFrench,
  es: stemSpanish,
};

/**
 * An analyzer that remembers stems, because indexing meets the same words again and again.
 * Two analyzers always give the same terms for the same text and language.
 */
export function createTextAnalyzer(): TextAnalyzer {
  const remembered = new Map(LANGUAGES.map((language) => [language, new Map<string, string>()]));
  return (text, language = 'en') => {
    const stems = remembered.get(language) as Map<string, string>;
    const stopWords = STOP_WORDS_OF[language];
    const stemOf = STEMMERS[language];
    const terms: string[] = [];
    for (const word of tokenize(text)) {
      if (stopWords.has(word)) continue;
      let stem = stems.get(word);
      if (stem === undefined) {
        stem = stemOf(word);
        if (stems.size < REMEMBERED_WORDS) stems.set(word, stem);
      }
      terms.push(stem);
    }
    return terms;
  };
}
