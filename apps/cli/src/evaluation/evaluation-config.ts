import { GATE_MEASURES, type Gate } from '@ddai/assistant';
import { DdaiError } from '@ddai/core';
import { z } from 'zod';
import { readJsonFile } from '../input/read-json-file.ts';

const share = z.number().min(0).max(1);

const configSchema = z.strictObject({
  /** Confidence below which it abstains. */
  threshold: share.optional(),
  /** Documents read for an answer. */
  documents: z.number().int().min(1).max(100).optional(),
  /** Name of an entry in the file of `--encoders`. */
  encoder: z.string().min(1).optional(),
  /** As `fitCalibration` gives it. */
  calibration: z
    .strictObject({
      steps: z.array(z.strictObject({ from: share, probability: share })).min(1),
    })
    .optional(),
});

/** Settings to answer with: `AnswerEngineOptions`, and what re-ranks by meaning. */
export type EvaluationConfig = {
  readonly encoder?: string;
  readonly threshold?: number;
  readonly documents?: number;
  readonly calibration?: { readonly steps: { from: number; probability: number }[] };
};

const boundSchema = z
  .strictObject({ atLeast: z.number().optional(), atMost: z.number().optional() })
  .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, {
    message: 'needs atLeast or atMost',
  });
const gateSchema = z.partialRecord(z.enum(GATE_MEASURES), boundSchema);

/** @throws {DdaiError} `FILE_…` naming the file and the field. */
export function readEvaluationConfig(file: string | undefined): EvaluationConfig {
  if (file === undefined) return {};
  const { threshold, documents, encoder, calibration } = readJsonFile(
    file,
    configSchema,
    'an object with threshold (0 to 1), documents (1 to 100), encoder (a name in the file of --encoders) and calibration, each optional',
  );
  return {
    ...(threshold === undefined ? {} : { threshold }),
    ...(documents === undefined ? {} : { documents }),
    ...(encoder === undefined ? {} : { encoder }),
    ...(calibration === undefined ? {} : { calibration }),
  };
}

/** @throws {DdaiError} `FILE_…`; a gate without a bound is refused, for it would hold always. */
export function readGate(file: string): Gate {
  const expected = `bounds like {"recallAt5": {"atLeast": 0.8}} for ${GATE_MEASURES.join(', ')}`;
  const gate = readJsonFile(file, gateSchema, expected);
  if (Object.keys(gate).length > 0) return gate;
  throw new DdaiError({
    code: 'FILE_CONTENT_INVALID',
    message: `${file}: no bound, so the gate would always hold`,
    remedy: `Expected ${expected}.`,
  });
}
