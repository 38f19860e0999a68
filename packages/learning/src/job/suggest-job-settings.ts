import { DEFAULT_FEATURISER } from '../features/featuriser-spec.ts';
import type { JobTermsInput } from './job-terms.ts';

/** A quarter of the default space: 0.2 points less on banking77, centralised, and a quarter of the bytes. */
const DIMENSION = 2 ** 13;
/** With so many examples each round has hundreds of steps, and 8 rounds come as far as 10 of few. */
const MANY_EXAMPLES = 5000;

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
