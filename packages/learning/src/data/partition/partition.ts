import { learningError } from '../../errors.ts';

/** How examples are dealt to participants in a simulation or a demonstration. */
export type Partition =
  | { readonly kind: 'iid' }
  /** Label skew: each class is shared out by Dirichlet(alpha); small alpha is strong skew. */
  | { readonly kind: 'dirichlet'; readonly alpha: number }
  /** Equal distributions in unequal numbers: sizes by Dirichlet(alpha). */
  | { readonly kind: 'quantity'; readonly alpha: number }
  /** Sorted by label, cut into equal shards, so many for each participant. */
  | { readonly kind: 'shards'; readonly perParticipant: number }
  /** Naturally: rows that share the value of this column stay together. */
  | { readonly kind: 'column'; readonly column: string };

const NUMBER = /^\d+(\.\d+)?$/;
const MAX_ALPHA = 1e6;
const MAX_SHARDS = 1_000;

/**
 * Reads `iid`, `dirichlet:A`, `quantity:A`, `shards:S` or `column:NAME`.
 * @throws {DdaiError} `PARTITION_INVALID`.
 */
export function parsePartition(text: string): Partition {
  if (text === 'iid') return { kind: 'iid' };
  const colon = text.indexOf(':');
  const [kind, value] = [text.slice(0, colon), text.slice(colon + 1)];
  if (colon > 0 && kind === 'column' && value !== '') return { kind, column: value };
  const parsed = NUMBER.test(value) ? Number(value) : 0;
  if ((kind === 'dirichlet' || kind === 'quantity') && parsed > 0 && parsed <= MAX_ALPHA) {
    return { kind, alpha: parsed };
  }
  if (kind === 'shards' && Number.isInteger(parsed) && parsed >= 1 && parsed <= MAX_SHARDS) {
    return { kind, perParticipant: parsed };
  }
  throw learningError({
    code: 'PARTITION_INVALID',
    message: `partition "${text.slice(0, 40)}" is not known`,
    remedy:
      'Write iid, dirichlet:A or quantity:A with a number A above 0, shards:S with a whole number S from 1, or column:NAME.',
  });
}
