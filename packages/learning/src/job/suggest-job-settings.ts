import { DEFAULT_FEATURISER } from '../features/featuriser-spec.ts';
import type { JobTermsInput } from './job-terms.ts';

/** A quarter of the default space: 0.2 points less on banking77, centralised, and a quarter of the bytes. */
const DIMENSION = 2 ** 13;
/** With so many examples each round has hundreds of steps, and 8 rounds come as far as 10 of few. */
const MANY_EXAMPLES = 5000;

/**
 * What to spread into a job's `aggregation` for a fifth of the bytes: four bits a coordinate up and
 * down, with error feedback on both sides. The clip is small and fixed for the whole job. Under a
 * secure sum all participants must share one scale, and whatever a small clip cuts off comes later
 * by the feedback, so nobody has to agree on a scale anew each round. On banking77, 3 bits, clips of
 * 4 and 8 end at 91.4% and 91.3% (mean of rounds 26 to 30), single precision at 91.4%.
 */
export const COMPRESSED_AGGREGATION = {
  bits: 4,
  clip: 4,
  errorFeedback: true,
  downloadBits: 4,
} as const satisfies JobTermsInput['aggregation'];

/** {@link COMPRESSED_AGGREGATION} for networks over tables, whose weights move by hundredths. */
export const COMPRESSED_TABLE_AGGREGATION = {
  ...COMPRESSED_AGGREGATION,
  clip: 0.25,
} as const satisfies JobTermsInput['aggregation'];

/**
 * Settings for a job of which the size is known beforehand, to spread into {@link createJobTerms}'
 * input. One learning rate serves from 600 tickets to banking77's 10,003, IID or Dirichlet 0.5; what
 * depends on the size is the weight at which a participant counts fully, since a far too large one
 * would waste the bits of every coordinate.
 *
 * @param options.examples training tickets of all participants together, roughly.
 */
export function suggestJobSettings(options: {
  readonly participants: number;
  readonly examples: number;
}): Required<Pick<JobTermsInput, 'featuriser' | 'training' | 'aggregation'>> {
  const { participants, examples } = options;
  return {
    featuriser: { ...DEFAULT_FEATURISER, dimension: DIMENSION },
    training: { rounds: examples > MANY_EXAMPLES ? 8 : 10 },
    // Twice an equal share: uneven parts keep their weight, and one bit is spent on it.
    aggregation: { maxExamples: Math.max(1, Math.ceil((2 * examples) / participants)) },
  };
}

/**
 * The same for a network over tables. Its weights move by hundredths, so that the clip, and with it
 * the step of a coordinate, is far smaller than an intent model's.
 */
export function suggestTableSettings(options: {
  readonly participants: number;
  readonly examples: number;
}): Required<Pick<JobTermsInput, 'aggregation'>> & Pick<JobTermsInput, 'training'> {
  const { participants, examples } = options;
  return {
    training: {},
    aggregation: {
      ...COMPRESSED_TABLE_AGGREGATION,
      maxExamples: Math.max(1, Math.ceil((2 * examples) / participants)),
    },
  };
}
