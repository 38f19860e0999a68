import { bytesToUtf8, canonicalJson, utf8ToBytes } from '@ddai/core';
import { assistantError } from '../assistant-error.ts';
import {
  type Heading,
  type KnowledgeDocument,
  PASSAGE_STRIDE,
  SENTENCE_STRIDE,
} from '../knowledge/knowledge-document.ts';
import { createKnowledgeIndex } from '../retrieval/knowledge-index.ts';
import { createRetriever } from '../retrieval/retriever.ts';
import { LANGUAGES, type Language } from '../text/language.ts';
import { createJsonReader } from './json-reader.ts';
import type { LoadedShard } from './run-complex-query.ts';

/** Stated in every shard; another version is another format. */
export const SHARD_FORMAT = 'ddai-shard/2';

/** What a node is willing to hold for one shard. */
export interface ShardLimits {
  /** Default 67,108,864 (64 MiB). */
  readonly bytes: number;
  /** Default 20,000. */
  readonly documents: number;
}

export const DEFAULT_SHARD_LIMITS: ShardLimits = { bytes: 67_108_864, documents: 20_000 };

const LONGEST_NAME = 1_024;
const MOST_HEADINGS = 20_000;
const DEEPEST_LEVEL = 6;
const LAST_KIND = 3;

const read = createJsonReader('SHARD_INVALID');

/**
 * The knowledge that a gateway hands to a node, as canonical JSON in UTF-8: equal documents give
 * equal bytes in any order. It carries the parsed structure, so that a node needs no Markdown
 * parser and two versions of one can't make two nodes disagree. Name it by the sha256 of the bytes.
 */
export function encodeShard(documents: readonly KnowledgeDocument[]): Uint8Array {
  const sorted = [...documents].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const plain = sorted.map(({ passages, sentences, readable, ...rest }) => ({
    ...rest,
    passages: Array.from(passages),
    sentences: Array.from(sentences),
    readable: Array.from(readable),
  }));
  return utf8ToBytes(canonicalJson({ format: SHARD_FORMAT, documents: plain }));
}

/**
 * Reads a shard from an untrusted gateway. Every offset is checked against its text.
 * @throws {DdaiError} `SHARD_TOO_LARGE`, `SHARD_INVALID`.
 */
export function decodeShard(
  bytes: Uint8Array,
  limits: Partial<ShardLimits> = {},
): KnowledgeDocument[] {
  const { bytes: mostBytes, documents: mostDocuments } = { ...DEFAULT_SHARD_LIMITS, ...limits };
  if (bytes.length > mostBytes) {
    throw assistantError({
      code: 'SHARD_TOO_LARGE',
      message: `the shard has ${bytes.length} bytes, more than the ${mostBytes} this node holds`,
      fields: { bytes: bytes.length, limit: mostBytes },
    });
  }
  const shard = read.object(parseJson(bytes), 'shard', ['format', 'documents']);
  if (shard.format !== SHARD_FORMAT) throw read.fail('shard.format', SHARD_FORMAT);
  const documents = read.array(shard.documents, 'documents', mostDocuments).map(parseDocument);
  documents.forEach(({ id }, i) => {
    const before = documents[i - 1];
    if (before !== undefined && before.id >= id) throw read.fail('documents', 'ascending ids');
  });
  return documents;
}

/**
 * Decodes and indexes a shard, ready for `runComplexQuery`.
 * @param hash sha256 of `bytes` as the caller computed it, 64 lower-case hexadecimal digits.
 */
export function loadShard(
  bytes: Uint8Array,
  hash: string,
  limits: Partial<ShardLimits> = {},
): LoadedShard {
  return { hash, retriever: createRetriever(createKnowledgeIndex(decodeShard(bytes, limits))) };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(bytesToUtf8(bytes));
  } catch (cause) {
    throw assistantError({
      code: 'SHARD_INVALID',
      message: 'the shard is not JSON in UTF-8',
      cause,
    });
  }
}

function parseDocument(value: unknown, i: number): KnowledgeDocument {
  const field = `documents[${i}]`;
  const keys = ['id', 'title', 'language', 'text', 'headings', 'passages', 'sentences', 'readable'];
  const document = read.object(value, field, keys);
  const text = read.text(document.text, `${field}.text`, DEFAULT_SHARD_LIMITS.bytes);
  const headings = read
    .array(document.headings, `${field}.headings`, MOST_HEADINGS)
    .map((heading, h, all) => parseHeading(heading, `${field}.headings[${h}]`, h, text, all));
  const spans = (name: 'passages' | 'sentences' | 'readable', stride: number, tag: number[]) =>
    parseSpans(document[name], `${field}.${name}`, stride, text.length, tag);
  return {
    id: read.text(document.id, `${field}.id`, LONGEST_NAME),
    title: read.text(document.title, `${field}.title`, LONGEST_NAME),
    language: parseLanguage(document.language, `${field}.language`),
    text,
    headings,
    passages: spans('passages', PASSAGE_STRIDE, [-1, headings.length - 1]),
    sentences: spans('sentences', SENTENCE_STRIDE, [0, LAST_KIND]),
    readable: spans('readable', 2, []),
  };
}

function parseLanguage(value: unknown, field: string): Language {
  const known = LANGUAGES.find((language) => language === value);
  if (known === undefined) throw read.fail(field, `one of ${LANGUAGES.join(', ')}`);
  return known;
}

function parseHeading(
  value: unknown,
  field: string,
  at: number,
  text: string,
  all: readonly unknown[],
): Heading {
  const heading = read.object(value, field, ['level', 'text', 'start', 'end', 'parent']);
  const level = read.integer(heading.level, `${field}.level`, 1, DEEPEST_LEVEL);
  // A parent stands before and is of an outer level, so that walking up always ends.
  const parent = read.integer(heading.parent, `${field}.parent`, -1, at - 1);
  const above = parent < 0 ? undefined : (all[parent] as { level?: unknown });
  if (above !== undefined && !(typeof above.level === 'number' && above.level < level)) {
    throw read.fail(`${field}.parent`, 'a heading of an outer level');
  }
  const start = read.integer(heading.start, `${field}.start`, 0, text.length);
  return {
    level,
    text: read.text(heading.text, `${field}.text`, LONGEST_NAME),
    start,
    end: read.integer(heading.end, `${field}.end`, start, text.length),
    parent,
  };
}

/** Ascending, not overlapping, not empty spans within the text, each with an optional tag. */
function parseSpans(
  value: unknown,
  field: string,
  stride: number,
  length: number,
  [leastTag = 0, mostTag = 0]: readonly number[],
): Int32Array {
  const numbers = read.array(value, field, stride * (length + 1));
  if (numbers.length % stride !== 0) throw read.fail(field, `groups of ${stride} numbers`);
  const spans = new Int32Array(numbers.length);
  let last = 0;
  for (let i = 0; i < numbers.length; i += stride) {
    const start = read.integer(numbers[i], `${field}[${i}]`, last, length);
    last = read.integer(numbers[i + 1], `${field}[${i + 1}]`, start + 1, length);
    spans[i] = start;
    spans[i + 1] = last;
    if (stride > 2) {
      spans[i + 2] = read.integer(numbers[i + 2], `${field}[${i + 2}]`, leastTag, mostTag);
    }
  }
  return spans;
}
