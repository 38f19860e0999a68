import { silentLogger, toMillis } from '@ddai/core';
import type { SignedAttestation } from '@ddai/protocol';
import type { Address } from 'viem';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../src/metrics.ts';
import { NodeDirectory } from '../src/nodes/node-directory.ts';
import type { NewAudit } from '../src/queries/audit-log.ts';
import { auditRate } from '../src/queries/audit-rate.ts';
import { createQueryAuditor } from '../src/queries/query-auditor.ts';

describe('the audit rate', () => {
  it('begins at a fifth, falls with the payers served well, and never below the floor', () => {
    const rates = [0, 1, 4, 100].map((payersPassed) => auditRate({ payersPassed, floor: 0.02 }));

    expect(rates).toEqual([0.2, 0.1, 0.04, 0.02]);
  });

  const NODE: Address = `0x${'11'.repeat(20)}`;
  const run = async ({ payersPassed, draw }: { payersPassed: number; draw: number }) => {
    const recorded: NewAudit[] = [];
    const auditor = createQueryAuditor({
      log: {
        record: async (audit) => void recorded.push(audit),
        readNodes: async () =>
          new Map([[NODE, { passed: 9, failed: 0, payersPassed, lastFailedAt: undefined }]]),
        list: async () => ({ data: [], nextCursor: null }),
        readEvidence: async () => Promise.reject(new Error('none')),
      },
      isLocked: async () => true,
      random: () => draw,
      floor: 0.02,
      clock: { now: () => toMillis(0) },
      logger: silentLogger,
      metrics: createMetrics(new NodeDirectory()),
    });
    await auditor.refresh();
    await auditor.audit({
      tenantId: 't',
      payer: NODE,
      completionId: 'c',
      input: new Uint8Array(),
      answer: {
        result: Uint8Array.of(1),
        attestation: { node: NODE } as SignedAttestation,
        price: 1n,
        milliseconds: 1,
        failures: [],
      },
      rerun: () => Uint8Array.of(1),
    });
    return recorded.length;
  };

  it('decides by a draw whether an answer is run again', async () => {
    const counts = [];
    for (const payersPassed of [0, 4])
      for (const draw of [0.01, 0.03, 0.1, 0.3]) counts.push(await run({ payersPassed, draw }));

    expect(counts).toEqual([1, 1, 1, 0, 1, 1, 0, 0]);
  });
});
