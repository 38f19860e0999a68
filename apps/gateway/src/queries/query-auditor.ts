import { type Clock, DdaiError, equalBytes, type Logger } from '@ddai/core';
import type { Address } from 'viem';
import { createUuid } from '../database/ids.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { AuditLog, NodeAudits } from './audit-log.ts';
import { auditRate } from './audit-rate.ts';
import type { QueryAnswer } from './dispatch-query.ts';

export interface AuditTask {
  readonly tenantId: string;
  readonly payer: Address;
  /** A UUID. */
  readonly completionId: string;
  /** What the node was asked. */
  readonly input: Uint8Array;
  readonly answer: QueryAnswer;
  /** The same work, done here. */
  readonly rerun: () => Uint8Array;
}

export interface QueryAuditor {
  /** Runs a share of all answers again, after the customer has theirs; never throws. */
  audit(task: AuditTask): Promise<void>;
  /** Of one node; zeros for one that was never audited. */
  of(node: Address): NodeAudits;
  /** Whether a node gave a wrong answer so lately that it can still be disputed: it gets no work. */
  isExcluded(node: Address): boolean;
  /** Reads what was found before, here or by another gateway on this database. */
  refresh(): Promise<void>;
}

export interface QueryAuditorDependencies {
  readonly log: AuditLog;
  /** Whether an account holds the lock of a tier. */
  readonly isLocked: (payer: Address) => Promise<boolean>;
  /** In [0, 1), not to be foreseen by nodes. */
  readonly random: () => number;
  /** Share of answers that are run again at least; in [0, 1]. */
  readonly floor: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
}

/** A dispute can be opened until then (`docs/explanation/disputes.md`, a wrong answer: a jury). */
const EXCLUDED_MILLISECONDS = 30 * 86_400_000;
const NEVER_AUDITED: NodeAudits = {
  passed: 0,
  failed: 0,
  payersPassed: 0,
  lastFailedAt: undefined,
};

/**
 * Audits deterministic answers by doing the work again: the bytes are the same on every honest
 * machine. The gateway has pages and pipeline itself, so an audit costs milliseconds and nobody's
 * money.
 */
export function createQueryAuditor(dependencies: QueryAuditorDependencies): QueryAuditor {
  const { log, isLocked, random, floor, clock, logger, metrics } = dependencies;
  let nodes: ReadonlyMap<Address, NodeAudits> = new Map();
  const of = (node: Address): NodeAudits => nodes.get(node) ?? NEVER_AUDITED;
  const refresh = async (): Promise<void> => {
    nodes = await log.readNodes();
  };

  const compare = async ({ answer, rerun, ...task }: AuditTask): Promise<void> => {
    const { attestation, result } = answer;
    const expected = rerun();
    const passed = equalBytes(result, expected);
    const payerLocked = await isLocked(task.payer);
    await log.record({
      ...task,
      id: createUuid(),
      payerLocked,
      attestation,
      result,
      expected,
      passed,
    });
    metrics.audits.inc({ outcome: passed ? 'passed' : 'failed' });
    await refresh();
    if (!passed)
      logger.warn(
        { node: attestation.node, requestId: attestation.requestId },
        'a node gave a wrong answer; it gets no more work, and its payer may open a dispute',
      );
  };

  return {
    of,
    refresh,
    isExcluded: (node) => {
      const { lastFailedAt } = of(node);
      return lastFailedAt !== undefined && clock.now() - lastFailedAt < EXCLUDED_MILLISECONDS;
    },
    async audit(task) {
      const { payersPassed } = of(task.answer.attestation.node);
      if (random() >= auditRate({ payersPassed, floor })) return;
      await compare(task).catch((error: unknown) =>
        logger.error(
          { code: error instanceof DdaiError ? error.code : 'INTERNAL', error: String(error) },
          'cannot audit an answer',
        ),
      );
    },
  };
}
