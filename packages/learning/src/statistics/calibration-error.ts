const BINS = 15;

/**
 * Expected calibration error (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017, eq. 3): how far, on
 * average over 15 equal bins of confidence weighted by their size, confidence and accuracy lie apart.
 * @param confidences the largest probability of each example, in [0, 1].
 * @param hits whether each was right.
 * @returns in [0, 1]; NaN without examples.
 */
export function expectedCalibrationError(
  confidences: ArrayLike<number>,
  hits: ArrayLike<boolean>,
): number {
  const bins = Array.from({ length: BINS }, () => ({ confidence: 0, right: 0 }));
  for (let i = 0; i < confidences.length; i++) {
    const confidence = confidences[i] as number;
    // Bins are open below and closed above, as in the paper.
    const bin = bins[Math.max(0, Math.ceil(confidence * BINS) - 1)];
    if (bin === undefined) continue;
    bin.confidence += confidence;
    bin.right += hits[i] === true ? 1 : 0;
  }
  const gap = bins.reduce((sum, bin) => sum + Math.abs(bin.right - bin.confidence), 0);
  return gap / confidences.length;
}
