import { splitSentences } from '../text/split-sentences.ts';
import { STOP_WORDS } from '../text/stop-words.ts';
import { tokenize } from '../text/tokenize.ts';

/** Sub-questions of one message; more is a questionnaire, and the first ones are answered. */
export const MOST_SUB_QUESTIONS = 8;
/** As much as a query may hold; splitting clauses is quadratic in it. */
const LONGEST_MESSAGE = 8_000;
/** A part with fewer content words is a fragment of its neighbour ("and back"). */
const FEWEST_CONTENT_WORDS = 1;

const INTERROGATIVE =
  '(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have)';
/** "… and how …", "…, what …": a conjunction or a comma before an interrogative that opens a clause. */
const CLAUSE = new RegExp(
  `(?:,?\\s+(?:and|or|but|then|also|plus|as well as)(?:\\s+(?:also|then|if so))?,?|[;,])\\s+(?=${INTERROGATIVE}\\b)`,
  'gi',
);
const OPENS_QUESTION = new RegExp(
  `^(?:${INTERROGATIVE}|tell|explain|list|compare|describe|show|give)\\b`,
  'i',
);
/** Refers to what was asked before. */
const ANAPHORA = /\b(?:it|its|they|them|their|that|this|those|these|one|there|he|she)\b/i;
/** "the difference between A and B", "compare A with B": each side is asked for by itself too. */
const COMPARISON =
  /\b(?:differences? between|compare|comparison (?:of|between)|choose between)\s+(?:the\s+)?(.{2,80}?)\s+(?:and|with|to|versus|vs\.?|or)\s+(?:the\s+)?(.{2,80}?)[?.!]*$/i;

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
 * question. By rules only, so every machine splits alike.
 */
export function decomposeQuestion(written: string): SubQuestion[] {
  const message = written.slice(0, LONGEST_MESSAGE);
  const parts: string[] = [];
  let context = '';
  for (const [start, end] of splitSentences(message)) {
    const sentence = message.slice(start, end);
    if (!sentence.endsWith('?') && !OPENS_QUESTION.test(sentence)) {
      context = `${context} ${sentence}`.trim();
      continue;
    }
    const clauses = splitClauses(sentence);
    clauses[0] = `${context} ${clauses[0] ?? ''}`.trim();
    context = '';
    parts.push(...clauses, ...comparedSides(sentence));
  }
  if (parts.length === 0) return single(message);
  // What trails the last question ("Thanks!", "I am in France.") may matter to it.
  if (contentWords(context) > 2) parts[parts.length - 1] = `${parts.at(-1)} ${context}`;
  const unique = [...new Set(parts)].slice(0, MOST_SUB_QUESTIONS);
  return unique.map((text, i) => ({ text, dependsOnPrevious: i > 0 && ANAPHORA.test(text) }));
}

function single(message: string): SubQuestion[] {
  const text = message.trim();
  return text === '' ? [] : [{ text, dependsOnPrevious: false }];
}

function splitClauses(sentence: string): string[] {
  const clauses: string[] = [];
  let from = 0;
  for (const match of sentence.matchAll(CLAUSE)) {
    const clause = sentence.slice(from, match.index).trim();
    const rest = sentence.slice(match.index + match[0].length);
    // "… what it is and does" leaves a part without content of its own; keep it whole.
    const isWhole =
      contentWords(clause) >= FEWEST_CONTENT_WORDS && contentWords(rest) >= FEWEST_CONTENT_WORDS;
    if (!isWhole || !startsQuestion(clause)) continue;
    clauses.push(clause);
    from = match.index + match[0].length;
  }
  clauses.push(sentence.slice(from).trim());
  return clauses.filter((clause) => contentWords(clause) >= FEWEST_CONTENT_WORDS);
}

function startsQuestion(clause: string): boolean {
  return OPENS_QUESTION.test(clause) || new RegExp(`\\b${INTERROGATIVE}\\b`, 'i').test(clause);
}

function comparedSides(sentence: string): string[] {
  const match = COMPARISON.exec(sentence);
  if (match === null) return [];
  const second = (match[2] ?? '').replace(CLAUSE, '\n').split('\n')[0];
  return [`What is ${match[1]}?`, `What is ${second}?`];
}

function contentWords(text: string): number {
  return tokenize(text).filter((word) => !STOP_WORDS.has(word)).length;
}
