import { DdaiError } from '@ddai/core';
import type { PublicClient } from 'viem';
import { readFacts } from './facts.ts';
import type { Plan } from './plan.ts';
import { readRoleHolders } from './roles.ts';

/** One thing that is true on chain, or not. */
export interface Fact {
  readonly contract: string;
  readonly name: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

export interface VerifyInput {
  readonly publicClient: PublicClient;
  readonly plan: Plan;
  readonly deployedAtBlock: bigint;
}

/**
 * Reads every parameter, every address a contract knows, the launch allocations and the complete
 * list of role holders from the chain.
 */
export async function readProtocol(input: VerifyInput): Promise<readonly Fact[]> {
  return [...(await readFacts(input)), ...(await readRoleHolders(input))];
}

/** @throws {DdaiError} `DEPLOY_MISMATCH` naming the first difference and their number. */
export function assertFacts(facts: readonly Fact[]): void {
  const wrong = facts.filter((fact) => !holds(fact));
  const [first] = wrong;
  if (first === undefined) return;
  throw new DdaiError({
    code: 'DEPLOY_MISMATCH',
    message: `${first.contract}.${first.name} is ${show(first.actual)} on chain; expected ${show(first.expected)}${wrong.length > 1 ? ` (and ${wrong.length - 1} more differences)` : ''}`,
    remedy: 'Was this chain deployed with other parameters, or has the DAO changed them since?',
    fields: { contract: first.contract, name: first.name, differences: wrong.length },
  });
}

export function holds({ expected, actual }: Fact): boolean {
  return show(expected) === show(actual);
}

/** Addresses compare without their checksum's capitals, numbers as decimal text. */
function show(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === 'bigint' || typeof member === 'number') return String(member);
    return typeof member === 'string' ? member.toLowerCase() : member;
  });
}
