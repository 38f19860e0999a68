import { z } from 'zod';

/** Body of an error frame: a code, never a stack or a path. */
export const errorBodySchema = z.object({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/),
  message: z.string().max(1000),
  retryable: z.boolean(),
});

export type ErrorBody = z.infer<typeof errorBodySchema>;
