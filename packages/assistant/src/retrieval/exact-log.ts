/**
 * Natural logarithm of a finite x > 0 with the same bits on every engine.
 *
 * ECMAScript leaves the last bits of `Math.log` to the implementation, and idf weights decide
 * rankings that other nodes re-execute. Addition, subtraction, multiplication and division of
 * doubles are exactly specified (IEEE 754, no fused operations), so a fixed sequence of them is
 * reproducible: x = m * 2^e with m in [1/sqrt2, sqrt2], ln m = 2 artanh((m-1)/(m+1)) by its series.
 */
export function exactLog(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  // |ratio| <= 0.1716, so the term at 23 is below 2^-58 of the sum.
  let series = 0;
  for (let odd = 23; odd >= 1; odd -= 2) series = series * square + 1 / odd;
  return 2 * ratio * series + exponent * Math.LN2;
}
