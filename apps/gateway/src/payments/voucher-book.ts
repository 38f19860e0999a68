import type { Logger } from '@ddai/core';
import {
  FRAME_KINDS,
  parseMessage,
  type SignedVoucher,
  type SigningScope,
  type Voucher,
  voucherAcceptedSchema,
  voucherTypedData,
  type WorkClass,
} from '@ddai/protocol';
import { and, eq, lt, sql } from 'drizzle-orm';
import type { Address, PrivateKeyAccount } from 'viem';
import type { Database, Transaction } from '../database/database.ts';
import { createUuid } from '../database/ids.ts';
import { charges, vouchers } from '../database/schema/work.ts';
import type { NodeDirectory } from '../nodes/node-directory.ts';

export interface Charge {
  readonly tenantId: string;
  /** Why it is paid; the same reason is paid once, however often it is asked. */
  readonly reason: string;
  readonly payer: Address;
  readonly node: Address;
  readonly workClass: WorkClass;
  /** Wei, before the fee. */
  readonly amount: bigint;
}

export interface VoucherBook {
  /** Promises the charge inside the caller's transaction. False when this reason was promised before. */
  promise(transaction: Transaction, charge: Charge): Promise<boolean>;
  /** Hands a connected node every voucher it does not hold yet. Never throws: it is tried again. */
  deliver(node: Address): Promise<void>;
}

export interface VoucherBookDependencies {
  readonly database: Database;
  readonly directory: NodeDirectory;
  /** The gateway's key, which payers authorise. */
  readonly signer: PrivateKeyAccount;
  readonly scope: SigningScope;
  readonly logger: Logger;
}

interface OpenVoucher extends Record<string, unknown> {
  tenant_id: string;
  payer: Address;
  signer: Address;
  node: Address;
  work_class: number;
  cumulative: string;
}

const ACCEPT_TIMEOUT_MILLISECONDS = 15_000;

/** What this gateway promised to nodes. The database holds it before any node sees a signature. */
export function createVoucherBook(dependencies: VoucherBookDependencies): VoucherBook {
  const { database, directory, signer, scope, logger } = dependencies;
  const delivering = new Map<Address, Promise<void>>();

  const promise = async (transaction: Transaction, charge: Charge): Promise<boolean> => {
    const { tenantId, reason, payer, node, workClass, amount } = charge;
    const added = await transaction
      .insert(charges)
      .values({
        id: createUuid(),
        tenantId,
        reason,
        payer,
        node,
        workClass,
        amount: amount.toString(),
      })
      .onConflictDoNothing({ target: charges.reason })
      .returning({ id: charges.id });
    if (added.length === 0) return false;
    await transaction
      .insert(vouchers)
      .values({
        tenantId,
        payer,
        signer: signer.address,
        node,
        workClass,
        cumulative: amount.toString(),
      })
      .onConflictDoUpdate({
        target: [vouchers.payer, vouchers.signer, vouchers.node, vouchers.workClass],
        set: { cumulative: sql`${vouchers.cumulative} + ${amount.toString()}::numeric` },
      });
    return true;
  };

  const sign = async (voucher: Voucher): Promise<SignedVoucher> => ({
    ...voucher,
    signature: await signer.signTypedData(voucherTypedData(scope, voucher)),
  });

  const hand = async (node: Address, row: OpenVoucher): Promise<void> => {
    const session = directory.get(node);
    if (session === undefined) return;
    const voucher = await sign({
      payer: row.payer,
      signer: row.signer,
      node: row.node,
      workClass: row.work_class as WorkClass,
      cumulative: BigInt(row.cumulative),
    });
    const reply = await session.channel.request(
      { kind: FRAME_KINDS.voucher, body: voucher },
      ACCEPT_TIMEOUT_MILLISECONDS,
    );
    const { cumulative } = parseMessage('voucherAccepted', voucherAcceptedSchema, reply.body);
    const held = (cumulative < voucher.cumulative ? cumulative : voucher.cumulative).toString();
    await database.asTenant(row.tenant_id, (tx) =>
      tx
        .update(vouchers)
        .set({ acknowledged: held })
        .where(
          and(
            eq(vouchers.payer, row.payer),
            eq(vouchers.signer, row.signer),
            eq(vouchers.node, row.node),
            eq(vouchers.workClass, row.work_class),
            lt(vouchers.acknowledged, held),
          ),
        ),
    );
  };

  const deliverAll = async (node: Address): Promise<void> => {
    const { rows } = await database.asNobody((tx) =>
      tx.execute<OpenVoucher>(
        sql`SELECT * FROM unacknowledged_vouchers(${node}) WHERE signer = ${signer.address}`,
      ),
    );
    for (const row of rows) await hand(node, row);
  };

  const deliver = (node: Address): Promise<void> => {
    const running = (delivering.get(node) ?? Promise.resolve())
      .then(() => deliverAll(node))
      .catch((error: unknown) =>
        logger.warn({ node, error: String(error) }, 'a voucher waits for its node'),
      )
      .finally(() => {
        if (delivering.get(node) === running) delivering.delete(node);
      });
    delivering.set(node, running);
    return running;
  };

  directory.on('joined', (session) => void deliver(session.operator));
  return { promise, deliver };
}
