import { decomposeQuestion } from '../complex/decompose-question.ts';
import { LANGUAGES, type Language, questionLanguage } from '../text/language.ts';
import { tokenize } from '../text/tokenize.ts';
import type { Answer } from './answer.ts';

/** Why a question goes to the network. */
export type ComplexReason =
  | 'several-questions'
  | 'low-confidence'
  | 'technical-log'
  | 'reasoning-requested';

export interface Route {
  readonly route: 'simple' | 'complex';
  /** Every reason that holds; empty for a simple question. */
  readonly reasons: readonly ComplexReason[];
  /** One sentence for the console and the log. */
  readonly explanation: string;
}

export interface RouteOptions {
  /** Confidence of the local answer below which more work is worth its price. Default 0.45. */
  readonly lowConfidence?: number;
  /** Confidence below which the knowledge is not about this at all, and no node can help. Default 0.15. */
  readonly hopeless?: number;
}

/** A request for a comparison, a cause or an explanation. */
const REASONING: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:why|compare|comparison|difference between|differ|versus|vs|trade-?offs?|pros and cons|step by step|explain (?:how|why)|root cause|diagnos\w*|troubleshoot\w*|investigate|analy[sz]e|what happens (?:if|when)|should (?:i|we) (?:use|choose)|which is better)\b/i,
  de: /(?<!\p{L})(?:warum|wieso|weshalb|vergleich\p{L}*|unterschiede? zwischen|unterscheide\p{L}*|vor- und nachteile|schritt für schritt|erklär\p{L}*|ursache|diagnos\p{L}*|analysier\p{L}*|untersuch\p{L}*|was passiert,? wenn|soll(?:te)?n? (?:ich|wir)|was ist besser)(?!\p{L})/iu,
  fr: /(?<!\p{L})(?:pourquoi|compar\p{L}*|différences? entre|avantages et (?:les )?inconvénients|étape par étape|expliqu\p{L}*|cause|diagnosti\p{L}*|analys\p{L}*|que se passe-t-il (?:si|quand)|vaut-il mieux|est (?:mieux|meilleure?))(?!\p{L})/iu,
  es: /(?<!\p{L})(?:por qué|compar\p{L}*|diferencias? entre|ventajas y (?:las )?desventajas|paso a paso|expli(?:ca|que)\p{L}*|causa|diagn[oó]stic\p{L}*|analiz\p{L}*|qué (?:pasa|ocurre|sucede) (?:si|cuando)|es mejor)(?!\p{L})/iu,
};
const LOG_LINE =
  /^\s*(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\d\d:\d\d:\d\d|\w{3} +\d{1,2} \d\d:\d\d:\d\d|at [\w$.<>]+\(|Traceback |Caused by:|\w*(?:Error|Exception):|(?:ERROR|WARN|FATAL|INFO|DEBUG)\b|0x[0-9a-f]{4,}|[{}[\]"]{2,})/;
/** Lines of a log in a question that make it one. */
const LOG_LINES = 3;
/** Words beyond which a message is a report, not a question. */
const LONG_QUESTION_WORDS = 120;

/**
 * Decides whether the gateway answers alone or asks a node, from the question and, when there is
 * one, the local answer.
 */
export function routeQuestion(
  question: string,
  local?: Pick<Answer, 'confidence'>,
  options: RouteOptions = {},
): Route {
  const { lowConfidence = 0.45, hopeless = 0.15 } = options;
  const reasons: ComplexReason[] = [];
  if (decomposeQuestion(question).length > 1) reasons.push('several-questions');
  if (isTechnicalLog(question)) reasons.push('technical-log');
  const language = questionLanguage(question, { among: LANGUAGES, usual: 'en' });
  if (REASONING[language].test(question)) reasons.push('reasoning-requested');
  const confidence = local?.confidence;
  if (confidence !== undefined && confidence < lowConfidence && confidence >= hopeless) {
    reasons.push('low-confidence');
  }
  return {
    route: reasons.length === 0 ? 'simple' : 'complex',
    reasons,
    explanation: explain(reasons),
  };
}

function isTechnicalLog(question: string): boolean {
  const logLines = question.split('\n').filter((line) => LOG_LINE.test(line)).length;
  return logLines >= LOG_LINES || tokenize(question).length > LONG_QUESTION_WORDS;
}

const SENTENCES: Readonly<Record<ComplexReason, string>> = {
  'several-questions': 'it asks several things at once',
  'low-confidence': 'the best single passage supports an answer only weakly',
  'technical-log': 'it holds a technical log or a long report',
  'reasoning-requested': 'it asks for a comparison, a cause or an explanation',
};

function explain(reasons: readonly ComplexReason[]): string {
  if (reasons.length === 0) return 'One question that a passage of the knowledge can answer.';
  return `Sent to a node because ${reasons.map((reason) => SENTENCES[reason]).join(', and ')}.`;
}
