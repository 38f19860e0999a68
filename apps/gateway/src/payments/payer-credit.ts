import {
  type ChainClient,
  readCollected,
  readPayerAccount,
  readSignerAllowance,
} from '@ddai/chain';
import { type Clock, DdaiError } from '@ddai/core';
import type { WorkClass } from '@ddai/protocol';
import { and, eq, inArray, like, sql } from 'drizzle-orm';
import { type Address, formatEther } from 'viem';
import type { Database, Transaction } from '../database/database.ts';
import { uuidToId } from '../database/ids.ts';
import { charges, trainingJobs, vouchers } from '../database/schema.ts';
import { type JobPlan, jobBudget } from '../training/job-plan.ts';

export interface CreditQuestion {
  readonly tenantId: string;
  readonly payer: Address;
  /** Wei, before the fee. */
  readonly amount: bigint;
}

export interface PayerCredit {
  /**
   * Checks that everything promised and `amount` more could be collected now.
   * @throws {DdaiError} `PAYER_BALANCE_LOW`
   */
  assertCovers(question: CreditQuestion): Promise<void>;
}

export interface PayerCreditDependencies {
  readonly database: Database;
  readonly chain: ChainClient;
  readonly signer: Address;
  readonly clock: Clock;
}

interface Standing {
  readonly readAt: number;
  /** Wei that new promises may reach, as of `readAt`. */
  readonly room: bigint;
  readonly expires: bigint;
  readonly collected: bigint;
}

/** Chain reads are reused this long; what was promised meanwhile always counts. */
const FRESH_MILLISECONDS = 3000;
/** `MAX_FEE` in `PaymentsEscrow`, in basis points: what a payer can be charged on top at most. */
const MAX_FEE_BPS = 1000n;

/** Keeps the gateway from promising nodes what its payers cannot pay. */
export function createPayerCredit({
  database,
  chain,
  signer,
  clock,
}: PayerCreditDependencies): PayerCredit {
  const standings = new Map<Address, Standing>();

  const readStanding = async (
    payer: Address,
    rows: readonly (typeof vouchers.$inferSelect)[],
  ): Promise<Standing> => {
    const known = standings.get(payer);
    if (known !== undefined && clock.now() - known.readAt < FRESH_MILLISECONDS) return known;
    const readAt = clock.now();
    const [account, allowance, collected] = await Promise.all([
      readPayerAccount(chain, payer),
      readSignerAllowance(chain, { payer, signer }),
      Promise.all(
        rows.map((row) =>
          readCollected(chain, {
            payer,
            signer,
            node: row.node as Address,
            workClass: row.workClass as WorkClass,
          }),
        ),
      ),
    ]);
    const balance = account.balance - account.reserved;
    const beforeFee = (balance * 10_000n) / (10_000n + MAX_FEE_BPS);
    const allowed =
      allowance.frozenAt === 0n ? minimum(allowance.remaining, allowance.leftToday) : 0n;
    const standing = {
      readAt,
      room: minimum(beforeFee, allowed),
      expires: allowance.expires,
      collected: collected.reduce((sum, part) => sum + part, 0n),
    };
    standings.set(payer, standing);
    return standing;
  };

  /** What running jobs may still cost: their budgets less what their rounds were paid. */
  const readBudgets = async (tx: Transaction): Promise<bigint> => {
    const active = inArray(trainingJobs.state, ['waiting', 'running']);
    const jobs = await tx
      .select({ id: trainingJobs.id, plan: trainingJobs.terms })
      .from(trainingJobs)
      .where(active);
    let open = 0n;
    for (const { id, plan } of jobs) {
      const reason = like(charges.reason, `training:${uuidToId('job', id)}:%`);
      const [paid] = await tx
        .select({ sum: sql<string>`coalesce(sum(${charges.amount}), 0)` })
        .from(charges)
        .where(reason);
      const left = jobBudget(plan as JobPlan) - BigInt(paid?.sum ?? 0);
      if (left > 0n) open += left;
    }
    return open;
  };

  return {
    async assertCovers({ tenantId, payer, amount }) {
      const { rows, budgets } = await database.asTenant(tenantId, async (tx) => ({
        rows: await tx
          .select()
          .from(vouchers)
          .where(and(eq(vouchers.payer, payer), eq(vouchers.signer, signer))),
        budgets: await readBudgets(tx),
      }));
      const { room, expires, collected } = await readStanding(payer, rows);
      const promised = rows.reduce((sum, row) => sum + BigInt(row.cumulative), 0n);
      const open = promised - collected + budgets;
      if (expires * 1000n > BigInt(clock.now()) && open + amount <= room) return;
      throw new DdaiError({
        code: 'PAYER_BALANCE_LOW',
        message:
          `${payer} can pay ${formatEther(room)} DDAI through this gateway, ` +
          `${formatEther(open)} are promised or budgeted, and this needs ${formatEther(amount)} more`,
        remedy:
          'Deposit into PaymentsEscrow, or raise or renew the allowance of this gateway’s signer.',
      });
    },
  };
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
