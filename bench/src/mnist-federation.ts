import { createSeededRandom } from '@ddai/core';
import type { DenseExamples, LocalTraining, Trainer } from '@ddai/learning';

/** McMahan et al. 2017, section 3: 100 clients with as many images each, a tenth of them a round. */
const CLIENTS = 100;
const COHORT = 10;
const SEED = 'mcmahan';

export interface MnistFederation {
  readonly trainer: Trainer<DenseExamples>;
  readonly training: LocalTraining;
  /** β of federated averaging with server momentum (Hsu, Qi and Brown 2019, section 4.3); 0 is plain averaging. */
  readonly serverMomentum: number;
  readonly train: DenseExamples;
  readonly test: DenseExamples;
}

/** Federated averaging (algorithm 1 there), images dealt IID; yields the accuracy after each round, without end. */
export function* federateMnist(federation: MnistFederation): Generator<number, never> {
  const { trainer, training, serverMomentum, test } = federation;
  const sites = splitEvenly(federation.train);
  let weights = trainer.initialise(SEED);
  const velocity = new Float64Array(weights.length);
  for (let round = 1; ; round++) {
    const random = createSeededRandom(`${SEED}/cohort-${round}`);
    const cohort = random.shuffle([...sites.keys()]).slice(0, COHORT);
    const sum = new Float64Array(weights.length);
    for (const site of cohort) {
      const data = sites[site] as DenseExamples;
      const seed = `${SEED}/round-${round}/site-${site}`;
      const result = trainer.fit({ weights, data, training, seed });
      // Every site has as many examples, so that the weighted mean is the plain one.
      for (let i = 0; i < sum.length; i++)
        sum[i] = (sum[i] as number) + (result.weights[i] as number);
    }
    for (let i = 0; i < velocity.length; i++)
      velocity[i] =
        serverMomentum * (velocity[i] as number) +
        (sum[i] as number) / COHORT -
        (weights[i] as number);
    weights = weights.map((weight, i) => weight + (velocity[i] as number));
    const { correct, examples } = trainer.evaluate({ weights, data: test });
    yield correct / examples;
  }
}

/** Shuffled images, as many for each client. */
function splitEvenly(images: DenseExamples): DenseExamples[] {
  const order = Array.from({ length: images.targets.length }, (_, i) => i);
  createSeededRandom(`${SEED}/split`).shuffle(order);
  const size = Math.floor(order.length / CLIENTS);
  return Array.from({ length: CLIENTS }, (_, client) =>
    selectImages(images, order.slice(client * size, (client + 1) * size)),
  );
}

/** Copies of the images with these numbers. */
export function selectImages(images: DenseExamples, rows: readonly number[]): DenseExamples {
  const { features, width, targets } = images;
  const own = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries())
    own.set(features.subarray(row * width, (row + 1) * width), i * width);
  return { features: own, width, targets: Uint16Array.from(rows, (row) => targets[row] ?? 0) };
}
