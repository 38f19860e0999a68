import {
  type ChainClient,
  collectVouchers,
  readCollected,
  readPayable,
  readSignerAllowance,
  simulateCollect,
  type TransactionQueue,
} from '@ddai/chain';
import { bytesToUtf8, type Clock, DdaiError, type Logger } from '@ddai/core';
import {
  type SignedVoucher,
  type SigningScope,
  voucherTypedData,
  type WorkClass,
} from '@ddai/protocol';
import type { FileStore } from '@ddai/storage';
import { type Address, formatEther, isAddressEqual, recoverTypedDataAddress } from 'viem';
import { createUnpaidWork } from './unpaid-work.ts';

export interface VoucherWalletOptions {
  /** This node's operator. */
  readonly node: Address;
  /** Wei of unpaid work and uncollected vouchers that one payer may run up. */
  readonly creditLimit: bigint;
}

export interface VoucherWalletDependencies {
  readonly chain: ChainClient;
  readonly queue: TransactionQueue;
  readonly store: FileStore;
  /** Of the `PaymentsEscrow`. */
  readonly scope: SigningScope;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A piece of work and what is offered for it. */
export interface OfferedWork {
  readonly payer: Address;
  readonly gatewaySigner: Address;
  readonly workClass: WorkClass;
  /** Wei, before the fee. */
  readonly price: bigint;
}

export interface VoucherWallet {
  /**
   * Checks a voucher and keeps it durably. An older one than the one held changes nothing.
   * Returns the cumulative amount now held.
   * @throws {DdaiError} `VOUCHER_FOREIGN`, `VOUCHER_SIGNATURE_WRONG`, `VOUCHER_SIGNER_UNAUTHORISED`
   */
  accept(voucher: SignedVoucher): Promise<bigint>;
  /**
   * Checks that work worth `price` more stays inside the credit limit, collecting first if that helps.
   * @throws {DdaiError} `PAYER_CREDIT_EXHAUSTED`, `PAYER_CANNOT_PAY`
   */
  assertCredit(work: OfferedWork): Promise<void>;
  /** Counts work that was delivered and whose voucher is still to come. */
  recordDelivered(work: OfferedWork): void;
  /** Collects whatever the chain would pay now; returns the net wei. */
  collect(): Promise<bigint>;
  list(): SignedVoucher[];
}

/** At most so many vouchers in one transaction: gas stays far below a block. */
const BATCH = 20;

/** A node's vouchers: the money it can collect, kept one file each. */
export function createVoucherWallet(
  { node, creditLimit }: VoucherWalletOptions,
  { chain, queue, store, scope, clock, logger }: VoucherWalletDependencies,
): VoucherWallet {
  const keyOf = ({ payer, signer, workClass }: SignedVoucher): string =>
    `${payer}-${signer}-${workClass}.json`.toLowerCase();
  const unpaid = createUnpaidWork(clock);
  let collecting: Promise<bigint> | undefined;

  const read = (key: string): SignedVoucher | undefined => {
    const bytes = store.get(key);
    if (bytes === undefined) return undefined;
    const stored = JSON.parse(bytesToUtf8(bytes)) as SignedVoucher & { cumulative: string };
    return { ...stored, cumulative: BigInt(stored.cumulative) };
  };
  const list = (): SignedVoucher[] =>
    store
      .keys()
      .map(read)
      .filter((voucher) => voucher !== undefined);

  /** Anybody can make up payers and keys; each would cost a file here, and a look at the chain for ever. */
  const assertAuthorised = async ({ payer, signer }: SignedVoucher): Promise<void> => {
    const { expires } = await readSignerAllowance(chain, { payer, signer });
    if (expires > 0n) return;
    throw new DdaiError({
      code: 'VOUCHER_SIGNER_UNAUTHORISED',
      message: `${payer} never authorised ${signer} to sign vouchers`,
    });
  };

  const accept = async (voucher: SignedVoucher): Promise<bigint> => {
    if (!isAddressEqual(voucher.node, node)) {
      throw new DdaiError({
        code: 'VOUCHER_FOREIGN',
        message: `a voucher for ${voucher.node}, not for this node`,
      });
    }
    const recovered = await recoverTypedDataAddress({
      ...voucherTypedData(scope, voucher),
      signature: voucher.signature,
    }).catch(() => undefined);
    if (recovered === undefined || !isAddressEqual(recovered, voucher.signer)) {
      throw new DdaiError({
        code: 'VOUCHER_SIGNATURE_WRONG',
        message: `a voucher that its signer ${voucher.signer} did not sign for this chain and escrow`,
      });
    }
    const held = read(keyOf(voucher));
    if (held === undefined) await assertAuthorised(voucher);
    else if (held.cumulative >= voucher.cumulative) return held.cumulative;
    store.put(
      keyOf(voucher),
      JSON.stringify({ ...voucher, cumulative: voucher.cumulative.toString() }),
    );
    unpaid.settle(voucher.payer, voucher.workClass, voucher.cumulative - (held?.cumulative ?? 0n));
    return voucher.cumulative;
  };

  const collectAll = async (): Promise<bigint> => {
    let total = 0n;
    const due: SignedVoucher[] = [];
    for (const voucher of list()) {
      if ((await readCollected(chain, voucher)) >= voucher.cumulative) continue;
      const net = await simulateCollect(chain, voucher).catch((error: unknown) => {
        logger.warn(
          { payer: voucher.payer, error: String(error) },
          'a voucher cannot be collected now',
        );
        return 0n;
      });
      if (net === 0n) continue;
      due.push(voucher);
      total += net;
    }
    for (let start = 0; start < due.length; start += BATCH)
      await queue.submit(collectVouchers(chain, due.slice(start, start + BATCH)));
    if (due.length > 0) logger.info({ vouchers: due.length, net: formatEther(total) }, 'collected');
    return total;
  };

  const collect = (): Promise<bigint> => {
    collecting ??= collectAll().finally(() => {
      collecting = undefined;
    });
    return collecting;
  };

  const readOpen = async (payer: Address): Promise<bigint> => {
    let open = unpaid.total(payer);
    for (const voucher of list().filter((held) => isAddressEqual(held.payer, payer))) {
      open += voucher.cumulative - (await readCollected(chain, voucher));
    }
    return open;
  };

  const assertCredit = async ({ payer, gatewaySigner, price }: OfferedWork): Promise<void> => {
    if ((await readOpen(payer)) + price > creditLimit) {
      await collect();
      const open = await readOpen(payer);
      if (open + price > creditLimit) {
        throw new DdaiError({
          code: 'PAYER_CREDIT_EXHAUSTED',
          message: `${payer} owes ${formatEther(open)} DDAI already; this node’s limit is ${formatEther(creditLimit)}`,
          retryable: true,
        });
      }
    }
    const payable = await readPayable(chain, { payer, signer: gatewaySigner, node });
    const open = await readOpen(payer);
    if (payable < open + price) {
      throw new DdaiError({
        code: 'PAYER_CANNOT_PAY',
        message: `${payer} could pay this node ${formatEther(payable)} DDAI now; ${formatEther(open)} are open and this costs ${formatEther(price)}`,
        retryable: true,
      });
    }
  };

  const recordDelivered = ({ payer, workClass, price }: OfferedWork): void =>
    unpaid.add(payer, workClass, price);

  return { accept, assertCredit, recordDelivered, collect, list };
}
