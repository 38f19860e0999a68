import { WORK_CLASSES } from '@ddai/protocol';
import { formatEther } from 'viem';

/** `12.5 DDAI`. */
export function showTokens(wei: unknown): string {
  return `${formatEther(BigInt(String(wei)))} DDAI`;
}

/** Basis points as `4.00 %`. */
export function showBasisPoints(bps: unknown): string {
  return `${(Number(bps) / 100).toFixed(2)} %`;
}

/** `Query 35.00 %, Compute 35.00 %, …`, in the order of the work classes. */
export function showClassShares(shares: unknown): string {
  const names = Object.keys(WORK_CLASSES);
  return (shares as readonly unknown[])
    .map((share, index) => `${names[index]} ${showBasisPoints(share)}`)
    .join(', ');
}

/** Unix seconds as `2027-01-31 00:00:00 UTC`. */
export function showMoment(seconds: unknown): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime())
    ? `second ${String(seconds)}`
    : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
