import { DdaiError } from '@ddai/core';
import { z } from 'zod';
import type { AnswerWriterEndpoint } from './answer-writer.ts';

const writerSchema = z.strictObject({
  baseUrl: z.url({ protocol: /^https?$/ }),
  model: z.string().min(1).max(200),
  /** Name of the environment variable with the key: the key itself stands in no file of ours. */
  apiKeyVariable: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .optional(),
  local: z.boolean().default(false),
  timeoutSeconds: z.number().int().min(1).max(120).default(20),
});
const fileSchema = z.record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/), writerSchema);

/**
 * Model endpoints by name, from the operator's file.
 * @throws {DdaiError} `ANSWER_WRITERS_INVALID` naming file and field; the message holds no key.
 */
export function parseAnswerWriters(
  text: string,
  {
    file,
    environment,
  }: { file: string; environment: Readonly<Record<string, string | undefined>> },
): Record<string, AnswerWriterEndpoint> {
  const invalid = (reason: string): DdaiError =>
    new DdaiError({
      code: 'ANSWER_WRITERS_INVALID',
      message: `${file}: ${reason}`,
      remedy:
        'Expected {"name": {"baseUrl": "https://…/v1", "model": "…", "apiKeyVariable": "…", "local": false, "timeoutSeconds": 20}}.',
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('not JSON');
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`field ${issue?.path.join('.') || '(whole)'}: ${issue?.message ?? 'invalid'}`);
  }
  return Object.fromEntries(
    Object.entries(parsed.data).map(([name, writer]) => {
      const { baseUrl, model, apiKeyVariable, local, timeoutSeconds } = writer;
      const apiKey = apiKeyVariable === undefined ? undefined : environment[apiKeyVariable];
      if (apiKeyVariable !== undefined && (apiKey === undefined || apiKey === '')) {
        throw invalid(`${name}: the environment has no ${apiKeyVariable}`);
      }
      const timeout = timeoutSeconds * 1000;
      return [
        name,
        { baseUrl, model, local, timeout, ...(apiKey === undefined ? {} : { apiKey }) },
      ];
    }),
  );
}
