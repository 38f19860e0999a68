import type { Language } from '../text/language.ts';

/** How a language asks for each kind of answer; matched against lower case, in the order given. */
export interface QuestionForms {
  readonly polar: RegExp;
  readonly value: RegExp;
  readonly procedure: RegExp;
  readonly list: RegExp;
  readonly definition: RegExp;
  /** A clause before a comma that only sets the scene ("In Amazon RDS, what is …"). */
  readonly scene: RegExp;
}

/** JavaScript's `\b` knows no letters beyond ASCII, so words that start with one use white space. */
export const QUESTION_FORMS: Readonly<Record<Language, QuestionForms>> = {
  en: {
    polar: /^(?:is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have|am)\b/,
    value:
      /\bhow (?:many|much|long|often|large|big|high|fast|old)\b|\b(?:what|which)\b.*\b(?:maximum|minimum|max|min|limit|quota|number of|size|default|version|rate|price|cost|costs|fee|fees|percentage|amount|duration|interval)\b/,
    procedure: /\bhow (?:do|can|to|should|would|does one)\b|\bsteps?\b/,
    list: /\b(?:what|which) (?:are|were|kinds?|types?)\b|\b(?:what|which) \w+s (?:are|can|do|does|is)\b|\blist\b/,
    definition: /^(?:so )?(?:what is|what does \w+ mean|who is|define)\b/,
    scene: /^(?:in|for|on|with|regarding|about)\b[^,?]{1,80},\s*/,
  },
  de: {
    polar:
      /^(?:ist|sind|war|waren|kann|können|könnt|könnte|darf|dürfen|muss|müssen|hat|habe|haben|wird|werden|gibt|soll|sollte)\b/,
    value:
      /\bwie (?:viele?|lange|oft|groß|hoch|schnell|alt|teuer)\b|\bwas kostet\b|\bwelche\w*\b.*\b(?:limit|grenze|höchstbetrag|gebühr|preis|anzahl|frist|dauer)/,
    procedure: /\bwie (?:kann|können|mache|muss|soll|gehe|lösche|ändere|\w+e ich)\b|\bschritte?\b/,
    list: /\bwelche \w+en\b|\bliste\b/,
    definition: /^(?:was ist|was sind|was bedeutet|wer ist)\b/,
    scene: /^(?:in|für|bei|mit|zu)\b[^,?]{1,80},\s*/,
  },
  fr: {
    polar: /^(?:est-ce|est-il|puis-je|peut-on|dois-je|faut-il|ai-je|y a-t-il)\b/,
    value:
      /\bcombien\b|\bquel(?:le)?s?\b.*\b(?:limite|plafond|montant|prix|tarif|frais|durée|délai|nombre|taille)\b/,
    procedure: /\bcomment\b|(?:^|\s)étapes?\b/,
    list: /\bquel(?:le)?s (?:sont|\w+s)\b|\bliste\b/,
    definition: /^(?:qu'est-ce|qu’est-ce|que signifie|qui est)\b/,
    scene: /^(?:dans|pour|sur|avec|chez)\b[^,?]{1,80},\s*/,
  },
  es: {
    polar: /^(?:es|son|puedo|puede|pueden|debo|hay|tengo|tiene|está|están)(?:\s|$)/,
    value:
      /(?:^|\s)cu[aá]nt[oa]s?\b|\bcu[aá]l(?:es)?\b.*\b(?:límite|limite|importe|precio|tarifa|comisión|plazo|número|tamaño)/,
    procedure: /\bc[oó]mo\b|\bpasos?\b/,
    list: /\b(?:qué|que|cuáles|cuales) (?:son\b|(?!es\b)\w+s\b)|\blista\b/,
    definition: /^(?:qué|que) (?:es|son|significa)\b/,
    scene: /^(?:en|para|sobre|con)\b[^,?]{1,80},\s*/,
  },
};
