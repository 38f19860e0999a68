/** Beyond this e^x or e^-x changes no sum with 1. */
const FARTHEST = 40;
const TERMS = 18;

/**
 * e^x for x in [-40, 40] (clamped beyond) with the same bits on every engine; see `exactLog` for
 * why `Math.exp` won't do. x = k ln 2 + r with |r| <= ln 2 / 2, e^r by its series, then doubled or
 * halved k times, which is exact.
 */
export function exactExp(x: number): number {
  const bounded = Math.max(-FARTHEST, Math.min(FARTHEST, x));
  const power = Math.round(bounded / Math.LN2);
  const rest = bounded - power * Math.LN2;
  // |rest| <= 0.347, so the term at 18 is below 2^-79.
  let series = 1;
  for (let n = TERMS; n >= 1; n--) series = 1 + (series * rest) / n;
  for (let k = 0; k < power; k++) series *= 2;
  for (let k = 0; k > power; k--) series /= 2;
  return series;
}
