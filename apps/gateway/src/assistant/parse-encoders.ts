import { DdaiError } from '@ddai/core';
import { z } from 'zod';
import type { EncoderEndpoint } from './endpoint-encoder.ts';

/** The largest in use have 4,096; a limit keeps a slip from taking memory for every passage. */
const MOST_DIMENSIONS = 8_192;

const encoderSchema = z.strictObject({
  baseUrl: z.url({ protocol: /^https?$/ }),
  model: z.string().min(1).max(200),
  dimensions: z.number().int().min(1).max(MOST_DIMENSIONS),
  /** Name of the environment variable with the key: the key itself stands in no file of ours. */
  apiKeyVariable: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .optional(),
  local: z.boolean().default(false),
  timeoutSeconds: z.number().int().min(1).max(30).default(2),
});
const fileSchema = z.record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/), encoderSchema);

/**
 * Embeddings endpoints by name, from the operator's file.
 * @throws {DdaiError} `ENCODERS_INVALID` naming file and field; the message holds no key.
 */
export function parseEncoders(
  text: string,
  {
    file,
    environment,
  }: { file: string; environment: Readonly<Record<string, string | undefined>> },
): Record<string, EncoderEndpoint> {
  const invalid = (reason: string): DdaiError =>
    new DdaiError({
      code: 'ENCODERS_INVALID',
      message: `${file}: ${reason}`,
      remedy:
        'Expected {"name": {"baseUrl": "https://…/v1", "model": "…", "dimensions": 384, "apiKeyVariable": "…", "local": false, "timeoutSeconds": 2}}.',
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
    Object.entries(parsed.data).map(([name, encoder]) => {
      const { apiKeyVariable, timeoutSeconds, ...endpoint } = encoder;
      const apiKey = apiKeyVariable === undefined ? undefined : environment[apiKeyVariable];
      if (apiKeyVariable !== undefined && (apiKey === undefined || apiKey === '')) {
        throw invalid(`${name}: the environment has no ${apiKeyVariable}`);
      }
      const timeout = timeoutSeconds * 1000;
      return [name, { ...endpoint, timeout, ...(apiKey === undefined ? {} : { apiKey }) }];
    }),
  );
}
