import { LANGUAGES, type Language, questionLanguage } from '../text/language.ts';
import { createTextAnalyzer } from '../text/text-analyzer.ts';
import { type ConversationTurn, decayedQuestions } from './conversation-turn.ts';
import { type KnowledgeIndex, passageAt } from './knowledge-index.ts';
import { impactOf, inverseDocumentFrequency } from './posting-lists.ts';
import { RECIPROCAL_RANK_K } from './reciprocal-rank.ts';
import { createUnitScorer, type ScoredUnit, type WeightedTerm } from './unit-scorer.ts';
import { findPair, pairKey } from './vocabulary.ts';

const BEST_FUSED = 2 / (RECIPROCAL_RANK_K + 1);
/** Units ranked per list before fusion; beyond it a rank adds less than a hundredth. */
const FUSION_DEPTH = 100;
/**
 * Sequential dependence of Metzler and Croft (SIGIR 2005), section 5: 0.85 for words, and for
 * neighbours 0.10 ordered plus 0.05 in a window, here both on the ordered pair.
 */
export const WORD_WEIGHT = 0.85;
const PAIR_WEIGHT = 0.15;
/** A question longer than this is a log or a paste: its rarest terms carry the meaning. */
const MOST_QUERY_TERMS = 64;

/** A term of the question as the index knows it. */
export interface QueryTerm extends WeightedTerm {
  readonly text: string;
  /** Inverse frequency among passages. */
  readonly idf: number;
}

/** What the question came to, before ranking. */
export interface AnalyzedQuestion {
  /** In which its words are read: one that the knowledge is written in. */
  readonly language: Language;
  /** Known terms, in order of first occurrence; weight 1, or decayed for history. */
  readonly terms: readonly QueryTerm[];
  /** Pairs of neighbouring terms of the question that the knowledge holds as neighbours too. */
  readonly pairs: readonly WeightedTerm[];
  /** Terms of the question itself in its order, known or not, repetitions kept. */
  readonly asked: readonly string[];
  /** Terms of the question itself that no document holds. */
  readonly unknown: readonly string[];
}

/** Why a document stands where it does. */
export interface HitExplanation {
  /** Rank (from 1) and BM25 score of the whole document; absent when below the fusion depth. */
  readonly document?: { readonly rank: number; readonly score: number };
  /** Rank of the document's best passage among the best passages of documents. */
  readonly passage?: { readonly rank: number; readonly score: number };
  /**
   * Rank by meaning among the documents that words propose, and the cosine of the question with
   * the nearest passage; absent where no encoder took part.
   */
  readonly semantic?: { readonly rank: number; readonly score: number };
  /** The question's terms that the document holds, with what each adds to its BM25 score. */
  readonly terms: readonly { readonly text: string; readonly contribution: number }[];
}

/** A passage found; offsets are UTF-16 code units into the document's text. */
export interface PassageHit {
  /** Number of the passage in the index. */
  readonly passage: number;
  readonly documentId: string;
  readonly headings: readonly string[];
  readonly start: number;
  readonly end: number;
  /** BM25. */
  readonly score: number;
}

export interface DocumentHit {
  readonly documentId: string;
  readonly title: string;
  /** Fused score relative to a document first in both lists: in (0, 1], one scale for all hits. */
  readonly score: number;
  /** The document's passages among the best ones, best first. */
  readonly passages: readonly PassageHit[];
  readonly explain: HitExplanation;
}

export interface RetrieveOptions {
  /** Documents to return. Default 10. */
  readonly limit?: number;
  readonly history?: readonly ConversationTurn[];
  /** Documents to leave out, by id: those a reader may not see. */
  readonly excluded?: ReadonlySet<string>;
}

export interface Retriever {
  readonly index: KnowledgeIndex;
  analyze(question: string, history?: readonly ConversationTurn[]): AnalyzedQuestion;
  /** Like `analyze` for a question that consists of index terms already. */
  analyzeTerms(
    asked: readonly string[],
    history?: readonly ConversationTurn[],
    language?: Language,
  ): AnalyzedQuestion;
  retrieve(question: string, options?: RetrieveOptions): DocumentHit[];
  retrieveAnalyzed(
    question: AnalyzedQuestion,
    options?: Pick<RetrieveOptions, 'limit' | 'excluded'>,
  ): DocumentHit[];
}

/**
 * Ranks documents by reciprocal rank fusion of BM25, over words and neighbouring pairs, of whole
 * documents and of passages.
 * Only exactly specified arithmetic decides the order, so it is the same on every machine.
 *
 * @example
 * const hits = createRetriever(createKnowledgeIndex(documents)).retrieve('How do I reset my PIN?');
 */
export function createRetriever(index: KnowledgeIndex): Retriever {
  const analyzeText = createTextAnalyzer();
  const { among, usual } = languagesOf(index);
  const { words, wordNumbers, pairs } = index.vocabulary;
  const scoreDocuments = createUnitScorer(
    index.documentPostings.words,
    index.documentPostings.pairs,
  );
  const scorePassages = createUnitScorer(index.passagePostings.words, index.passagePostings.pairs);

  const analyzeTerms: Retriever['analyzeTerms'] = (asked, history = [], language = usual) => {
    const weights = new Map<string, number>();
    const unknown = new Set<string>();
    // Each term once: a question repeats a word for grammar's sake, not to weigh it twice.
    for (const text of asked) {
      if (wordNumbers.has(text)) weights.set(text, 1);
      else unknown.add(text);
    }
    for (const { text: earlier, weight } of decayedQuestions(history)) {
      for (const text of analyzeText(earlier, language)) {
        if (wordNumbers.has(text) && !weights.has(text)) weights.set(text, weight);
      }
    }
    const terms = [...weights].map(([text, weight]) => {
      const term = wordNumbers.get(text) as number;
      return {
        text,
        term,
        weight,
        idf: inverseDocumentFrequency(index.passagePostings.words, term),
      };
    });
    return { language, terms: rarest(terms), pairs: pairsOf(asked), asked, unknown: [...unknown] };
  };

  const pairsOf = (asked: readonly string[]): WeightedTerm[] => {
    const found = new Set<number>();
    for (let i = 1; i < asked.length && found.size < MOST_QUERY_TERMS; i++) {
      const first = wordNumbers.get(asked[i - 1] as string);
      const second = wordNumbers.get(asked[i] as string);
      if (first === undefined || second === undefined) continue;
      const pair = findPair(pairs, pairKey(first, second, words.length));
      if (pair >= 0) found.add(pair);
    }
    return Array.from(found, (term) => ({ term, weight: PAIR_WEIGHT }));
  };

  const retrieveAnalyzed: Retriever['retrieveAnalyzed'] = (question, options = {}) => {
    const { limit = 10, excluded } = options;
    const weighted = question.terms.map(({ term, weight }) => ({
      term,
      weight: weight * WORD_WEIGHT,
    }));
    const parts = [weighted, question.pairs];
    // Left out before ranks are given, so that a hidden document leaves no gap that betrays it.
    const isVisible = (owner: number): boolean =>
      excluded === undefined || !excluded.has(index.documents[owner]?.id ?? '');
    const owners = index.passageDocument;
    const documents = scoreDocuments(parts, FUSION_DEPTH).filter(({ unit }) => isVisible(unit));
    const passages = scorePassages(parts, FUSION_DEPTH).filter(({ unit }) =>
      isVisible(owners[unit] as number),
    );
    return fuse(index, documents, passages)
      .slice(0, limit)
      .map((entry) => documentHit(index, question, entry));
  };

  const analyze: Retriever['analyze'] = (question, history) => {
    const language = questionLanguage(question, { among, usual });
    return analyzeTerms(analyzeText(question, language), history, language);
  };

  return {
    index,
    analyze,
    analyzeTerms,
    retrieveAnalyzed,
    retrieve: (question, options = {}) =>
      retrieveAnalyzed(analyze(question, options.history), options),
  };
}

/** The languages of the documents, and that of most of them. */
function languagesOf({ documents }: KnowledgeIndex): { among: Language[]; usual: Language } {
  const counts = new Map(LANGUAGES.map((language) => [language, 0]));
  for (const { language } of documents) counts.set(language, (counts.get(language) ?? 0) + 1);
  const among = LANGUAGES.filter((language) => counts.get(language) !== 0);
  const most = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  return { among, usual: most[0] };
}

function rarest(terms: QueryTerm[]): QueryTerm[] {
  if (terms.length <= MOST_QUERY_TERMS) return terms;
  const value = (term: QueryTerm): number => term.weight * term.idf;
  const kept = new Set(
    [...terms].sort((a, b) => value(b) - value(a) || a.term - b.term).slice(0, MOST_QUERY_TERMS),
  );
  return terms.filter((term) => kept.has(term));
}

interface Candidate {
  readonly owner: number;
  document?: { rank: number; score: number };
  passage?: { rank: number; score: number };
  readonly passages: ScoredUnit[];
  fused: number;
}

function fuse(
  index: KnowledgeIndex,
  documents: readonly ScoredUnit[],
  passages: readonly ScoredUnit[],
): Candidate[] {
  const candidates = new Map<number, Candidate>();
  const candidate = (owner: number): Candidate => {
    let found = candidates.get(owner);
    if (found === undefined) {
      found = { owner, passages: [], fused: 0 };
      candidates.set(owner, found);
    }
    return found;
  };
  documents.forEach(({ unit, score }, i) => {
    const entry = candidate(unit);
    entry.document = { rank: i + 1, score };
    entry.fused += 1 / (RECIPROCAL_RANK_K + i + 1);
  });
  let passageRank = 0;
  for (const scored of passages) {
    const entry = candidate(index.passageDocument[scored.unit] as number);
    entry.passages.push(scored);
    if (entry.passage !== undefined) continue;
    passageRank++;
    entry.passage = { rank: passageRank, score: scored.score };
    entry.fused += 1 / (RECIPROCAL_RANK_K + passageRank);
  }
  return [...candidates.values()].sort((a, b) => b.fused - a.fused || a.owner - b.owner);
}

function documentHit(
  index: KnowledgeIndex,
  question: AnalyzedQuestion,
  entry: Candidate,
): DocumentHit {
  const document = index.documents[entry.owner];
  return {
    documentId: document?.id ?? '',
    title: document?.title ?? '',
    score: entry.fused / BEST_FUSED,
    passages: entry.passages.map((scored) => {
      const { start, end, headings } = passageAt(index, scored.unit);
      const documentId = document?.id ?? '';
      return { passage: scored.unit, documentId, headings, start, end, score: scored.score };
    }),
    explain: {
      ...(entry.document === undefined ? {} : { document: entry.document }),
      ...(entry.passage === undefined ? {} : { passage: entry.passage }),
      terms: question.terms
        .map(({ text, term, weight }) => ({
          text,
          contribution:
            WORD_WEIGHT * weight * impactOf(index.documentPostings.words, term, entry.owner),
        }))
        .filter(({ contribution }) => contribution > 0),
    },
  };
}
