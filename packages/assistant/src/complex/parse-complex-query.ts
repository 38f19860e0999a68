import { canonicalJson, utf8ToBytes } from '@ddai/core';
import { assistantError } from '../assistant-error.ts';
import {
  COMPLEX_PIPELINE,
  type ComplexCitation,
  type ComplexQueryInput,
  type ComplexQueryLimits,
  type ComplexQueryResult,
  SCORE_SCALE,
  type SubAnswer,
} from './complex-query.ts';
import { MOST_SUB_QUESTIONS } from './decompose-question.ts';
import { createJsonReader } from './json-reader.ts';

const LONGEST_QUESTION = 8_000;
const LONGEST_TURN = 8_000;
const MOST_TURNS = 16;
const MOST_HOPS = 3;
const MOST_CITATIONS = 32;
/** Eight parts of an introduction with ten items of 1,200 characters, with room for markup. */
const LONGEST_TEXT = 262_144;
const LONGEST_NAME = 1_024;
const MOST_HEADINGS = 16;
const HASH = /^[0-9a-f]{64}$/;

const read = createJsonReader('COMPLEX_QUERY_INVALID');

/**
 * Checks a query from an untrusted gateway.
 * @throws {DdaiError} `COMPLEX_QUERY_INVALID`; `COMPLEX_QUERY_UNSUPPORTED` for another pipeline.
 */
export function parseComplexQueryInput(value: unknown): ComplexQueryInput {
  const keys = ['pipeline', 'shardHash', 'question', 'history', 'seed', 'limits'];
  const input = read.object(value, 'query', keys);
  const question = read.text(input.question, 'question', LONGEST_QUESTION);
  if (question.trim() === '') throw read.fail('question', 'some text');
  return {
    pipeline: parsePipeline(input.pipeline),
    shardHash: parseHash(input.shardHash),
    question,
    history: read.array(input.history, 'history', MOST_TURNS).map(parseTurn),
    seed: read.integer(input.seed, 'seed', 0, 0xffff_ffff),
    limits: parseLimits(input.limits),
  };
}

/**
 * Checks a result from an untrusted node: shape, limits and inner references. Whether it is the
 * right one, only re-execution tells.
 * @throws {DdaiError} `COMPLEX_QUERY_INVALID`, `COMPLEX_QUERY_UNSUPPORTED`.
 */
export function parseComplexQueryResult(value: unknown): ComplexQueryResult {
  const result = read.object(value, 'result', [
    'pipeline',
    'shardHash',
    'abstained',
    'confidence',
    'text',
    'subAnswers',
    'citations',
  ]);
  const citations = read.array(result.citations, 'citations', MOST_CITATIONS).map(parseCitation);
  return {
    pipeline: parsePipeline(result.pipeline),
    shardHash: parseHash(result.shardHash),
    abstained: read.flag(result.abstained, 'abstained'),
    confidence: read.integer(result.confidence, 'confidence', 0, SCORE_SCALE),
    text: read.text(result.text, 'text', LONGEST_TEXT),
    subAnswers: read
      .array(result.subAnswers, 'subAnswers', MOST_SUB_QUESTIONS)
      .map((answer, i) => parseSubAnswer(answer, i, citations.length)),
    citations,
  };
}

/** The bytes that stand for a query when it is hashed or signed. */
export function complexQueryInputBytes(input: ComplexQueryInput): Uint8Array {
  return utf8ToBytes(canonicalJson(input));
}

/** The bytes that stand for a result when it is hashed, attested or compared. */
export function complexQueryResultBytes(result: ComplexQueryResult): Uint8Array {
  return utf8ToBytes(canonicalJson(result));
}

function parsePipeline(value: unknown): string {
  const pipeline = read.text(value, 'pipeline', 64);
  if (pipeline === COMPLEX_PIPELINE) return pipeline;
  throw assistantError({
    code: 'COMPLEX_QUERY_UNSUPPORTED',
    message: `this software runs pipeline ${COMPLEX_PIPELINE} only`,
    remedy: 'Choose a node that announces the pipeline, or upgrade.',
    fields: { supported: COMPLEX_PIPELINE },
  });
}

function parseHash(value: unknown): string {
  const hash = read.text(value, 'shardHash', 64);
  if (!HASH.test(hash)) throw read.fail('shardHash', '64 lower-case hexadecimal digits');
  return hash;
}

function parseTurn(value: unknown, i: number): ComplexQueryInput['history'][number] {
  const turn = read.object(value, `history[${i}]`, ['role', 'text']);
  const role = read.text(turn.role, `history[${i}].role`, 16);
  if (role !== 'user' && role !== 'assistant') {
    throw read.fail(`history[${i}].role`, 'user or assistant');
  }
  return { role, text: read.text(turn.text, `history[${i}].text`, LONGEST_TURN) };
}

function parseLimits(value: unknown): ComplexQueryLimits {
  const limits = read.object(value, 'limits', ['subQuestions', 'hops', 'citations']);
  return {
    subQuestions: read.integer(limits.subQuestions, 'limits.subQuestions', 1, MOST_SUB_QUESTIONS),
    hops: read.integer(limits.hops, 'limits.hops', 1, MOST_HOPS),
    citations: read.integer(limits.citations, 'limits.citations', 1, MOST_CITATIONS),
  };
}

function parseSubAnswer(value: unknown, i: number, citationCount: number): SubAnswer {
  const field = `subAnswers[${i}]`;
  const keys = ['question', 'hops', 'abstained', 'confidence', 'text', 'citations'];
  const answer = read.object(value, field, keys);
  return {
    question: read.text(answer.question, `${field}.question`, LONGEST_TEXT),
    hops: read.integer(answer.hops, `${field}.hops`, 1, MOST_HOPS),
    abstained: read.flag(answer.abstained, `${field}.abstained`),
    confidence: read.integer(answer.confidence, `${field}.confidence`, 0, SCORE_SCALE),
    text: read.text(answer.text, `${field}.text`, LONGEST_TEXT),
    citations: read
      .array(answer.citations, `${field}.citations`, MOST_CITATIONS)
      .map((at) => read.integer(at, `${field}.citations`, 0, citationCount - 1)),
  };
}

function parseCitation(value: unknown, i: number): ComplexCitation {
  const field = `citations[${i}]`;
  const keys = ['documentId', 'title', 'headings', 'start', 'end', 'text'];
  const citation = read.object(value, field, keys);
  const text = read.text(citation.text, `${field}.text`, LONGEST_TEXT);
  const start = read.integer(citation.start, `${field}.start`, 0, 0x7fff_ffff);
  return {
    documentId: read.text(citation.documentId, `${field}.documentId`, LONGEST_NAME),
    title: read.text(citation.title, `${field}.title`, LONGEST_NAME),
    headings: read
      .array(citation.headings, `${field}.headings`, MOST_HEADINGS)
      .map((heading) => read.text(heading, `${field}.headings`, LONGEST_NAME)),
    start,
    end: read.integer(citation.end, `${field}.end`, start + text.length, start + text.length),
    text,
  };
}
