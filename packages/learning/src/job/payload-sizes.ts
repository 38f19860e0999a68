import { packedLength } from '../aggregation/bit-packing.ts';
import { encodedLength } from '../aggregation/update-encoding.ts';
import { modelDeltaLength } from '../compression/model-delta.ts';
import { serialiseIntentModel, shapeOf } from '../model/intent-model.ts';
import { parameterCount } from '../training/softmax-trainer.ts';
import type { JobTerms } from './job-terms.ts';
import { hasModelDeltas, initialModelOf } from './model-transfer.ts';

const FLOAT_BYTES = 4;
/** Room for the header of a model beside its labels: featuriser, shapes, escapes. */
const HEADER_ROOM = 2 ** 16;
/** A character of a label takes at most 6 bytes in JSON, and is quoted once more in the header. */
const BYTES_PER_LABEL_UNIT = 12;

/** Bytes of every masked upload of a job: one more or less is refused. */
export function uploadLength(terms: Pick<JobTerms, 'model' | 'aggregation'>): number {
  const { bits, modulusBits } = terms.aggregation;
  return packedLength(encodedLength(parameterCount(shapeOf(terms.model)), bits), modulusBits);
}

/**
 * Bytes in which a member that followed the round before gets the model of a round: a delta, or all
 * of it, without the little that goes around it.
 */
export function downloadLength(terms: Pick<JobTerms, 'model' | 'aggregation'>): number {
  const { downloadBits } = terms.aggregation;
  if (downloadBits !== undefined && hasModelDeltas(terms))
    return modelDeltaLength(parameterCount(shapeOf(terms.model)), downloadBits);
  return serialiseIntentModel(initialModelOf(terms)).length;
}

/** Most bytes of a job's model as safetensors. */
export function maxModelLength(terms: JobTerms): number {
  const labelUnits = terms.model.labels.reduce((total, label) => total + label.length + 4, 0);
  const weights = FLOAT_BYTES * parameterCount(shapeOf(terms.model));
  return weights + HEADER_ROOM + BYTES_PER_LABEL_UNIT * labelUnits;
}
