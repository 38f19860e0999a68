import type { Citation } from '../answering/answer.ts';
import { splitSentences } from '../text/split-sentences.ts';
import { createTextAnalyzer } from '../text/text-analyzer.ts';
import { findSupportFault, type SupportFault } from './check-support.ts';
import type { WritingPassage } from './writing-passage.ts';

export interface VerifiedAnswer {
  /** The supported sentences, without their marks; empty when none is left. */
  readonly text: string;
  /** The passages that they cite, in the order first cited. */
  readonly citations: readonly Citation[];
  readonly dropped: readonly { readonly sentence: string; readonly fault: SupportFault }[];
}

const MARK = /\s*\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]/g;

/** Keeps of a model's text the sentences that the passages they cite support. */
export function verifyWrittenAnswer(
  text: string,
  passages: readonly WritingPassage[],
): VerifiedAnswer {
  const analyze = createTextAnalyzer();
  // "… days. [1]" and "… days [1]." mean the same; the mark belongs to the sentence before it.
  const marked = text.replace(/([.!?]+)((?:\s*\[\d[\d\s,]*\])+)/g, '$2$1');
  const kept: string[] = [];
  const cited = new Set<WritingPassage>();
  const dropped: { sentence: string; fault: SupportFault }[] = [];
  for (const line of marked.split(/\n+/)) {
    for (const [start, end] of splitSentences(line)) {
      const written = line.slice(start, end);
      const numbers = [...written.matchAll(MARK)].flatMap(([, list = '']) =>
        list.split(',').map(Number),
      );
      const sentence = written
        .replace(MARK, '')
        .replace(/^(?:[-*•]|\d+\.)\s+/, '')
        .trim();
      if (sentence === '') continue;
      const sources = passages.filter(({ number }) => numbers.includes(number));
      const fault = findSupportFault(sentence, sources, analyze);
      if (fault === undefined) {
        kept.push(sentence);
        for (const source of sources) cited.add(source);
      } else dropped.push({ sentence, fault });
    }
  }
  return {
    text: kept.join(' '),
    citations: Array.from(cited, ({ citation }) => citation),
    dropped,
  };
}
