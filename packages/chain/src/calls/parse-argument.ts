import { DdaiError } from '@ddai/core';
import type { AddressBook, ContractName } from '@ddai/protocol';
import { type AbiParameter, type Address, getAddress, isAddress, parseEther, toHex } from 'viem';
import { splitList } from './split-list.ts';

export interface ArgumentContext {
  readonly type: AbiParameter;
  /** For errors: which argument of which call. */
  readonly where: string;
  readonly book: AddressBook;
}

const WHOLE_NUMBER = /^-?\d[\d_]*$/;
const TOKENS = /^(\d[\d_]*(?:\.\d{1,18})?) ?DDAI$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?$/;
const HEX_BYTES = /^0x(?:[0-9a-fA-F]{2})*$/;

/**
 * Reads one argument of an ABI type.
 * @throws {DdaiError} `CALL_INVALID`
 */
export function parseArgument(text: string, context: ArgumentContext): unknown {
  const { type } = context.type;
  const list = /^(.*)\[(\d*)\]$/.exec(type);
  if (list !== null) return parseArray(text, context, { element: list[1] ?? '', length: list[2] });
  if (type === 'tuple') return parseTuple(text, context);
  if (type === 'address') return parseAddress(text, context);
  if (type === 'bool') return parseBoolean(text, context);
  if (type === 'string') return parseString(text, context);
  if (type.startsWith('bytes')) return parseBytes(text, context);
  return parseInteger(text, context);
}

function parseArray(
  text: string,
  context: ArgumentContext,
  { element, length }: { element: string; length: string | undefined },
): unknown[] {
  const parts = splitList(unwrap(text, '[', ']', context));
  if (length !== undefined && length !== '' && parts.length !== Number(length))
    throw invalid(context, text, `${length} elements`);
  return parts.map((part, index) =>
    parseArgument(part, {
      ...context,
      type: { ...context.type, type: element },
      where: `${context.where}[${index}]`,
    }),
  );
}

function parseTuple(text: string, context: ArgumentContext): Record<string, unknown> {
  const { components = [] } = context.type as { components?: readonly AbiParameter[] };
  const parts = splitList(unwrap(text, '(', ')', context));
  if (parts.length !== components.length)
    throw invalid(context, text, `(${components.map(({ name }) => name).join(', ')})`);
  return Object.fromEntries(
    components.map((component, index) => [
      component.name ?? String(index),
      parseArgument(parts[index] ?? '', {
        ...context,
        type: component,
        where: `${context.where}.${component.name}`,
      }),
    ]),
  );
}

function parseAddress(text: string, context: ArgumentContext): Address {
  const { contracts } = context.book;
  if (Object.hasOwn(contracts, text)) return contracts[text as ContractName];
  if (!isAddress(text)) throw invalid(context, text, 'an address, or the name of a contract');
  return getAddress(text);
}

function parseBoolean(text: string, context: ArgumentContext): boolean {
  if (text !== 'true' && text !== 'false') throw invalid(context, text, 'true or false');
  return text === 'true';
}

function parseString(text: string, context: ArgumentContext): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return value;
  } catch {
    // Said below, with what was expected.
  }
  throw invalid(context, text, 'text in double quotes');
}

function parseBytes(text: string, context: ArgumentContext): `0x${string}` {
  const size = context.type.type.slice('bytes'.length);
  if (text.startsWith('"') && size !== '') {
    const value = parseString(text, context);
    if (Buffer.byteLength(value) <= Number(size)) return toHex(value, { size: Number(size) });
  }
  const right = HEX_BYTES.test(text) && (size === '' || text.length === 2 + 2 * Number(size));
  if (!right) throw invalid(context, text, size === '' ? 'bytes as 0x…' : `${size} bytes as 0x…`);
  return text as `0x${string}`;
}

function parseInteger(text: string, context: ArgumentContext): bigint | number {
  const { type } = context.type;
  const bits = Number(/\d+$/.exec(type)?.[0] ?? 256);
  const signed = type.startsWith('int');
  const value = integerValue(text);
  const low = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const high = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
  if (value === undefined || value < low || value > high) {
    throw invalid(
      context,
      text,
      `a whole number of ${type}, 12.5 DDAI, or a date such as 2027-01-31`,
    );
  }
  // viem takes small integers as numbers.
  return bits <= 48 ? Number(value) : value;
}

function integerValue(text: string): bigint | undefined {
  if (WHOLE_NUMBER.test(text)) return BigInt(text.replaceAll('_', ''));
  const tokens = TOKENS.exec(text)?.[1];
  if (tokens !== undefined) return parseEther(tokens.replaceAll('_', ''));
  if (!MOMENT.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : BigInt(Math.floor(milliseconds / 1000));
}

function unwrap(text: string, open: string, close: string, context: ArgumentContext): string {
  if (!text.startsWith(open) || !text.endsWith(close))
    throw invalid(context, text, `a list in ${open}${close}`);
  return text.slice(1, -1);
}

function invalid({ where, type }: ArgumentContext, text: string, expected: string): DdaiError {
  return new DdaiError({
    code: 'CALL_INVALID',
    message: `${where} is ${JSON.stringify(text.slice(0, 80))}`,
    remedy: `Expected ${expected}.`,
    fields: { type: type.type },
  });
}
