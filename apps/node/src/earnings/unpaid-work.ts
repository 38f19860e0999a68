import type { Clock } from '@ddai/core';
import type { WorkClass } from '@ddai/protocol';
import type { Address } from 'viem';

/** Work that was delivered and whose voucher is still to come. */
export interface UnpaidWork {
  add(payer: Address, workClass: WorkClass, price: bigint): void;
  /** Takes off what a voucher paid, the oldest first. */
  settle(payer: Address, workClass: WorkClass, paid: bigint): void;
  /** Wei that a payer owes over all classes. */
  total(payer: Address): bigint;
}

/**
 * An answer that came too late, or that the gateway would not accept, is never paid. After this
 * long it is written off, or it would use up the payer's credit for ever.
 */
const WRITE_OFF_MILLISECONDS = 600_000;

interface Delivery {
  readonly workClass: WorkClass;
  readonly at: number;
  price: bigint;
}

export function createUnpaidWork(clock: Clock): UnpaidWork {
  const deliveries = new Map<string, Delivery[]>();
  const of = (payer: Address): Delivery[] => {
    const recent = (deliveries.get(payer.toLowerCase()) ?? []).filter(
      ({ at, price }) => price > 0n && clock.now() - at < WRITE_OFF_MILLISECONDS,
    );
    deliveries.set(payer.toLowerCase(), recent);
    return recent;
  };
  return {
    add: (payer, workClass, price) => void of(payer).push({ workClass, price, at: clock.now() }),
    settle(payer, workClass, paid) {
      let left = paid;
      for (const delivery of of(payer).filter((each) => each.workClass === workClass)) {
        const part = delivery.price < left ? delivery.price : left;
        delivery.price -= part;
        left -= part;
      }
    },
    total: (payer) => of(payer).reduce((sum, { price }) => sum + price, 0n),
  };
}
