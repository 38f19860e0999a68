import {
  type ChainClient,
  readCollected,
  readPayerAccount,
  readSignerAllowance,
} from '@ddai/chain';
import { type Clock, DdaiError } from '@ddai/core';
import type { WorkClass } from '@ddai/protocol';
import { and, eq, gt, inArray, like, sql } from 'drizzle-orm';
import { type Address, formatEther } from 'viem';
import type { Database, Transaction } from '../database/database.ts';
import { uuidToId } from '../database/ids.ts';
import { trainingJobs } from '../database/schema/training.ts';
import { charges, vouchers, workRequests } from '../database/schema/work.ts';
import { type JobPlan, jobBudget } from '../training/job-plan.ts';

export interface CreditQuestion {
  readonly tenantId: string;
  readonly payer: Address;
  /** Wei, before the fee. */
  readonly amount: bigint;
}

export interface PayerCredit {
  /**
   * Checks that everything promised, budgeted and under way, and `amount` more, could be collected
   * now, and runs `record` in the same transaction: it stores what reserves the amount from then
   * on. Reservations of one payer take turns.
   * @throws {DdaiError} `PAYER_BALANCE_LOW`
   */
  reserve<T>(
    question: CreditQuestion,
    record: (transaction: Transaction) => Promise<T>,
  ): Promise<T>;
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
    readVouchers: () => Promise<readonly (typeof vouchers.$inferSelect)[]>,
  ): Promise<Standing> => {
    const known = standings.get(payer);
    if (known !== undefined && clock.now() - known.readAt < FRESH_MILLISECONDS) return known;
    const readAt = clock.now();
    const rows = await readVouchers();
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

  /** What nodes are working on just now. */
  const readUnderWay = async (tx: Transaction): Promise<bigint> => {
    const [row] = await tx
      .select({ sum: sql<string>`coalesce(sum(${workRequests.price}), 0)` })
      .from(workRequests)
      .where(and(eq(workRequests.state, 'sent'), gt(workRequests.expiresAt, sql`now()`)));
    return BigInt(row?.sum ?? 0);
  };

  return {
    async reserve({ tenantId, payer, amount }, record) {
      const mine = and(eq(vouchers.payer, payer), eq(vouchers.signer, signer));
      const readVouchers = (tx: Transaction): Promise<(typeof vouchers.$inferSelect)[]> =>
        tx.select().from(vouchers).where(mine);
      const { room, expires, collected } = await readStanding(payer, () =>
        database.asTenant(tenantId, readVouchers),
      );
      return database.asTenant(tenantId, async (tx) => {
        await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 0))`);
        const rows = await readVouchers(tx);
        const promised = rows.reduce((sum, row) => sum + BigInt(row.cumulative), 0n);
        const open = promised - collected + (await readBudgets(tx)) + (await readUnderWay(tx));
        if (expires * 1000n > BigInt(clock.now()) && open + amount <= room) return record(tx);
        throw new DdaiError({
          code: 'PAYER_BALANCE_LOW',
          message:
            `${payer} can pay ${formatEther(room)} DDAI through this gateway, ` +
            `${formatEther(open)} are promised, budgeted or under way, and this needs ${formatEther(amount)} more`,
          remedy:
            'Deposit into PaymentsEscrow, or raise or renew the allowance of this gateway’s signer.',
        });
      });
    },
  };
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
