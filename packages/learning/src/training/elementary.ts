/*
 * exp and log with the same bits on every engine. ECMAScript leaves the last bits of Math.exp and
 * Math.log to the implementation; + - * / and comparison are exact IEEE 754, so the reductions and
 * polynomials of FreeBSD's msun (e_exp.c, e_log.c; error below one unit in the last place) are
 * written out here in those alone.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LOG2_E = Math.LOG2E;
/** Above this exp is infinite, below the other it is zero. */
const EXP_OVERFLOW = 709.782712893384;
const EXP_UNDERFLOW = -745.1332191019412;
const SMALLEST_EXPONENT = -1074;

/** 2^e for e from -1074 to 1023, each exact. */
const POWERS_OF_TWO: Float64Array = (() => {
  const powers = new Float64Array(1023 - SMALLEST_EXPONENT + 1);
  powers[-SMALLEST_EXPONENT] = 1;
  for (let e = 1; e <= 1023; e++) {
    powers[e - SMALLEST_EXPONENT] = (powers[e - 1 - SMALLEST_EXPONENT] as number) * 2;
  }
  for (let e = -1; e >= SMALLEST_EXPONENT; e--) {
    powers[e - SMALLEST_EXPONENT] = (powers[e + 1 - SMALLEST_EXPONENT] as number) / 2;
  }
  return powers;
})();

const EXP_1 = 0.16666666666666602;
const EXP_2 = -0.0027777777777015593;
const EXP_3 = 6.613756321437934e-5;
const EXP_4 = -1.6533902205465252e-6;
const EXP_5 = 4.1381367970572385e-8;

/** e^x: the same bits everywhere. NaN gives NaN. */
export function exp(x: number): number {
  if (x > EXP_OVERFLOW) return Number.POSITIVE_INFINITY;
  if (x < EXP_UNDERFLOW) return 0;
  if (Number.isNaN(x)) return x;
  const k = Math.floor(x * LOG2_E + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c = r - t * (EXP_1 + t * (EXP_2 + t * (EXP_3 + t * (EXP_4 + t * EXP_5))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // 2^1024 has no double: the topmost octave is scaled in two exact steps.
  if (k > 1023) return y * 2 * (POWERS_OF_TWO[k - 1 - SMALLEST_EXPONENT] as number);
  return y * (POWERS_OF_TWO[k - SMALLEST_EXPONENT] as number);
}

const LOG_1 = 0.6666666666666735;
const LOG_2 = 0.3999999999940942;
const LOG_3 = 0.2857142874366239;
const LOG_4 = 0.22222198432149784;
const LOG_5 = 0.1818357216161805;
const LOG_6 = 0.15313837699209373;
const LOG_7 = 0.14798198605116586;
const SMALLEST_NORMAL = 2.2250738585072014e-308;
const SUBNORMAL_LIFT = 54;
const SQRT_2 = Math.SQRT2;

/** The natural logarithm: the same bits everywhere. Zero gives -Infinity, a negative number NaN. */
export function log(x: number): number {
  if (x < 0 || Number.isNaN(x)) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  // Scaling into [1, 2) by powers of two loses no bit; subnormals are lifted first.
  let k = x < SMALLEST_NORMAL ? -SUBNORMAL_LIFT : 0;
  let f = k === 0 ? x : x * (POWERS_OF_TWO[SUBNORMAL_LIFT - SMALLEST_EXPONENT] as number);
  for (let step = 512; step >= 1; step /= 2) {
    if (f >= (POWERS_OF_TWO[step - SMALLEST_EXPONENT] as number)) {
      f *= POWERS_OF_TWO[-step - SMALLEST_EXPONENT] as number;
      k += step;
    } else if (f < (POWERS_OF_TWO[1 - step - SMALLEST_EXPONENT] as number)) {
      f *= POWERS_OF_TWO[step - SMALLEST_EXPONENT] as number;
      k -= step;
    }
  }
  if (f > SQRT_2) {
    f /= 2;
    k += 1;
  }
  f -= 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (LOG_2 + w * (LOG_4 + w * LOG_6));
  const odd = z * (LOG_1 + w * (LOG_3 + w * (LOG_5 + w * LOG_7)));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + even + odd) + k * LN2_LOW) - f);
}

/** Below this a tanh is its argument, up to a cube, to the last bit of a float32. */
const TANH_LINEAR = 2 ** -12;

/** The hyperbolic tangent: the same bits everywhere, 1e-12 of its value from the true one. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < TANH_LINEAR) return x - (x * x * x) / 3;
  const e = exp(-2 * size);
  const y = (1 - e) / (1 + e);
  return x < 0 ? -y : y;
}
