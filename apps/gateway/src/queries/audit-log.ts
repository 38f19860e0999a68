import { DdaiError } from '@ddai/core';
import type { SignedAttestation } from '@ddai/protocol';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Address } from 'viem';
import { shareQuotes } from '../database/advisory-locks.ts';
import type { Database } from '../database/database.ts';
import { idToUuid, uuidToId } from '../database/ids.ts';
import { completions } from '../database/schema/assistants.ts';
import { auditEvidence, audits } from '../database/schema/work.ts';

/** What audits found of one node, over all tenants. */
export interface NodeAudits {
  readonly passed: number;
  readonly failed: number;
  /** Distinct payers with a tier's lock for which it passed. */
  readonly payersPassed: number;
  /** Milliseconds since 1970 of the last answer that was wrong; undefined when none was. */
  readonly lastFailedAt: number | undefined;
}

export interface AuditView {
  readonly id: string;
  readonly completion: string;
  readonly node: string;
  readonly passed: boolean;
  readonly createdAt: string;
}

/** Everything that a dispute needs; bytes in hexadecimal with 0x. */
export interface EvidenceView {
  /** As the node signed it; `expires` in Unix seconds. */
  readonly attestation: object;
  /** What the node was asked. */
  readonly input: string;
  /** What it answered. */
  readonly result: string;
  /** What the same input gave here. */
  readonly expected: string;
}

export interface NewAudit {
  /** A UUID. */
  readonly id: string;
  readonly tenantId: string;
  /** A UUID. */
  readonly completionId: string;
  readonly payer: Address;
  /** Whether the payer holds a tier's lock. */
  readonly payerLocked: boolean;
  readonly attestation: SignedAttestation;
  readonly input: Uint8Array;
  readonly result: Uint8Array;
  readonly expected: Uint8Array;
  readonly passed: boolean;
}

export interface AuditLog {
  /** Evidence is kept only of what failed, and whose question and pages were not erased meanwhile. */
  record(audit: NewAudit): Promise<void>;
  /** Every audited node with what was found. */
  readNodes(): Promise<ReadonlyMap<Address, NodeAudits>>;
  /** Newest first. */
  list(
    tenantId: string,
    cursor?: string,
  ): Promise<{ data: AuditView[]; nextCursor: string | null }>;
  /** @throws {DdaiError} `NOT_FOUND` for an audit that passed, or whose question was erased */
  readEvidence(tenantId: string, id: string): Promise<EvidenceView>;
}

const PAGE = 50;

export function createAuditLog(database: Database): AuditLog {
  return {
    record: ({ tenantId, completionId, attestation, ...audit }) =>
      database.asTenant(tenantId, async (tx) => {
        const { id, payer, payerLocked, passed, input, result, expected } = audit;
        const { node } = attestation;
        await tx
          .insert(audits)
          .values({ id, tenantId, completionId, node, payer, payerLocked, passed });
        if (passed) return;
        await shareQuotes(tx, tenantId);
        const isErased = sql`${completions.answer} #> '{details,erased}' IS NOT NULL`;
        const [held] = await tx
          .select({ id: completions.id })
          .from(completions)
          .where(and(eq(completions.id, completionId), sql`NOT (${isErased})`));
        if (held === undefined) return;
        const signed = { ...attestation, expires: attestation.expires.toString() };
        await tx.insert(auditEvidence).values({
          auditId: id,
          tenantId,
          completionId,
          attestation: signed,
          input,
          result,
          expected,
        });
      }),

    async readNodes() {
      const { rows } = await database.asNobody((tx) =>
        tx.execute<{
          node: Address;
          passed: string;
          failed: string;
          payers: string;
          last_failed: Date | null;
        }>(sql`SELECT * FROM audited_nodes()`),
      );
      return new Map(
        rows.map(({ node, passed, failed, payers, last_failed: last }) => [
          node,
          {
            passed: Number(passed),
            failed: Number(failed),
            payersPassed: Number(payers),
            lastFailedAt: last === null ? undefined : new Date(last).getTime(),
          },
        ]),
      );
    },

    list: (tenantId, cursor) =>
      database.asTenant(tenantId, async (tx) => {
        const rows = await tx
          .select()
          .from(audits)
          .where(cursor === undefined ? undefined : lt(audits.id, idToUuid('audit', cursor)))
          .orderBy(desc(audits.id))
          .limit(PAGE + 1);
        const data = rows.slice(0, PAGE).map((row) => ({
          id: uuidToId('audit', row.id),
          completion: uuidToId('completion', row.completionId),
          node: row.node,
          passed: row.passed,
          createdAt: row.createdAt.toISOString(),
        }));
        return { data, nextCursor: rows.length > PAGE ? (data.at(-1)?.id ?? null) : null };
      }),

    async readEvidence(tenantId, id) {
      const [row] = await database.asTenant(tenantId, (tx) =>
        tx
          .select()
          .from(auditEvidence)
          .where(eq(auditEvidence.auditId, idToUuid('audit', id))),
      );
      if (row === undefined)
        throw new DdaiError({
          code: 'NOT_FOUND',
          message: `no evidence of an audit ${id}`,
          remedy: 'Evidence is kept of answers that were wrong, until their question is erased.',
        });
      const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;
      return {
        attestation: row.attestation as object,
        input: hex(row.input),
        result: hex(row.result),
        expected: hex(row.expected),
      };
    },
  };
}
