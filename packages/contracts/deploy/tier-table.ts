import { DdaiError } from '@ddai/core';
import type { Tier } from './parameters.ts';

const WHOLE = 10n ** 18n;

/** The word that `TierTable.sol` reads: 64 bits a tier, 48 of whole DDAI above 16 of discount. */
export function packTiers(tiers: readonly Tier[]): bigint {
  return tiers.reduce((table, { lock, discountBps }, index) => {
    if (lock % WHOLE !== 0n) {
      throw new DdaiError({
        code: 'DEPLOY_PARAMETER_INVALID',
        message: `tiers[${index}].lock is ${lock} wei; expected whole DDAI`,
        fields: { index, lock },
      });
    }
    return table | ((((lock / WHOLE) << 16n) | discountBps) << BigInt(64 * index));
  }, 0n);
}
