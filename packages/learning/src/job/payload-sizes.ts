import { packedLength } from '../aggregation/bit-packing.ts';
import { encodedLength } from '../aggregation/update-encoding.ts';
import { modelDeltaLength } from '../compression/model-delta.ts';
import { initialModelOf, longestModel, parametersOf, serialiseModel } from './job-model.ts';
import type { JobTerms } from './job-terms.ts';
import { hasModelDeltas } from './model-transfer.ts';

/** Bytes of every masked upload of a job: one more or less is refused. */
export function uploadLength(terms: Pick<JobTerms, 'model' | 'aggregation'>): number {
  const { bits, modulusBits } = terms.aggregation;
  return packedLength(encodedLength(parametersOf(terms.model), bits), modulusBits);
}

/**
 * Bytes in which a member that followed the round before gets the model of a round: a delta, or all
 * of it, without the little that goes around it.
 */
export function downloadLength(
  terms: Pick<JobTerms, 'model' | 'training' | 'aggregation'>,
): number {
  const { downloadBits } = terms.aggregation;
  if (downloadBits !== undefined && hasModelDeltas(terms))
    return modelDeltaLength(parametersOf(terms.model), downloadBits);
  return serialiseModel(initialModelOf(terms)).length;
}

/** Most bytes of a job's model as safetensors. */
export function maxModelLength(terms: JobTerms): number {
  return longestModel(terms.model);
}
