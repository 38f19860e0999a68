/** Written with a full stop that ends no sentence. */
const ABBREVIATIONS = new Set(
  'e.g i.e etc vs mr mrs ms dr prof st no nr fig approx inc ltd co corp cf resp max min dept est ca'.split(
    ' ',
  ),
);
// Starts only where a run starts: from its middle, a run of a million stops would be quadratic.
const ENDING = /(?<![.!?。！？])[.!?。！？]+["'”’)\]]*(?=\s|$)|[。！？]/g;

/**
 * Where the sentences of one block of readable text lie, as [start, end) pairs of offsets, without
 * the white space around them. Joined, they cover every character that is not white space.
 */
export function splitSentences(text: string): [start: number, end: number][] {
  const spans: [number, number][] = [];
  let start = 0;
  const push = (end: number): void => {
    let from = start;
    let until = end;
    while (from < until && /\s/.test(text[from] as string)) from++;
    while (until > from && /\s/.test(text[until - 1] as string)) until--;
    if (until > from) spans.push([from, until]);
    start = end;
  };
  for (const match of text.matchAll(ENDING)) {
    const end = match.index + match[0].length;
    if (match[0].startsWith('.') && isInsideSentence(text, match.index, end)) continue;
    push(end);
  }
  push(text.length);
  return spans;
}

function isInsideSentence(text: string, stop: number, end: number): boolean {
  const following = /\S/.exec(text.slice(end, end + 8))?.[0];
  if (following !== undefined && /[a-z,;:]/.test(following)) return true;
  const word = /[^\s()[\]"'*_]+$/.exec(text.slice(Math.max(0, stop - 24), stop))?.[0].toLowerCase();
  if (word === undefined) return false;
  // "1." opens a list entry inside a paragraph; "J." is an initial.
  return ABBREVIATIONS.has(word) || /^(?:\d{1,2}|[^\d])$/.test(word);
}
