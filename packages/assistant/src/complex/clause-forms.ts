import type { Language } from '../text/language.ts';

/** How a language puts several questions into one sentence. */
export interface ClauseForms {
  /** A conjunction or a comma before an interrogative that opens a clause: "… and how …". Global. */
  readonly clause: RegExp;
  /** Somewhere in a clause: it asks something. */
  readonly interrogative: RegExp;
  /** At its beginning: a sentence asks something, with or without a question mark. */
  readonly opensQuestion: RegExp;
  /** Refers to what was asked before. */
  readonly anaphora: RegExp;
  /** "the difference between A and B": groups 1 and 2 are asked for by themselves too. */
  readonly comparison: RegExp;
  /** How one side of a comparison is asked for. */
  readonly ask: (thing: string) => string;
}

interface Vocabulary {
  readonly interrogatives: string;
  readonly conjunctions: string;
  readonly imperatives: string;
  readonly anaphora: string;
  readonly comparison: RegExp;
  readonly ask: (thing: string) => string;
}

/** Word boundaries that know letters beyond ASCII, which `\b` does not. */
const BEGINS = '(?<![\\p{L}\\p{N}])';
const ENDS = '(?![\\p{L}\\p{N}])';

function formsOf(words: Vocabulary): ClauseForms {
  const { interrogatives, conjunctions, imperatives, anaphora, comparison, ask } = words;
  return {
    clause: new RegExp(
      `(?:,?\\s+(?:${conjunctions}),?|[;,])\\s+(?=¿?(?:${interrogatives})${ENDS})`,
      'giu',
    ),
    interrogative: new RegExp(`${BEGINS}(?:${interrogatives})${ENDS}`, 'iu'),
    opensQuestion: new RegExp(`^¿?(?:${interrogatives}|${imperatives})${ENDS}`, 'iu'),
    anaphora: new RegExp(`${BEGINS}(?:${anaphora})${ENDS}`, 'iu'),
    comparison,
    ask,
  };
}

export const CLAUSE_FORMS: Readonly<Record<Language, ClauseForms>> = {
  en: formsOf({
    interrogatives:
      'what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have',
    conjunctions: '(?:and|or|but|then|also|plus|as well as)(?:\\s+(?:also|then|if so))?',
    imperatives: 'tell|explain|list|compare|describe|show|give',
    anaphora: 'it|its|they|them|their|that|this|those|these|one|there|he|she',
    comparison:
      /\b(?:differences? between|compare|comparison (?:of|between)|choose between)\s+(?:the\s+)?(.{2,80}?)\s+(?:and|with|to|versus|vs\.?|or)\s+(?:the\s+)?(.{2,80}?)[?.!]*$/i,
    ask: (thing) => `What is ${thing}?`,
  }),
  de: formsOf({
    interrogatives:
      'was|welche[rsnm]?|wer|wem|wen|wessen|wann|wo|wohin|woher|warum|wieso|weshalb|wie|wieviel|ist|sind|kann|können|könnte|darf|dürfen|muss|müssen|soll|sollte|habe|hat|wird|werden|gibt',
    conjunctions: '(?:und|oder|aber|dann|außerdem|sowie)(?:\\s+(?:auch|dann|wenn ja))?',
    imperatives:
      'erklär\\p{L}*|nenn\\p{L}*|vergleich\\p{L}*|beschreib\\p{L}*|zeig\\p{L}*|sag\\p{L}*',
    anaphora:
      'es|sie|ihn|ihm|ihnen|dies\\p{L}*|davon|dafür|damit|daran|darauf|dazu|dort|das(?=\\s*[?.!]|$)',
    comparison:
      /(?:unterschiede? zwischen|vergleich(?:e|en)?(?: sie)?(?: von| zwischen)?)\s+(?:(?:der|die|das|den|dem)\s+)?(.{2,80}?)\s+(?:und|mit|oder)\s+(?:(?:der|die|das|den|dem)\s+)?(.{2,80}?)[?.!]*$/iu,
    ask: (thing) => `Was ist ${thing}?`,
  }),
  fr: formsOf({
    interrogatives:
      "qu['’]est-ce|que (?:faire|faut-il|dois-je|se passe)|quoi|quel(?:le)?s?|qui|quand|où|pourquoi|comment|combien|est-ce|est-il|puis-je|peut-on|dois-je|faut-il|ai-je|y a-t-il",
    conjunctions: '(?:et|ou|mais|puis|aussi|ainsi que)(?:\\s+(?:aussi|ensuite|si oui))?',
    imperatives: 'expliqu\\p{L}*|compar\\p{L}*|décri\\p{L}*|montr\\p{L}*|donn\\p{L}*|dites',
    anaphora: 'elle|elles|ils|ça|cela|ceci|ce|cet|cette|ces|celui|celle|ceux|lui|leur|leurs',
    comparison:
      /(?:différences? entre|compar(?:er|ez|aison (?:de|entre)))\s+(?:(?:le|la|les)\s+|l['’])?(.{2,80}?)\s+(?:et|avec|ou)\s+(?:(?:le|la|les)\s+|l['’])?(.{2,80}?)\s*[?.!]*$/iu,
    ask: (thing) => `Qu’est-ce que ${thing} ?`,
  }),
  es: formsOf({
    interrogatives:
      'qué|cuál(?:es)?|quién(?:es)?|cuándo|dónde|adónde|por qué|cómo|cu[aá]nt[oa]s?|puedo|puede|pueden|debo|hay',
    conjunctions: '(?:y|e|o|pero|luego|además|también)(?:\\s+(?:también|además|si es así))?',
    imperatives: 'expli\\p{L}*|compar\\p{L}*|describ\\p{L}*|muéstr\\p{L}*|di(?:me|ga)?|list\\p{L}*',
    anaphora:
      'él|ella|ellos|ellas|lo|eso|esto|ello|ese|esa|esos|esas|est[ea]|estos|estas|allí|\\p{L}+r(?:lo|la|los|las)',
    comparison:
      /(?:diferencias? entre|compar(?:ar|e|a|ación (?:de|entre)))\s+(?:(?:el|la|los|las)\s+)?(.{2,80}?)\s+(?:y|e|con|o)\s+(?:(?:el|la|los|las)\s+)?(.{2,80}?)[?.!]*$/iu,
    ask: (thing) => `¿Qué es ${thing}?`,
  }),
};
