import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isIban } from '../src/privacy/iban.ts';
import { passesLuhn } from '../src/privacy/luhn.ts';
import { createRedactor, redactPersonalData } from '../src/privacy/redact-personal-data.ts';

test.each([
  ['card 4111 1111 1111 1111 please', 'card [card] please'],
  ['5500-0000-0000-0004', '[card]'],
  ['IBAN DE89 3704 0044 0532 0130 00 is mine', 'IBAN [iban] is mine'],
  ['gb82west12345698765432', '[iban]'],
  ['write to jo.smith+x@mail.example.org.', 'write to [email].'],
  ['call +49 30 1234567 or (0)30 1234567', 'call [phone] or (0)30 1234567'],
  ['call 0171/2345678 or 415-555-0132', 'call [phone] or [phone]'],
])('%j becomes %j', (text, redacted) => {
  expect(redactPersonalData(text).text).toBe(redacted);
});

test.each([
  'order 4111 1111 1111 1112 is late',
  'on 2026-03-01 at 10:15:00 it failed',
  'version 10.2.31, build 202603011015',
  'host 192.168.100.200 port 8080',
  'error 0x80070057 at line 1024',
])('leaves %j alone', (text) => {
  expect(redactPersonalData(text)).toEqual({ text, found: [] });
});

test('configured patterns go first and are named', () => {
  const redact = createRedactor([{ kind: 'customer', pattern: 'K-\\d{6}' }]);
  const { text, found } = redact('I am K-123456, a@b.example');
  expect(text).toBe('I am [customer], [email]');
  expect(found).toEqual([
    { kind: 'customer', start: 5, end: 13 },
    { kind: 'email', start: 15, end: 26 },
  ]);
});

test.each([
  { kind: 'x', pattern: '(a+)+b' },
  { kind: 'x', pattern: '(' },
  { kind: 'X Y', pattern: 'a' },
])('refuses the pattern %j', (pattern) => {
  expect(() => createRedactor([pattern])).toThrow(
    expect.objectContaining({ code: 'REDACTION_PATTERN_INVALID' }),
  );
});

test('any number with a Luhn check digit is found wherever it stands', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 10n ** 14n, max: 10n ** 15n - 1n }), (stem) => {
      const check = Array.from('0123456789').find((digit) => passesLuhn(`${stem}${digit}`));
      const { text } = redactPersonalData(`pay ${stem}${check} now`);
      expect(text).toBe('pay [card] now');
    }),
  );
});

test('check digits of ISO 7064 catch every change of one digit', () => {
  const iban = 'FR1420041010050500013M02606';
  expect(isIban(iban)).toBe(true);
  for (let i = 4; i < iban.length; i++) {
    const digit = Number(iban[i]);
    if (Number.isNaN(digit)) continue;
    expect(isIban(iban.slice(0, i) + ((digit + 1) % 10) + iban.slice(i + 1))).toBe(false);
  }
});

test.each(['1 ', 'a.', 'DE12 ', '+1', '(0', '4111-'])(
  '%j a hundred thousand times does not stall',
  (piece) => {
    expect(redactPersonalData(piece.repeat(50_000)).text.length).toBeGreaterThan(0);
  },
);
