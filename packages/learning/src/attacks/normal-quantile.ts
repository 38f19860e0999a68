import { log } from '../training/elementary.ts';

/**
 * Φ⁻¹(p) for p above 0 and below 1: the standard normal quantile by Odeh and Evans' rational
 * approximation (1974, algorithm AS 70), within 1.5e-8.
 */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  const tail = p < 0.5 ? p : 1 - p;
  const y = Math.sqrt(-2 * log(tail));
  const top =
    (((y * -0.453642210148e-4 + -0.0204231210245) * y + -0.342242088547) * y + -1) * y +
    -0.322232431088;
  const bottom =
    (((y * 0.38560700634e-2 + 0.10353775285) * y + 0.531103462366) * y + 0.588581570495) * y +
    0.99348462606e-1;
  const quantile = y + top / bottom;
  return p < 0.5 ? -quantile : quantile;
}
