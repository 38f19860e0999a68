import {
  type ComplexQueryResult,
  complexQueryResultBytes,
  parseComplexQueryResult,
} from '@ddai/assistant';
import { bytesToUtf8, DdaiError, equalBytes } from '@ddai/core';
import type { QueryAnswer } from '../queries/dispatch-query.ts';
import type { ChatDetails } from './chat-answer.ts';

/** A node's answer. @throws {DdaiError} `COMPLEX_QUERY_INVALID` */
export function readResult(bytes: Uint8Array): ComplexQueryResult {
  return parseComplexQueryResult(JSON.parse(bytesToUtf8(bytes)));
}

/**
 * A result must parse, be in the one form that its hash stands for, and be text that can be stored.
 * @throws {DdaiError} `RESULT_NOT_CANONICAL`, `COMPLEX_QUERY_INVALID`
 */
export function checkResult(bytes: Uint8Array): void {
  const canonical = equalBytes(complexQueryResultBytes(readResult(bytes)), bytes);
  // Postgres text holds no U+0000, and no page that a node gets has one.
  if (!canonical || /[^\\](?:\\\\)*\\u0000/.test(bytesToUtf8(bytes))) {
    throw new DdaiError({
      code: 'RESULT_NOT_CANONICAL',
      message: 'the node’s result is not in canonical form, or has U+0000 in it',
    });
  }
}

/** What a customer is told of the node: everything that proves who answered, and the bill. */
export function nodeDetails({
  attestation,
  price,
  milliseconds,
  failures,
}: QueryAnswer): NonNullable<ChatDetails['node']> {
  return {
    operator: attestation.node,
    attestation: { ...attestation, expires: Number(attestation.expires) },
    price_wei: price.toString(),
    milliseconds,
    failed_before: failures,
  };
}
