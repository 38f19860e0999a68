import { assistantError } from '../assistant-error.ts';

/** Evidence and whether the answer it stood for was right. */
export interface CalibrationExample {
  readonly evidence: number;
  readonly correct: boolean;
}

/** A step function from evidence to probability; JSON-able. */
export interface CalibrationCurve {
  /** Ascending; from `from` on the probability holds until the next step. */
  readonly steps: readonly { readonly from: number; readonly probability: number }[];
}

const FEWEST_EXAMPLES = 20;

/**
 * Isotonic regression by pooling adjacent violators (Zadrozny and Elkan, KDD 2002): the
 * non-decreasing curve closest to what was observed, with no assumption on its shape.
 * @throws {DdaiError} `EVALUATION_INVALID` on fewer than 20 examples.
 */
export function fitCalibration(examples: readonly CalibrationExample[]): CalibrationCurve {
  if (examples.length < FEWEST_EXAMPLES) {
    throw assistantError({
      code: 'EVALUATION_INVALID',
      message: `calibration needs at least ${FEWEST_EXAMPLES} questions with known outcome, found ${examples.length}`,
    });
  }
  const sorted = [...examples].sort((a, b) => a.evidence - b.evidence);
  const blocks: { from: number; correct: number; count: number }[] = [];
  for (const { evidence, correct } of sorted) {
    let block = { from: evidence, correct: correct ? 1 : 0, count: 1 };
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      const isRising = last.correct * block.count < block.correct * last.count;
      if (isRising && last.from !== block.from) break;
      blocks.pop();
      block = {
        from: last.from,
        correct: last.correct + block.correct,
        count: last.count + block.count,
      };
    }
    blocks.push(block);
  }
  return {
    steps: blocks.map(({ from, correct, count }) => ({ from, probability: correct / count })),
  };
}

/** The probability that an answer with this evidence is right. */
export function calibrate(curve: CalibrationCurve, evidence: number): number {
  let probability = curve.steps[0]?.probability ?? 0;
  for (const step of curve.steps) {
    if (step.from > evidence) break;
    probability = step.probability;
  }
  return probability;
}
