import { FRENCH_STOP_WORDS, GERMAN_STOP_WORDS, SPANISH_STOP_WORDS } from './foreign-stop-words.ts';
import { STOP_WORDS } from './stop-words.ts';
import { tokenize } from './tokenize.ts';

/** ISO 639-1 codes of the languages whose words are stemmed and whose function words are left out. */
export const LANGUAGES = ['en', 'de', 'fr', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

export const STOP_WORDS_OF: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: STOP_WORDS,
  de: GERMAN_STOP_WORDS,
  fr: FRENCH_STOP_WORDS,
  es: SPANISH_STOP_WORDS,
};

/** Signs that occur in one of the languages only; each kind counts like a function word. */
const SIGNS: Readonly<Record<Language, readonly RegExp[]>> = {
  en: [],
  de: [/ß/, /[äöü]/i],
  fr: [/[çêèœ]/i, /[àâîô]/i],
  es: [/[¿¡]/, /ñ/i, /[óíú]/i],
};
/** Question words that stay terms of a question, for they ask for a quantity. */
const QUESTION_WORDS: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:how|which|what)\b/i,
  de: /\b(?:wie|wieviel\w*|welche\w*)\b/i,
  fr: /\b(?:combien|quel\w*)\b/i,
  es: /(?:^|[¿\s])cu[aá]nt[oa]s?\b/i,
};
/** A page needs so many more function words of another language than English ones. */
const PAGE_MARGIN = 1.5;
const FEWEST_PAGE_WORDS = 4;

/**
 * The language of a page's readable text, by its share of function words (Grefenstette, "Comparing
 * two language identification schemes", JADT 1995: as good as trigrams from one sentence on). From a
 * fixed list, so that an update of nothing changes what a node signs. English when in doubt.
 */
export function pageLanguage(text: string): Language {
  const counts = countEvidence(text);
  const best = bestOf(counts, LANGUAGES, 'en');
  const isClear = counts[best] >= FEWEST_PAGE_WORDS && counts[best] > PAGE_MARGIN * counts.en;
  return best === 'en' || isClear ? best : 'en';
}

/**
 * The language of a question, one of those that the knowledge is written in; `usual` when its words
 * decide nothing.
 */
export function questionLanguage(
  question: string,
  { among, usual }: { readonly among: readonly Language[]; readonly usual: Language },
): Language {
  if (among.length < 2) return usual;
  return bestOf(countEvidence(question), among, usual);
}

function countEvidence(text: string): Record<Language, number> {
  const tokens = tokenize(text);
  const count = (language: Language): number => {
    const known = STOP_WORDS_OF[language];
    let hits = QUESTION_WORDS[language].test(text) ? 1 : 0;
    for (const token of tokens) if (known.has(token)) hits++;
    for (const sign of SIGNS[language]) if (sign.test(text)) hits++;
    return hits;
  };
  return { en: count('en'), de: count('de'), fr: count('fr'), es: count('es') };
}

/** The language of the highest count, `usual` among equals of the highest. */
function bestOf(
  counts: Readonly<Record<Language, number>>,
  among: readonly Language[],
  usual: Language,
): Language {
  let best = usual;
  for (const language of among) if (counts[language] > counts[best]) best = language;
  return best;
}
