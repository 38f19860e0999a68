import { modelMalformed } from './model-malformed.ts';

/** A text whose largest calibrated probability is below the threshold belongs to none of the labels. */
export interface OutOfScopeRule {
  /** In [0, 1); 0 finds nothing out of scope. */
  readonly threshold: number;
  /** Share of in-scope texts that the threshold was chosen to keep, above 0 and below 1. */
  readonly kept: number;
  /** Held-out tickets that it was chosen on. */
  readonly tickets: number;
}

/** Grows when the meaning of the fields changes. */
const VERSION = 1;

/** The rule as it stands in a model's metadata. */
export function outOfScopeToJson({ threshold, kept, tickets }: OutOfScopeRule): string {
  return JSON.stringify({ kept, threshold, tickets, version: VERSION });
}

/** @throws {DdaiError} `MODEL_MALFORMED` */
export function parseOutOfScope(input: unknown): OutOfScopeRule {
  const { version, threshold, kept, tickets } = Object(input) as Record<string, unknown>;
  if (version !== VERSION) throw modelMalformed(`out_of_scope is not of version ${VERSION}`);
  if (typeof threshold !== 'number' || !(threshold >= 0 && threshold < 1))
    throw modelMalformed('the out-of-scope threshold is not from 0 to below 1');
  if (typeof kept !== 'number' || !(kept > 0 && kept < 1))
    throw modelMalformed('the share kept in scope is not between 0 and 1');
  if (!Number.isSafeInteger(tickets) || (tickets as number) < 0)
    throw modelMalformed('the tickets behind the out-of-scope threshold are no count');
  return { threshold, kept, tickets: tickets as number };
}
