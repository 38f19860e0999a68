// exp and log operation by operation as in src/training/elementary.ts, so that the module and the
// plain TypeScript kernel agree to the last bit; reductions and polynomials of FreeBSD's msun.

const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const LOG2_E: f64 = 1.4426950408889634;
const EXP_OVERFLOW: f64 = 709.782712893384;
const EXP_UNDERFLOW: f64 = -745.1332191019412;

const EXP_1: f64 = 0.16666666666666602;
const EXP_2: f64 = -0.0027777777777015593;
const EXP_3: f64 = 6.613756321437934e-5;
const EXP_4: f64 = -1.6533902205465252e-6;
const EXP_5: f64 = 4.1381367970572385e-8;

const LOG_1: f64 = 0.6666666666666735;
const LOG_2: f64 = 0.3999999999940942;
const LOG_3: f64 = 0.2857142874366239;
const LOG_4: f64 = 0.22222198432149784;
const LOG_5: f64 = 0.1818357216161805;
const LOG_6: f64 = 0.15313837699209373;
const LOG_7: f64 = 0.14798198605116586;
const SMALLEST_NORMAL: f64 = 2.2250738585072014e-308;
const SUBNORMAL_LIFT: i32 = 54;
const SQRT_2: f64 = 1.4142135623730951;

/** Below this a tanh is its argument to the last bit of a float32. */
const TANH_LINEAR: f64 = 0.000244140625;

/** 2^e, exact, for e from -1074 to 1023. */
function powerOfTwo(e: i32): f64 {
  if (e >= -1022) return reinterpret<f64>((<i64>(e + 1023)) << 52);
  return reinterpret<f64>((<i64>1) << (<i64>(e + 1074)));
}

export function exp(x: f64): f64 {
  if (x > EXP_OVERFLOW) return Infinity;
  if (x < EXP_UNDERFLOW) return 0;
  if (x != x) return x;
  const whole = Math.floor(x * LOG2_E + 0.5);
  const high = x - whole * LN2_HIGH;
  const low = whole * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c = r - t * (EXP_1 + t * (EXP_2 + t * (EXP_3 + t * (EXP_4 + t * EXP_5))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  const k = <i32>whole;
  if (k > 1023) return y * 2 * powerOfTwo(k - 1);
  return y * powerOfTwo(k);
}

export function log(x: f64): f64 {
  if (x < 0 || x != x) return NaN;
  if (x == 0) return -Infinity;
  if (x == Infinity) return x;
  let lifted = x;
  let k = 0;
  if (x < SMALLEST_NORMAL) {
    lifted = x * powerOfTwo(SUBNORMAL_LIFT);
    k = -SUBNORMAL_LIFT;
  }
  const bits = reinterpret<i64>(lifted);
  k += <i32>((bits >> 52) & 0x7ff) - 1023;
  let f = reinterpret<f64>((bits & 0x000fffffffffffff) | ((<i64>1023) << 52));
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
  return <f64>k * LN2_HIGH - (half - (s * (half + even + odd) + <f64>k * LN2_LOW) - f);
}

/** (1 - e) / (1 + e) with e = exp(-2|x|) and the sign of x; its Taylor series near zero. */
export function hyperbolicTangent(x: f64): f64 {
  const size = Math.abs(x);
  if (size < TANH_LINEAR) return x - (x * x * x) / 3;
  const e = exp(-2 * size);
  const y = (1 - e) / (1 + e);
  return x < 0 ? -y : y;
}
