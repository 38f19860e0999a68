import { bytesToUtf8, DdaiError } from '@ddai/core';
import { readFileLimited } from '@ddai/storage';
import { z } from 'zod';
import { callerPath } from './caller-path.ts';
import { readJsonLines } from './read-json-lines.ts';

const questionSchema = z.object({
  id: z.string(),
  q: z.string().min(1),
  /** The document that holds the answer. */
  doc: z.string().optional(),
  /** The answer in words. */
  a: z.string().optional(),
});
export type Question = z.infer<typeof questionSchema>;

const MAX_QUESTIONS_BYTES = 64 * 1024 * 1024;

/** Reads JSON lines with `id`, `q` and, where known, `doc` and `a`. @throws {DdaiError} `FILE_…` */
export function readQuestions(path: string): Question[] {
  const questions = readJsonLines(
    path,
    bytesToUtf8(readFileLimited(callerPath(path), MAX_QUESTIONS_BYTES)),
    questionSchema,
  );
  if (questions.length > 0) return questions;
  throw new DdaiError({
    code: 'FILE_LINE_INVALID',
    message: `${path} holds no question`,
    remedy: 'One JSON object with id and q a line.',
  });
}
