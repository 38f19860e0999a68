import type { SeededRandom } from '@ddai/core';
import { exp, log } from '../../training/elementary.ts';

/** `count` shares that sum to 1, drawn from the symmetric Dirichlet(alpha). */
export function drawDirichlet(count: number, alpha: number, random: SeededRandom): number[] {
  const gammas = Array.from({ length: count }, () => drawGamma(alpha, random));
  const total = gammas.reduce((sum, gamma) => sum + gamma, 0);
  return gammas.map((gamma) => gamma / total);
}

/** Gamma(shape, 1) by Marsaglia and Tsang 2000, with their boost below shape 1. */
function drawGamma(shape: number, random: SeededRandom): number {
  if (shape < 1) return drawGamma(shape + 1, random) * exp(log(positive(random)) / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) * (1 + c * x) * (1 + c * x);
    if (v > 0 && log(positive(random)) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
  }
}

/** A standard normal by Marsaglia's polar method: no sine, so the same bits on every engine. */
function drawNormal(random: SeededRandom): number {
  for (;;) {
    const a = 2 * random.next() - 1;
    const b = 2 * random.next() - 1;
    const s = a * a + b * b;
    if (s > 0 && s < 1) return a * Math.sqrt((-2 * log(s)) / s);
  }
}

/** Uniform in (0, 1): its logarithm is finite. */
function positive(random: SeededRandom): number {
  return random.next() + 2 ** -33;
}
