import { bytesToHex, canonicalJson, utf8ToBytes } from '@ddai/core';
import {
  assertModulusFits,
  smallestModulusBits,
  type UpdateEncoding,
} from '../aggregation/update-encoding.ts';
import { learningError } from '../errors.ts';
import { DEFAULT_FEATURISER, type FeaturiserSpec } from '../features/featuriser-spec.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import {
  assertThresholdSound,
  defaultAssumedCorrupt,
  defaultThreshold,
  type SecureAggregationTerms,
} from '../secure/thresholds.ts';
import { type ModelTerms, parseModelTerms, type TableModelTerms } from './job-model.ts';

/** How long each phase of a round may take, in milliseconds, before it closes with who is there. */
export interface PhaseDeadlines {
  /** Waiting for the full cohort before the first round, and for a sufficient one before any. */
  readonly recruit: number;
  readonly advertise: number;
  readonly share: number;
  /** Includes local training. */
  readonly upload: number;
  readonly agree: number;
  readonly unmask: number;
}

/** Savings of bytes that keep accuracy; in terms of version 2, and only there. */
export interface CompressionTerms {
  /** Participants add to each update what the quantisation of earlier ones left out. */
  readonly errorFeedback?: boolean;
  /**
   * Bits of a coordinate of the model's change on its way to participants, 2 to 16, with error
   * feedback at the coordinator; 32 sends whole models in single precision.
   */
  readonly downloadBits?: number;
}

/** What a job is, fixed before it starts; its hash is what participants sign when they join. */
export interface JobTerms {
  /** 2 with {@link CompressionTerms} and for networks over tables, otherwise 1. */
  readonly version: 1 | 2;
  readonly jobId: string;
  readonly model: ModelTerms;
  readonly training: {
    /** Rounds that must close for the job to complete. */
    readonly rounds: number;
    /** Local passes over a participant's examples per round, E. */
    readonly epochs: number;
    readonly learningRate: number;
    readonly batchSize: number;
    readonly weightDecay: number;
    /** See `SgdOptions`; 0 for a network over tables. */
    readonly featureDropout: number;
    readonly seed: string;
  };
  readonly aggregation: { readonly strategy: 'fedavg' } & UpdateEncoding & CompressionTerms;
  readonly secureAggregation: SecureAggregationTerms;
  /** Operators whose participants may join. */
  readonly operators: readonly string[];
  readonly data: {
    /** Fewest training examples with which a participant takes part. */
    readonly minExamples: number;
    /** Fewest examples of each label that a participant has at all. */
    readonly minPerLabel: number;
  };
  readonly deadlines: PhaseDeadlines;
  /** Rounds in a row that may be aborted before the job fails. */
  readonly maxAborts: number;
  /** Rounds beyond the first in which a participant unmasks a sum over the same model. */
  readonly maxReruns: number;
}

/** What {@link createJobTerms} needs; everything else has a default. */
export interface JobTermsInput {
  readonly jobId: string;
  /** An intent model's labels, or a table's schema and the network over it. */
  readonly labels?: readonly string[];
  readonly table?: Omit<TableModelTerms, 'kind'>;
  readonly operators: readonly string[];
  /** Members of a full cohort. */
  readonly participants: number;
  /** Of an intent model. */
  readonly featuriser?: FeaturiserSpec;
  readonly training?: Partial<JobTerms['training']>;
  /** Setting any of {@link CompressionTerms} makes terms of version 2. */
  readonly aggregation?: Partial<UpdateEncoding & CompressionTerms>;
  readonly secureAggregation?: Partial<Omit<SecureAggregationTerms, 'participants'>>;
  readonly data?: Partial<JobTerms['data']>;
  readonly deadlines?: Partial<PhaseDeadlines>;
  readonly maxAborts?: number;
  readonly maxReruns?: number;
}

/** Fixed on a held-out part of banking77's training file; see the README for the runs. */
export const FEDERATED_SGD = {
  rounds: 10,
  epochs: 5,
  learningRate: 50,
  batchSize: 16,
  weightDecay: 0,
  featureDropout: 0.5,
} as const;

/** For networks over tables, whose features are about 1 in size. */
export const TABLE_SGD = {
  rounds: 10,
  epochs: 5,
  learningRate: 0.1,
  batchSize: 32,
  weightDecay: 0,
  featureDropout: 0,
} as const;

/** Most of an update's size that is kept, and the weight at which it is kept whole. */
export const DEFAULT_ENCODING = { clip: 16, maxExamples: 10_000 } as const;
/** Two bytes a coordinate: what masks and uploads cost least in. */
const DEFAULT_MODULUS_BITS = 16;

/** Bits of a coordinate that leave `participants` of them room in two bytes: 13 for 6, 11 for 20. */
export function defaultBits(participants: number): number {
  let bits = DEFAULT_MODULUS_BITS - 1;
  while (bits > 2 && smallestModulusBits(participants, bits) > DEFAULT_MODULUS_BITS) bits -= 1;
  return bits;
}

/** As `downloadBits`: models are sent whole, in single precision. */
export const WHOLE_MODEL_BITS = 32;

const DEFAULT_DEADLINES: PhaseDeadlines = {
  recruit: 30_000,
  advertise: 15_000,
  share: 15_000,
  upload: 120_000,
  agree: 15_000,
  unmask: 15_000,
};

/**
 * Fills in the defaults and proves the terms sound.
 * @throws {DdaiError} as {@link parseJobTerms}.
 */
export function createJobTerms(input: JobTermsInput): JobTerms {
  const n = input.participants;
  const threshold = input.secureAggregation?.threshold ?? defaultThreshold(n);
  const { errorFeedback, downloadBits } = input.aggregation ?? {};
  const { table } = input;
  const isSecond = table !== undefined || errorFeedback !== undefined || downloadBits !== undefined;
  const bits = input.aggregation?.bits ?? defaultBits(n);
  return parseJobTerms({
    version: isSecond ? 2 : 1,
    jobId: input.jobId,
    model:
      table === undefined
        ? {
            kind: 'sparse-softmax',
            featuriser: input.featuriser ?? DEFAULT_FEATURISER,
            labels: [...(input.labels ?? [])],
          }
        : { kind: 'table', ...table },
    training: {
      ...(table === undefined ? FEDERATED_SGD : TABLE_SGD),
      seed: input.jobId,
      ...input.training,
    },
    aggregation: {
      strategy: 'fedavg',
      ...DEFAULT_ENCODING,
      bits,
      modulusBits: smallestModulusBits(n, bits),
      ...(isSecond ? { errorFeedback: false, downloadBits: WHOLE_MODEL_BITS } : {}),
      ...input.aggregation,
    },
    secureAggregation: {
      participants: n,
      threshold,
      minSurvivors: threshold,
      closeAt: n,
      assumedCorrupt: defaultAssumedCorrupt(n),
      minOperators: 3,
      ...input.secureAggregation,
    },
    operators: [...input.operators],
    data: { minExamples: 1, minPerLabel: 0, ...input.data },
    deadlines: { ...DEFAULT_DEADLINES, ...input.deadlines },
    maxAborts: input.maxAborts ?? 5,
    maxReruns: input.maxReruns ?? 1,
  });
}

/** Names that go into keys, statements and file names: no separator can be smuggled in. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

/**
 * Checks terms from an untrusted source: ranges, sound thresholds, a modulus that fits.
 * @throws {DdaiError} `TERMS_INVALID` names the field; `TERMS_THRESHOLD_UNSOUND`,
 * `TERMS_MODULUS_OVERFLOW`, `FEATURISER_INVALID`, `MODEL_MALFORMED` (labels), `TABLE_SCHEMA_INVALID` or
 * `MODEL_SPEC_INVALID` for those parts.
 */
export function parseJobTerms(input: unknown): JobTerms {
  const root = object(input, 'terms');
  const { version } = root;
  if (version !== 1 && version !== 2) return invalid('version', '1 or 2');
  const model = object(root.model, 'model');
  const training = object(root.training, 'training');
  const aggregation = object(root.aggregation, 'aggregation');
  if (aggregation.strategy !== 'fedavg') invalid('aggregation.strategy', 'fedavg');
  const secure = object(root.secureAggregation, 'secureAggregation');
  const data = object(root.data, 'data');
  const deadlines = object(root.deadlines, 'deadlines');
  const deadline = (name: keyof PhaseDeadlines): number =>
    whole(deadlines, `deadlines.${name}`, 1, 7 * 24 * 3_600_000);
  const terms: JobTerms = {
    version,
    jobId: name(root.jobId, 'jobId'),
    model: parseModelTerms(model) ?? invalid('model.kind', 'sparse-softmax or table'),
    training: {
      rounds: whole(training, 'training.rounds', 1, 10_000),
      epochs: whole(training, 'training.epochs', 1, 1000),
      learningRate: real(training, 'training.learningRate', 0, 1e4),
      batchSize: whole(training, 'training.batchSize', 1, 4096),
      weightDecay: fraction(training, 'training.weightDecay'),
      featureDropout: fraction(training, 'training.featureDropout'),
      seed: seedText(training.seed),
    },
    aggregation: {
      strategy: 'fedavg',
      bits: whole(aggregation, 'aggregation.bits', 2, 24),
      modulusBits: whole(aggregation, 'aggregation.modulusBits', 2, 32),
      clip: real(aggregation, 'aggregation.clip', 0, 1e6),
      maxExamples: whole(aggregation, 'aggregation.maxExamples', 1, 2 ** 31),
      ...(version === 1 ? {} : compression(aggregation)),
    },
    secureAggregation: {
      participants: whole(secure, 'secureAggregation.participants', 1, 1000),
      threshold: whole(secure, 'secureAggregation.threshold', 1, 1000),
      minSurvivors: whole(secure, 'secureAggregation.minSurvivors', 1, 1000),
      closeAt: whole(secure, 'secureAggregation.closeAt', 1, 1000),
      assumedCorrupt: whole(secure, 'secureAggregation.assumedCorrupt', 0, 1000),
      minOperators: whole(secure, 'secureAggregation.minOperators', 1, 1000),
    },
    operators: operators(root.operators),
    data: {
      minExamples: whole(data, 'data.minExamples', 1, 2 ** 31),
      minPerLabel: whole(data, 'data.minPerLabel', 0, 2 ** 31),
    },
    deadlines: {
      recruit: deadline('recruit'),
      advertise: deadline('advertise'),
      share: deadline('share'),
      upload: deadline('upload'),
      agree: deadline('agree'),
      unmask: deadline('unmask'),
    },
    maxAborts: whole(root, 'maxAborts', 0, 1000),
    maxReruns: whole(root, 'maxReruns', 0, 1000),
  };
  if (terms.model.kind === 'table') {
    if (version !== 2) return invalid('version', '2 for a network over tables');
    if (terms.training.featureDropout !== 0)
      return invalid('training.featureDropout', '0 for a network over tables');
  }
  assertThresholdSound(terms.secureAggregation);
  assertModulusFits(terms.secureAggregation.participants, terms.aggregation);
  if (terms.operators.length < terms.secureAggregation.minOperators)
    invalid('operators', `at least ${terms.secureAggregation.minOperators} names`);
  return terms;
}

/** SHA-256 of the terms in canonical JSON, in hexadecimal: what joining agrees to. */
export function hashJobTerms(suite: CryptoSuite, terms: JobTerms): string {
  return bytesToHex(suite.sha256(utf8ToBytes(canonicalJson(terms))));
}

function compression(from: Record<string, unknown>): Required<CompressionTerms> {
  const { errorFeedback, downloadBits } = from;
  if (typeof errorFeedback !== 'boolean')
    return invalid('aggregation.errorFeedback', 'true or false');
  if (downloadBits === WHOLE_MODEL_BITS) return { errorFeedback, downloadBits };
  return { errorFeedback, downloadBits: whole(from, 'aggregation.downloadBits', 2, 16) };
}

function object(input: unknown, field: string): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return invalid(field, 'an object');
  return input as Record<string, unknown>;
}

function whole(from: Record<string, unknown>, field: string, low: number, high: number): number {
  const value = from[field.slice(field.lastIndexOf('.') + 1)];
  if (Number.isInteger(value) && (value as number) >= low && (value as number) <= high)
    return value as number;
  return invalid(field, `a whole number from ${low} to ${high}`);
}

/** A finite number above `low`, at most `high`. */
function real(from: Record<string, unknown>, field: string, low: number, high: number): number {
  const value = from[field.slice(field.lastIndexOf('.') + 1)];
  if (typeof value === 'number' && value > low && value <= high) return value;
  return invalid(field, `a number above ${low}, at most ${high}`);
}

/** From 0 to below 1. */
function fraction(from: Record<string, unknown>, field: string): number {
  const value = from[field.slice(field.lastIndexOf('.') + 1)];
  if (typeof value === 'number' && value >= 0 && value < 1) return value;
  return invalid(field, 'a number from 0 to below 1');
}

function name(value: unknown, field: string): string {
  if (typeof value === 'string' && NAME_PATTERN.test(value)) return value;
  return invalid(field, '1 to 100 letters, digits or any of . _ : -');
}

function seedText(value: unknown): string {
  if (typeof value === 'string' && value.length <= 200) return value;
  return invalid('training.seed', 'a text of at most 200 characters');
}

function operators(value: unknown): string[] {
  if (!Array.isArray(value) || value.length > 10_000)
    return invalid('operators', 'a list of names');
  const names = value.map((item, i) => name(item, `operators[${i}]`));
  if (new Set(names).size !== names.length) invalid('operators', 'different names');
  return names;
}

function invalid(field: string, expected: string): never {
  throw learningError({
    code: 'TERMS_INVALID',
    message: `job terms: ${field} must be ${expected}`,
    remedy: 'Correct the terms and create the job again.',
    fields: { field },
  });
}
