import { LANGUAGES, type Language, questionLanguage, STOP_WORDS_OF } from '../text/language.ts';
import { splitSentences } from '../text/split-sentences.ts';
import { tokenize } from '../text/tokenize.ts';
import { CLAUSE_FORMS } from './clause-forms.ts';

/** Sub-questions of one message; more is a questionnaire, and the first ones are answered. */
export const MOST_SUB_QUESTIONS = 8;
/** As much as a query may hold; splitting clauses is quadratic in it. */
const LONGEST_MESSAGE = 8_000;
/** A part with fewer content words is a fragment of its neighbour ("and back"). */
const FEWEST_CONTENT_WORDS = 1;

/** One thing asked. */
export interface SubQuestion {
  /** As written in the message. */
  readonly text: string;
  /** Refers back, so that what was asked before belongs to it. */
  readonly dependsOnPrevious: boolean;
}

/**
 * Splits a message into the things it asks: its questions, their clauses, the sides of a
 * comparison. Sentences that ask nothing ("I am on the Pro plan.") are context of the next
 * question. By rules only, in the language that its words tell, so every machine splits alike.
 */
export function decomposeQuestion(written: string): SubQuestion[] {
  const message = written.slice(0, LONGEST_MESSAGE);
  const language = questionLanguage(message, { among: LANGUAGES, usual: 'en' });
  const forms = CLAUSE_FORMS[language];
  const parts: string[] = [];
  let context = '';
  for (const [start, end] of splitSentences(message)) {
    const sentence = message.slice(start, end);
    if (!sentence.endsWith('?') && !forms.opensQuestion.test(sentence)) {
      context = `${context} ${sentence}`.trim();
      continue;
    }
    const clauses = splitClauses(sentence, language);
    clauses[0] = `${context} ${clauses[0] ?? ''}`.trim();
    context = '';
    parts.push(...clauses, ...comparedSides(sentence, language));
  }
  if (parts.length === 0) return single(message);
  // What trails the last question ("Thanks!", "I am in France.") may matter to it.
  if (contentWords(context, language) > 2) parts[parts.length - 1] = `${parts.at(-1)} ${context}`;
  const unique = [...new Set(parts)].slice(0, MOST_SUB_QUESTIONS);
  return unique.map((text, i) => ({
    text,
    dependsOnPrevious: i > 0 && forms.anaphora.test(text),
  }));
}

function single(message: string): SubQuestion[] {
  const text = message.trim();
  return text === '' ? [] : [{ text, dependsOnPrevious: false }];
}

function splitClauses(sentence: string, language: Language): string[] {
  const { clause: boundary } = CLAUSE_FORMS[language];
  const hasContent = (text: string): boolean =>
    contentWords(text, language) >= FEWEST_CONTENT_WORDS;
  const clauses: string[] = [];
  let from = 0;
  for (const match of sentence.matchAll(boundary)) {
    const clause = sentence.slice(from, match.index).trim();
    const rest = sentence.slice(match.index + match[0].length);
    // "… what it is and does" leaves a part without content of its own; keep it whole.
    if (!hasContent(clause) || !hasContent(rest) || !asksSomething(clause, language)) continue;
    clauses.push(clause);
    from = match.index + match[0].length;
  }
  clauses.push(sentence.slice(from).trim());
  return clauses.filter(hasContent);
}

function asksSomething(clause: string, language: Language): boolean {
  const { opensQuestion, interrogative } = CLAUSE_FORMS[language];
  return opensQuestion.test(clause) || interrogative.test(clause);
}

function comparedSides(sentence: string, language: Language): string[] {
  const { comparison, clause, ask } = CLAUSE_FORMS[language];
  const match = comparison.exec(sentence);
  if (match === null) return [];
  const second = (match[2] ?? '').replace(clause, '\n').split('\n')[0];
  return [ask(match[1] ?? ''), ask(second ?? '')];
}

function contentWords(text: string, language: Language): number {
  const stopWords = STOP_WORDS_OF[language];
  return tokenize(text).filter((word) => !stopWords.has(word)).length;
}
