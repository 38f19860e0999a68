import { assistantError } from '../assistant-error.ts';
import { isIban } from './iban.ts';
import { passesLuhn } from './luhn.ts';

/** A tenant's own kind of personal data, for instance a customer number. */
export interface RedactionPattern {
  /** Lower-case name, shown as `[kind]`. */
  readonly kind: string;
  /** Source of a regular expression, at most 200 characters, matched without flags. */
  readonly pattern: string;
}

/** Where something was found in the original text; the value itself is not kept. */
export interface RedactedSpan {
  readonly kind: string;
  /** UTF-16 code units into the original text. */
  readonly start: number;
  readonly end: number;
}

export interface Redaction {
  readonly text: string;
  /** Ascending, not overlapping. */
  readonly found: readonly RedactedSpan[];
}

export type Redactor = (text: string) => Redaction;

const EMAIL = /[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}/g;
const IBAN_LIKE = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])/g;
const DIGIT_RUN = /(?<![\d.])\d(?:[ -]?\d){12,18}(?!\d)/g;
/** International (+ or 00), or national with a leading 0, or North American in three groups. */
const PHONE =
  /(?<![\w.+-])(?:(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){6,13}|\(?0[1-9]\d{0,4}\)?(?:[ /-]?\d){5,10}|\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4})(?![\w-])/g;
const CONFIGURED_LENGTH = 200;
/** A repeated group that itself repeats backtracks exponentially. */
const NESTED_REPETITION = /\([^)]*[+*}][^)]*\)\s*[+*{]/;

/**
 * A redactor for cards (Luhn), IBANs (mod 97), e-mail addresses, phone numbers and the configured
 * patterns, which go first. What is found is replaced by its kind in brackets.
 *
 * @example
 * createRedactor([{ kind: 'customer', pattern: 'K-\\d{6}' }])('I am K-123456').text; // I am [customer]
 * @throws {DdaiError} `REDACTION_PATTERN_INVALID`.
 */
export function createRedactor(patterns: readonly RedactionPattern[] = []): Redactor {
  const configured = patterns.map(compile);
  return (text) => {
    const found: RedactedSpan[] = [];
    const add = (kind: string, start: number, end: number): void => {
      if (!found.some((span) => span.start < end && start < span.end))
        found.push({ kind, start, end });
    };
    for (const { kind, expression } of configured) {
      for (const match of text.matchAll(expression)) {
        if (match[0] !== '') add(kind, match.index, match.index + match[0].length);
      }
    }
    for (const match of text.matchAll(EMAIL))
      add('email', match.index, match.index + match[0].length);
    for (const match of text.matchAll(IBAN_LIKE)) {
      const length = ibanLength(match[0]);
      if (length > 0) add('iban', match.index, match.index + length);
    }
    for (const match of text.matchAll(DIGIT_RUN)) {
      const digits = match[0].replace(/\D/g, '');
      const isCard = passesLuhn(digits) && !/^(\d)\1+$/.test(digits);
      if (isCard) add('card', match.index, match.index + match[0].length);
    }
    for (const match of text.matchAll(PHONE))
      add('phone', match.index, match.index + match[0].length);
    found.sort((a, b) => a.start - b.start);
    return { text: replaceSpans(text, found), found };
  };
}

/** Redacts with no configured patterns. */
export function redactPersonalData(text: string): Redaction {
  return createRedactor()(text);
}

/** Words may follow an IBAN without punctuation, so the longest valid prefix of groups counts. */
function ibanLength(text: string): number {
  for (let length = text.length; length > 0; length--) {
    const isGroupEnd = length === text.length || /[ -]/.test(text[length] as string);
    if (isGroupEnd && isIban(text.slice(0, length).replace(/[ -]/g, '').toUpperCase()))
      return length;
  }
  return 0;
}

function replaceSpans(text: string, spans: readonly RedactedSpan[]): string {
  let out = '';
  let at = 0;
  for (const { kind, start, end } of spans) {
    out += `${text.slice(at, start)}[${kind}]`;
    at = end;
  }
  return out + text.slice(at);
}

function compile({ kind, pattern }: RedactionPattern): { kind: string; expression: RegExp } {
  const fail = (why: string, cause?: unknown): Error =>
    assistantError({
      code: 'REDACTION_PATTERN_INVALID',
      message: `redaction pattern ${JSON.stringify(kind)}: ${why}`,
      cause,
    });
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(kind)) throw fail('the kind must be a lower-case word');
  if (pattern.length > CONFIGURED_LENGTH) throw fail(`longer than ${CONFIGURED_LENGTH} characters`);
  if (NESTED_REPETITION.test(pattern)) throw fail('a repeated group holds a repetition');
  try {
    return { kind, expression: new RegExp(pattern, 'g') };
  } catch (cause) {
    throw fail('not a regular expression', cause);
  }
}
