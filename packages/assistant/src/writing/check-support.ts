import type { TextAnalyzer } from '../text/text-analyzer.ts';
import { tokenize } from '../text/tokenize.ts';
import type { WritingPassage } from './writing-passage.ts';

/** Why a written sentence is not given. */
export type SupportFault =
  | 'uncited'
  | 'link'
  | 'hidden-characters'
  | 'words-not-in-passage'
  | 'number-not-in-sentence'
  | 'negation-differs'
  | 'pieced-together';

/** Link, image or markup: a place to load from, or to carry words of the conversation away to. */
const LINK = /https?:|www\.|\]\(|!\[|<[a-z/!]|\bdata:|\bjavascript:|\bmailto:|\S@\S+\.\S/i;
const HIDDEN = /[\p{Cf}\p{Co}]|(?!\s)\p{Cc}/u;
const NEGATION =
  /\b(?:not|no|never|none|nor|neither|without|cannot|nothing|nobody|unable)\b|n['’]t\b|\b(?:nicht|nie|niemals|kein\w*|ohne|nichts)\b|\b(?:pas|jamais|aucun\w*|sans|rien)\b|\b(?:nunca|sin|ning[uú]n\w*|nada|jam[aá]s)\b/i;
/** Words that join and say nothing by themselves; no name, number, negation or quantity is among them. */
const CONNECTIVES = new Set('also however therefore accord base follow simpli note'.split(' '));
/** Share of a sentence's words that a single source sentence must hold. */
const LEAST_IN_ONE = 0.5;

/**
 * Whether the passages that a written sentence cites say it, by its words alone (a strict lexical
 * entailment: no synonyms, so a true sentence in other words falls too). Every content word must
 * stand in the cited passages; one source sentence must hold at least half of them, all numbers,
 * and a negation exactly when the written one does.
 *
 * It does not see who does what to whom: a sentence of the same words in another order passes.
 * @returns the first fault, or undefined.
 */
export function findSupportFault(
  sentence: string,
  cited: readonly WritingPassage[],
  analyze: TextAnalyzer,
): SupportFault | undefined {
  if (HIDDEN.test(sentence)) return 'hidden-characters';
  if (LINK.test(sentence)) return 'link';
  if (cited.length === 0) return 'uncited';
  const sources = cited.flatMap(({ language, sentences, citation }) => {
    const context = analyze([citation.title, ...citation.headings].join(' '), language);
    return sentences.map((text) => ({
      text,
      context,
      written: contentOf(analyze(sentence, language)),
      terms: new Set(analyze(text, language)),
    }));
  });
  const everywhere = new Set(sources.flatMap(({ terms, context }) => [...terms, ...context]));
  const isSaid = sources.some(
    ({ written }) => written.length > 0 && written.every((term) => everywhere.has(term)),
  );
  if (!isSaid) return 'words-not-in-passage';
  const numbers = tokenize(sentence).filter((word) => /\d/.test(word));
  const withNumbers = sources.filter(({ text }) => {
    const words = new Set(tokenize(text));
    return numbers.every((number) => words.has(number));
  });
  if (withNumbers.length === 0) return 'number-not-in-sentence';
  const close = withNumbers.filter(({ written, terms, context }) => {
    const subject = new Set(context);
    const own = written.filter((term) => terms.has(term)).length;
    const named = written.filter((term) => !terms.has(term) && subject.has(term)).length;
    return own > 0 && own + named / 2 >= LEAST_IN_ONE * written.length;
  });
  if (close.length === 0) return 'pieced-together';
  const negates = NEGATION.test(sentence);
  return close.some(({ text }) => NEGATION.test(text) === negates) ? undefined : 'negation-differs';
}

function contentOf(terms: readonly string[]): string[] {
  return [...new Set(terms)].filter((term) => !CONNECTIVES.has(term));
}
