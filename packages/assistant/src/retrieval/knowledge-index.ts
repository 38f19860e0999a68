import { assistantError } from '../assistant-error.ts';
import {
  headingBreadcrumb,
  type KnowledgeDocument,
  PASSAGE_STRIDE,
} from '../knowledge/knowledge-document.ts';
import { readableText } from '../knowledge/readable-text.ts';
import type { Language } from '../text/language.ts';
import { createTextAnalyzer } from '../text/text-analyzer.ts';
import { createPostingCollector } from './posting-collector.ts';
import type { PostingLists } from './posting-lists.ts';
import { createVocabularyBuilder, type Vocabulary, type VocabularyBuilder } from './vocabulary.ts';

/** Postings of words and of pairs of neighbouring words over the same units. */
export interface UnitPostings {
  readonly words: PostingLists;
  readonly pairs: PostingLists;
}

/** Everything retrieval needs, ready to be scored or written to a snapshot. */
export interface KnowledgeIndex {
  /** By ascending id (code units), so that the same set gives the same index in any order. */
  readonly documents: readonly KnowledgeDocument[];
  readonly vocabulary: Vocabulary;
  readonly documentPostings: UnitPostings;
  /** Passages of all documents, in document order. */
  readonly passagePostings: UnitPostings;
  /** Document d owns the passages `firstPassage[d]` until `firstPassage[d + 1]`. */
  readonly firstPassage: Uint32Array;
  /** Document of each passage. */
  readonly passageDocument: Uint32Array;
}

/**
 * Indexes documents and their passages under one vocabulary. A passage is indexed together with
 * the document's path, title and headings above it, because that is what a reader has just read.
 * @throws {DdaiError} `KNOWLEDGE_DUPLICATE_ID`.
 */
export function createKnowledgeIndex(documents: readonly KnowledgeDocument[]): KnowledgeIndex {
  const sorted = [...documents].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const analyze = createTextAnalyzer();
  const vocabulary = createVocabularyBuilder();
  const numbersIn =
    (language: Language) =>
    (text: string): number[] =>
      analyze(text, language).map((word) => vocabulary.wordNumber(word));
  const wholes = createUnitCollector(vocabulary);
  const parts = createUnitCollector(vocabulary);
  const firstPassage = new Uint32Array(sorted.length + 1);
  sorted.forEach((document, d) => {
    if (d > 0 && sorted[d - 1]?.id === document.id) throw duplicate(document.id);
    const numbersOf = numbersIn(document.language);
    const name = [...numbersOf(readablePath(document.id)), ...numbersOf(document.title)];
    const headings = document.headings.map((heading) => numbersOf(heading.text));
    const whole = [...name, ...headings.flat()];
    const { passages } = document;
    for (let p = 0; p < passages.length; p += PASSAGE_STRIDE) {
      const body = numbersOf(
        readableText(document, passages[p] as number, passages[p + 1] as number),
      );
      for (const word of body) whole.push(word);
      const crumbs = breadcrumbNumbers(document, passages[p + 2] as number, headings);
      parts.addUnit([...name, ...crumbs, ...body]);
    }
    wholes.addUnit(whole);
    firstPassage[d + 1] = (firstPassage[d] as number) + passages.length / PASSAGE_STRIDE;
  });
  const { wordOrder, pairOrder, ...built } = vocabulary.build();
  return {
    documents: sorted,
    vocabulary: built,
    documentPostings: wholes.build(wordOrder, pairOrder),
    passagePostings: parts.build(wordOrder, pairOrder),
    firstPassage,
    passageDocument: passageOwners(firstPassage),
  };
}

/** Folders and file names are headings of a kind: `billing/refund-policy.md` says what it is about. */
function readablePath(id: string): string {
  return id.replace(/\.[A-Za-z]{1,5}$/, '');
}

function createUnitCollector(vocabulary: VocabularyBuilder): {
  addUnit(words: readonly number[]): void;
  build(wordOrder: Uint32Array, pairOrder: Uint32Array): UnitPostings;
} {
  const words = createPostingCollector();
  const pairs = createPostingCollector();
  return {
    addUnit(unit) {
      words.addUnit(unit);
      pairs.addUnit(vocabulary.pairNumbers(unit));
    },
    build: (wordOrder, pairOrder) => ({
      words: words.build(wordOrder),
      pairs: pairs.build(pairOrder),
    }),
  };
}

export function passageOwners(firstPassage: Uint32Array): Uint32Array {
  const owners = new Uint32Array(firstPassage.at(-1) ?? 0);
  for (let d = 0; d + 1 < firstPassage.length; d++)
    owners.fill(d, firstPassage[d], firstPassage[d + 1]);
  return owners;
}

/** Terms of the headings above a passage; one that repeats the title is not counted twice. */
function breadcrumbNumbers(
  document: KnowledgeDocument,
  heading: number,
  headings: readonly number[][],
): number[] {
  const numbers: number[] = [];
  for (let h = heading; h >= 0; h = document.headings[h]?.parent ?? -1) {
    if (document.headings[h]?.text !== document.title) numbers.push(...(headings[h] ?? []));
  }
  return numbers;
}

/** A passage's place in its document, with the headings above it. */
export function passageAt(
  index: KnowledgeIndex,
  passage: number,
): { document: KnowledgeDocument; start: number; end: number; headings: string[] } {
  const owner = index.passageDocument[passage] as number;
  const document = index.documents[owner] as KnowledgeDocument;
  const at = PASSAGE_STRIDE * (passage - (index.firstPassage[owner] as number));
  return {
    document,
    start: document.passages[at] as number,
    end: document.passages[at + 1] as number,
    headings: headingBreadcrumb(document, document.passages[at + 2] as number),
  };
}

function duplicate(id: string): Error {
  return assistantError({
    code: 'KNOWLEDGE_DUPLICATE_ID',
    message: `two documents are called ${JSON.stringify(id)}`,
    fields: { id },
  });
}
