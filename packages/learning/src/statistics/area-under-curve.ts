/**
 * Area under the ROC curve: the chance that a random positive scores above a random negative, ties
 * counting half (Mann and Whitney 1947; Hanley and McNeil 1982).
 * @param targets 0 or 1, one a score.
 * @returns NaN when one of the classes is absent.
 */
export function areaUnderCurve(scores: ArrayLike<number>, targets: ArrayLike<number>): number {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start] as number] as number;
    let end = start;
    let own = 0;
    while (end < order.length && scores[order[end] as number] === score) {
      own += targets[order[end] as number] as number;
      end += 1;
    }
    // Ranks start + 1 to end share their mean.
    rankSum += (own * (start + 1 + end)) / 2;
    positives += own;
    start = end;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
