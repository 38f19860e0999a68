import { DdaiError } from '@ddai/core';
import { z } from 'zod';
import type { BundledEncoder } from './bundled-encoder.ts';
import type { EncoderEndpoint } from './endpoint-encoder.ts';

/** The largest in use have 4,096; a limit keeps a slip from taking memory for every passage. */
const MOST_DIMENSIONS = 8_192;

/** From question to order by meaning; later, the order by words stands. */
const timeoutSeconds = z.number().int().min(1).max(30).default(2);

const endpointSchema = z.strictObject({
  baseUrl: z.url({ protocol: /^https?$/ }),
  model: z.string().min(1).max(200),
  dimensions: z.number().int().min(1).max(MOST_DIMENSIONS),
  /** Name of the environment variable with the key: the key itself stands in no file of ours. */
  apiKeyVariable: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .optional(),
  local: z.boolean().default(false),
  timeoutSeconds,
});
const bundledSchema = z.strictObject({
  bundled: z.literal('universal-sentence-encoder'),
  timeoutSeconds,
});

export type EncoderSettings = EncoderEndpoint | BundledEncoder;
const fileSchema = z.record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/), z.looseObject({}));

/**
 * Embeddings endpoints and encoders of our own by name, from the operator's file.
 * @throws {DdaiError} `ENCODERS_INVALID` naming file and field; the message holds no key.
 */
export function parseEncoders(
  text: string,
  {
    file,
    environment,
  }: { file: string; environment: Readonly<Record<string, string | undefined>> },
): Record<string, EncoderSettings> {
  const invalid = (reason: string): DdaiError =>
    new DdaiError({
      code: 'ENCODERS_INVALID',
      message: `${file}: ${reason}`,
      remedy:
        'Expected {"name": {"baseUrl": "https://…/v1", "model": "…", "dimensions": 384, "apiKeyVariable": "…", "local": false, "timeoutSeconds": 2}} or {"name": {"bundled": "universal-sentence-encoder"}}.',
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('not JSON');
  }
  const parse = <T>(schema: z.ZodType<T>, given: unknown, above: readonly string[]): T => {
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const field = [...above, ...(issue?.path ?? [])].join('.');
    throw invalid(`field ${field || '(whole)'}: ${issue?.message ?? 'invalid'}`);
  };
  const readOne = (name: string, given: object): EncoderSettings => {
    // Two schemas and not a union: its message would not say which field is wrong.
    if ('bundled' in given) {
      const { bundled, timeoutSeconds: seconds } = parse(bundledSchema, given, [name]);
      return { bundled, local: true, timeout: seconds * 1000 };
    }
    const {
      apiKeyVariable,
      timeoutSeconds: seconds,
      ...endpoint
    } = parse(endpointSchema, given, [name]);
    const apiKey = apiKeyVariable === undefined ? undefined : environment[apiKeyVariable];
    if (apiKeyVariable !== undefined && (apiKey === undefined || apiKey === '')) {
      throw invalid(`${name}: the environment has no ${apiKeyVariable}`);
    }
    return {
      ...endpoint,
      timeout: seconds * 1000,
      ...(apiKey === undefined ? {} : { apiKey }),
    };
  };
  return Object.fromEntries(
    Object.entries(parse(fileSchema, value, [])).map(([name, given]) => [
      name,
      readOne(name, given),
    ]),
  );
}
