import {
  type KnowledgeDocument,
  SENTENCE_KIND,
  SENTENCE_STRIDE,
  type SentenceKind,
} from '../knowledge/knowledge-document.ts';
import { readableText } from '../knowledge/readable-text.ts';
import { type KnowledgeIndex, passageAt } from '../retrieval/knowledge-index.ts';
import type { DocumentHit, PassageHit } from '../retrieval/retriever.ts';
import type { TextAnalyzer } from '../text/text-analyzer.ts';

/** A sentence, item or row that may answer, with what a reader knows when reaching it. */
export interface AnswerCandidate {
  readonly document: KnowledgeDocument;
  readonly hit: DocumentHit;
  readonly passage: PassageHit;
  /** Offset of the sentence in `document.sentences`, a multiple of {@link SENTENCE_STRIDE}. */
  readonly at: number;
  readonly kind: SentenceKind;
  readonly text: string;
  readonly terms: readonly string[];
  /** The sentence that introduces this item, or the header of this row; same numbering as `at`. */
  readonly lead: number | undefined;
  readonly leadTerms: ReadonlySet<string>;
  /** Terms of title and headings. */
  readonly contextTerms: ReadonlySet<string>;
}

/** Passages read for an answer: it stands in the best ones or nowhere. */
const PASSAGES_READ = 12;

/** Every sentence of the best passages of `hits`, code left out, best passage first. */
export function answerCandidates(
  index: KnowledgeIndex,
  hits: readonly DocumentHit[],
  analyze: TextAnalyzer,
): AnswerCandidate[] {
  const candidates: AnswerCandidate[] = [];
  const found = hits.flatMap((hit) => hit.passages.map((passage) => ({ hit, passage })));
  // Equal scores keep the order of the documents: sorting is stable.
  found.sort((a, b) => b.passage.score - a.passage.score);
  for (const { hit, passage } of found.slice(0, PASSAGES_READ)) {
    readPassage(index, hit, passage, analyze, candidates);
  }
  return candidates;
}

function readPassage(
  index: KnowledgeIndex,
  hit: DocumentHit,
  passage: PassageHit,
  analyze: TextAnalyzer,
  into: AnswerCandidate[],
): void {
  const { document, headings } = passageAt(index, passage.passage);
  const contextTerms = new Set(analyze([document.title, ...headings].join(' '), document.language));
  const { sentences } = document;
  let lead: number | undefined;
  let leadTerms: ReadonlySet<string> = new Set();
  let previous: SentenceKind = SENTENCE_KIND.prose;
  for (
    let at = firstSentenceFrom(sentences, passage.start);
    at < sentences.length && (sentences[at] as number) < passage.end;
    at += SENTENCE_STRIDE
  ) {
    const kind = sentences[at + 2] as SentenceKind;
    if (kind === SENTENCE_KIND.code) continue;
    const text = readableText(document, sentences[at] as number, sentences[at + 1] as number);
    const terms = analyze(text, document.language);
    const isFollower = kind === SENTENCE_KIND.item || kind === SENTENCE_KIND.row;
    // The first row of a table names its columns, and takes the place of an introduction.
    const isHeader = kind === SENTENCE_KIND.row && previous !== SENTENCE_KIND.row;
    const hasLead = isFollower && !isHeader && lead !== undefined;
    into.push({
      document,
      hit,
      passage,
      at,
      kind,
      text,
      terms,
      lead: hasLead ? lead : undefined,
      leadTerms: hasLead ? leadTerms : new Set(),
      contextTerms,
    });
    if (isHeader || (!isFollower && text.endsWith(':'))) {
      lead = at;
      leadTerms = new Set(terms);
    } else if (!isFollower) lead = undefined;
    previous = kind;
  }
}

/** Binary search: the first sentence that starts at or after `position`. */
function firstSentenceFrom(sentences: Int32Array, position: number): number {
  let low = 0;
  let high = sentences.length / SENTENCE_STRIDE;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sentences[middle * SENTENCE_STRIDE] as number) < position) low = middle + 1;
    else high = middle;
  }
  return low * SENTENCE_STRIDE;
}
