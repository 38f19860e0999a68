import type { Language } from '../text/language.ts';
import { tokenize } from '../text/tokenize.ts';
import { QUESTION_FORMS } from './question-forms.ts';

/**
 * What kind of answer a question expects, after the coarse classes of Li and Roth ("Learning
 * Question Classifiers", COLING 2002): a number or value, several things, a definition, steps,
 * yes or no, or anything.
 */
export type QuestionType = 'value' | 'list' | 'definition' | 'procedure' | 'polar' | 'open';

/** The kind of answer `question` asks for, from its wording alone. Default language English. */
export function questionType(question: string, language: Language = 'en'): QuestionType {
  const forms = QUESTION_FORMS[language];
  const plain = question
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^[\s¿¡]+/, '')
    .trim();
  const asked = plain.replace(forms.scene, '');
  if (forms.polar.test(asked)) return 'polar';
  if (forms.value.test(asked)) return 'value';
  if (forms.procedure.test(asked)) return 'procedure';
  if (forms.list.test(asked)) return 'list';
  return forms.definition.test(asked) ? 'definition' : 'open';
}

/** Whether `text` holds a number that the question does not. */
export function hasNewNumber(text: string, questionWords: ReadonlySet<string>): boolean {
  return tokenize(text).some((word) => /^\d/.test(word) && !questionWords.has(word));
}
