import { packedLength } from '../aggregation/bit-packing.ts';
import { encodedLength, smallestModulusBits } from '../aggregation/update-encoding.ts';
import { modelDeltaLength } from '../compression/model-delta.ts';

const FLOAT_BYTES = 4;

/**
 * Payload that one participant sends and gets in one round: float32 vectors, or with bits the
 * masked integers of a cohort and the model's delta.
 */
export function clientRoundBytes(options: {
  readonly parameters: number;
  readonly cohort: number;
  readonly hasControls: boolean;
  readonly bits?: number;
  readonly downloadBits?: number;
}): { readonly upload: number; readonly download: number } {
  const { parameters, cohort, hasControls, bits, downloadBits } = options;
  const whole = parameters * FLOAT_BYTES * (hasControls ? 2 : 1);
  return {
    upload:
      bits === undefined
        ? whole
        : packedLength(encodedLength(parameters, bits), smallestModulusBits(cohort, bits)),
    download: downloadBits === undefined ? whole : modelDeltaLength(parameters, downloadBits),
  };
}
