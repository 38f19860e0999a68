import type { KernelOperations } from './kernel.ts';
import type { ReferenceMemory } from './reference-memory.ts';

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/** Penalties and optimiser steps; every operation rounds, as it does in the module. */
export function createOptimiserOperations(
  memory: ReferenceMemory,
): Pick<KernelOperations, 'addPenalty' | 'momentumStep' | 'adamStep'> {
  const { round } = memory;
  const [beta1, beta2, epsilon] = [round(BETA_1), round(BETA_2), round(EPSILON)];
  const [rest1, rest2] = [round(1 - beta1), round(1 - beta2)];
  return {
    addPenalty: (n, decay, proximal, w, anchor, g) => {
      const { elements: e } = memory;
      const [decays, pulls] = [round(decay), round(proximal)];
      for (let i = 0; i < n; i++) {
        const weight = e[w + i] as number;
        const distance = round(weight - (e[anchor + i] as number));
        const pull = round(round(decays * weight) + round(pulls * distance));
        e[g + i] = (e[g + i] as number) + pull;
      }
    },
    momentumStep: (n, rate, momentum, g, v, w) => {
      const { elements: e } = memory;
      const [rates, keep] = [round(rate), round(momentum)];
      for (let i = 0; i < n; i++) {
        const velocity = round(round(keep * (e[v + i] as number)) + (e[g + i] as number));
        e[v + i] = velocity;
        e[w + i] = (e[w + i] as number) - round(rates * velocity);
      }
    },
    adamStep: (n, rate, bias1, bias2, g, m, v, w) => {
      const { elements: e } = memory;
      const [rates, correct1, correct2] = [round(rate), round(bias1), round(bias2)];
      for (let i = 0; i < n; i++) {
        const gradient = e[g + i] as number;
        const square = round(gradient * gradient);
        const first = round(round(beta1 * (e[m + i] as number)) + round(rest1 * gradient));
        const second = round(round(beta2 * (e[v + i] as number)) + round(rest2 * square));
        e[m + i] = first;
        e[v + i] = second;
        const spread = round(round(Math.sqrt(round(second / correct2))) + epsilon);
        e[w + i] = (e[w + i] as number) - round(round(rates * round(first / correct1)) / spread);
      }
    },
  };
}
