/** Student's t at 0.975 for 1 to 30 degrees of freedom (Fisher and Yates 1963, table III). */
const TABLE = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788,
  2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639,
  2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
] as const;
/** The normal quantile of 0.975. */
const Z = 1.959963984540054;

/**
 * The 0.975 quantile of Student's t, half the width of a 95% interval in standard errors. Beyond 30
 * degrees of freedom by the first terms of Abramowitz and Stegun 1964, 26.7.5, good to four decimals.
 */
export function studentQuantile(degreesOfFreedom: number): number {
  const tabled = TABLE[degreesOfFreedom - 1];
  if (tabled !== undefined) return tabled;
  const n = degreesOfFreedom;
  return Z + (Z ** 3 + Z) / (4 * n) + (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * n * n);
}
