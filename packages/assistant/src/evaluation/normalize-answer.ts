/**
 * SQuAD's answer normalisation (Rajpurkar et al., EMNLP 2016, its evaluation script): lower case,
 * punctuation removed, the articles a, an, the removed, white space collapsed; then words.
 */
export function normalizeAnswer(answer: string): string[] {
  return answer
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, '')
    .replace(/\b(?:a|an|the)\b/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** F1 of the bags of words of two answers, in [0, 1]; two empty answers agree. */
export function answerF1(prediction: string, gold: string): number {
  const predicted = normalizeAnswer(prediction);
  const expected = normalizeAnswer(gold);
  if (predicted.length === 0 || expected.length === 0) {
    return predicted.length === expected.length ? 1 : 0;
  }
  const left = new Map<string, number>();
  for (const word of expected) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of predicted) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    common++;
    left.set(word, count - 1);
  }
  return (2 * common) / (predicted.length + expected.length);
}
