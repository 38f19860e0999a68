import { tokenize } from '../text/tokenize.ts';

/**
 * What kind of answer a question expects, after the coarse classes of Li and Roth ("Learning
 * Question Classifiers", COLING 2002): a number or value, several things, a definition, steps,
 * yes or no, or anything.
 */
export type QuestionType = 'value' | 'list' | 'definition' | 'procedure' | 'polar' | 'open';

const VALUE =
  /\bhow (?:many|much|long|often|large|big|high|fast|old)\b|\b(?:what|which)\b.*\b(?:maximum|minimum|max|min|limit|quota|number of|size|default|version|rate|price|cost|costs|fee|fees|percentage|amount|duration|interval)\b/;
const PLURAL_WHAT =
  /\b(?:what|which) (?:are|were|kinds?|types?)\b|\b(?:what|which) \w+s (?:are|can|do|does|is)\b|\blist\b/;
const DEFINITION = /^(?:so )?(?:what is|what does \w+ mean|who is|define)\b/;
const PROCEDURE = /\bhow (?:do|can|to|should|would|does one)\b|\bsteps?\b/;
const POLAR = /^(?:is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have|am)\b/;

/** The kind of answer `question` asks for, from its wording alone (English). */
export function questionType(question: string): QuestionType {
  const plain = question.toLowerCase().replace(/\s+/g, ' ').trim();
  // "In Amazon RDS, what is …": the clause before the comma only sets the scene.
  const asked = plain.replace(/^(?:in|for|on|with|regarding|about)\b[^,?]{1,80},\s*/, '');
  if (POLAR.test(asked)) return 'polar';
  if (VALUE.test(asked)) return 'value';
  if (PROCEDURE.test(asked)) return 'procedure';
  if (PLURAL_WHAT.test(asked)) return 'list';
  return DEFINITION.test(asked) ? 'definition' : 'open';
}

/** Whether `text` holds a number that the question does not. */
export function hasNewNumber(text: string, questionWords: ReadonlySet<string>): boolean {
  return tokenize(text).some((word) => /^\d/.test(word) && !questionWords.has(word));
}
