import { bytesToUtf8, utf8ToBytes } from '@ddai/core';
import { assistantError } from '../assistant-error.ts';
import type { Heading, KnowledgeDocument } from '../knowledge/knowledge-document.ts';
import type { Language } from '../text/language.ts';
import { type KnowledgeIndex, passageOwners, type UnitPostings } from './knowledge-index.ts';
import type { PostingLists } from './posting-lists.ts';
import { numberWords } from './vocabulary.ts';

/**
 * Layout: magic, length of the header (uint32), header (JSON), then arrays in the order of
 * {@link SECTIONS}, each starting at a multiple of 8, in the little-endian order of every supported
 * platform; then the texts in UTF-8. Loading parses only the header; arrays and texts stay where they
 * were read into, and a text is decoded when it is first needed.
 */
const MAGIC = 'DDAIKX02';
const ALIGNMENT = 8;

const SECTIONS = [
  ['passages', Int32Array],
  ['sentences', Int32Array],
  ['readable', Int32Array],
  ['firstPassage', Uint32Array],
  ['pairs', Float64Array],
  ['documentWordOffsets', Uint32Array],
  ['documentWordUnits', Uint32Array],
  ['documentWordImpacts', Float32Array],
  ['documentPairOffsets', Uint32Array],
  ['documentPairUnits', Uint32Array],
  ['documentPairImpacts', Float32Array],
  ['passageWordOffsets', Uint32Array],
  ['passageWordUnits', Uint32Array],
  ['passageWordImpacts', Float32Array],
  ['passagePairOffsets', Uint32Array],
  ['passagePairUnits', Uint32Array],
  ['passagePairImpacts', Float32Array],
] as const;
type SectionName = (typeof SECTIONS)[number][0];
type Section = Int32Array | Uint32Array | Float32Array | Float64Array;

interface DocumentHeader {
  readonly id: string;
  readonly title: string;
  readonly language: Language;
  readonly headings: readonly Heading[];
  readonly textBytes: number;
  readonly passages: number;
  readonly sentences: number;
  readonly readable: number;
}
interface Header {
  readonly documents: readonly DocumentHeader[];
  readonly words: readonly string[];
  readonly lengths: Readonly<Record<SectionName, number>>;
}

/** The index as bytes for a file of this installation; not an exchange format (see shards). */
export function encodeIndexSnapshot(index: KnowledgeIndex): Uint8Array {
  const pieces = [...indexSnapshotPieces(index)];
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The same bytes one after the other, for a file: whole they would take as much memory as the index. */
export function* indexSnapshotPieces(index: KnowledgeIndex): Generator<Uint8Array> {
  const sections = sectionsOf(index);
  const header: Header = {
    documents: index.documents.map((document) => ({
      id: document.id,
      title: document.title,
      language: document.language,
      headings: document.headings,
      textBytes: utf8ToBytes(document.text).length,
      passages: document.passages.length,
      sentences: document.sentences.length,
      readable: document.readable.length,
    })),
    words: index.vocabulary.words,
    lengths: Object.fromEntries(SECTIONS.map(([name]) => [name, sections[name].length])) as Record<
      SectionName,
      number
    >,
  };
  const headerBytes = utf8ToBytes(JSON.stringify(header));
  const front = new Uint8Array(align(MAGIC.length + 4 + headerBytes.length));
  front.set(utf8ToBytes(MAGIC));
  new DataView(front.buffer).setUint32(MAGIC.length, headerBytes.length, true);
  front.set(headerBytes, MAGIC.length + 4);
  yield front;
  for (const [name] of SECTIONS) {
    const { buffer, byteOffset, byteLength } = sections[name];
    yield new Uint8Array(buffer, byteOffset, byteLength);
    yield new Uint8Array(align(byteLength) - byteLength);
  }
  for (const { text } of index.documents) yield utf8ToBytes(text);
}

/**
 * Reads what {@link encodeIndexSnapshot} wrote. The index goes on using `bytes` where they begin at a
 * multiple of 8; they must not change.
 * @throws {DdaiError} `SNAPSHOT_INVALID` when cut short or of another version: index again.
 */
export function decodeIndexSnapshot(bytes: Uint8Array): KnowledgeIndex {
  try {
    return readSnapshot(bytes);
  } catch (cause) {
    throw assistantError({
      code: 'SNAPSHOT_INVALID',
      message: 'the index snapshot is damaged or of another version',
      remedy: 'Delete it; the index is built again from the documents.',
      cause,
    });
  }
}

function readSnapshot(bytes: Uint8Array): KnowledgeIndex {
  if (bytesToUtf8(bytes.subarray(0, MAGIC.length)) !== MAGIC) throw new Error('another magic');
  const aligned = bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes);
  const { buffer, byteOffset } = aligned as Uint8Array<ArrayBuffer>;
  const headerStart = MAGIC.length + 4;
  const headerLength = new DataView(buffer, byteOffset).getUint32(MAGIC.length, true);
  const headerEnd = headerStart + headerLength;
  const header = JSON.parse(bytesToUtf8(aligned.subarray(headerStart, headerEnd))) as Header;
  const sections: Partial<Record<SectionName, Section>> = {};
  let at = align(headerEnd);
  for (const [name, Type] of SECTIONS) {
    const length = header.lengths[name];
    assertInside(at + length * Type.BYTES_PER_ELEMENT, aligned);
    const section = new Type(buffer, byteOffset + at, length);
    sections[name] = section;
    at += align(section.byteLength);
  }
  const get = <Kind extends Section>(name: SectionName): Kind => sections[name] as Kind;
  const documents = readDocuments(header, aligned.subarray(at), get);
  const firstPassage = get<Uint32Array>('firstPassage');
  const postings = (owner: 'document' | 'passage', unitCount: number): UnitPostings => {
    const lists = (kind: 'Word' | 'Pair'): PostingLists => ({
      unitCount,
      offsets: get<Uint32Array>(`${owner}${kind}Offsets`),
      units: get<Uint32Array>(`${owner}${kind}Units`),
      impacts: get<Float32Array>(`${owner}${kind}Impacts`),
    });
    return { words: lists('Word'), pairs: lists('Pair') };
  };
  return {
    documents,
    vocabulary: {
      words: header.words,
      wordNumbers: numberWords(header.words),
      pairs: get<Float64Array>('pairs'),
    },
    documentPostings: postings('document', documents.length),
    passagePostings: postings('passage', firstPassage.at(-1) ?? 0),
    firstPassage,
    passageDocument: passageOwners(firstPassage),
  };
}

function readDocuments(
  header: Header,
  texts: Uint8Array,
  get: <Kind extends Section>(name: SectionName) => Kind,
): KnowledgeDocument[] {
  const taken = { passages: 0, sentences: 0, readable: 0 };
  const take = (name: keyof typeof taken, length: number): Int32Array => {
    const start = taken[name];
    taken[name] += length;
    return get<Int32Array>(name).subarray(start, taken[name]);
  };
  let at = 0;
  const documents = header.documents.map((document) => {
    const source = texts.subarray(at, at + document.textBytes);
    at += document.textBytes;
    let text: string | undefined;
    return {
      id: document.id,
      title: document.title,
      language: document.language,
      get text() {
        text ??= bytesToUtf8(source);
        return text;
      },
      headings: document.headings,
      passages: take('passages', document.passages),
      sentences: take('sentences', document.sentences),
      readable: take('readable', document.readable),
    };
  });
  if (at !== texts.length) throw new Error('the texts do not fill the file');
  return documents;
}

function assertInside(end: number, { length }: Uint8Array): void {
  if (end > length) throw new Error('cut short');
}

function sectionsOf(index: KnowledgeIndex): Record<SectionName, Section> {
  const { documents, documentPostings, passagePostings } = index;
  return {
    passages: concatenate(documents.map((document) => document.passages)),
    sentences: concatenate(documents.map((document) => document.sentences)),
    readable: concatenate(documents.map((document) => document.readable)),
    firstPassage: index.firstPassage,
    pairs: index.vocabulary.pairs,
    documentWordOffsets: documentPostings.words.offsets,
    documentWordUnits: documentPostings.words.units,
    documentWordImpacts: documentPostings.words.impacts,
    documentPairOffsets: documentPostings.pairs.offsets,
    documentPairUnits: documentPostings.pairs.units,
    documentPairImpacts: documentPostings.pairs.impacts,
    passageWordOffsets: passagePostings.words.offsets,
    passageWordUnits: passagePostings.words.units,
    passageWordImpacts: passagePostings.words.impacts,
    passagePairOffsets: passagePostings.pairs.offsets,
    passagePairUnits: passagePostings.pairs.units,
    passagePairImpacts: passagePostings.pairs.impacts,
  };
}

function concatenate(arrays: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(arrays.reduce((total, array) => total + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
}

function align(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}
