import { learningError } from '../errors.ts';

/**
 * Everything that grows with parameters or participants, in memory that threads share. It is set
 * aside once, before the first round, so rounds leave nothing behind.
 */
export interface SimulationBuffers {
  readonly parameters: number;
  /** Models that participants begin from; base b is `bases[b * parameters]` and on. */
  readonly bases: Float32Array;
  /** The server's control c; empty where a strategy has none. */
  readonly control: Float32Array;
  /** Trained minus begun; one place a participant in flight, or a cohort member. */
  readonly deltas: Float32Array;
  readonly controlDeltas: Float32Array;
  /** What participants keep between rounds, one model's length each; empty where nothing is. */
  readonly memory: Float32Array;
  /** 1 once a participant has kept something. */
  readonly hasMemory: Uint8Array;
  /** What quantising left over, for error feedback; one model's length a participant, or empty. */
  readonly residuals: Float32Array;
}

export interface BufferSizes {
  readonly parameters: number;
  readonly participants: number;
  readonly bases: number;
  readonly slots: number;
  readonly hasControls: boolean;
  readonly hasMemory: boolean;
  readonly hasResiduals: boolean;
}

/** So that a simulation is refused before a machine of 8 GB begins to swap. */
const MAX_BUFFER_BYTES = 4 * 2 ** 30;
const FLOAT_BYTES = 4;

/** @throws {DdaiError} `SIMULATION_TOO_LARGE` says how many bytes were needed and for what. */
export function createSimulationBuffers(sizes: BufferSizes): SimulationBuffers {
  const { parameters, participants, bases, slots, hasControls, hasMemory, hasResiduals } = sizes;
  const vectors = {
    bases,
    control: hasControls ? 1 : 0,
    deltas: slots,
    controlDeltas: hasControls ? slots : 0,
    memory: hasMemory ? participants : 0,
    residuals: hasResiduals ? participants : 0,
  };
  const count = Object.values(vectors).reduce((sum, each) => sum + each, 0);
  const bytes = count * parameters * FLOAT_BYTES;
  if (bytes > MAX_BUFFER_BYTES) {
    throw learningError({
      code: 'SIMULATION_TOO_LARGE',
      message: `${count} vectors of ${parameters} parameters need ${bytes} bytes, at most ${MAX_BUFFER_BYTES} are set aside`,
      remedy:
        'Use a smaller model, a smaller cohort, or fewer participants; SCAFFOLD, FedBN and --bits keep a vector for each of them.',
      fields: { vectors: count, parameters, bytes },
    });
  }
  const floats = (vectorCount: number): Float32Array =>
    new Float32Array(new SharedArrayBuffer(vectorCount * parameters * FLOAT_BYTES));
  return {
    parameters,
    bases: floats(vectors.bases),
    control: floats(vectors.control),
    deltas: floats(vectors.deltas),
    controlDeltas: floats(vectors.controlDeltas),
    memory: floats(vectors.memory),
    hasMemory: new Uint8Array(new SharedArrayBuffer(participants)),
    residuals: floats(vectors.residuals),
  };
}

/** Vector `index` of a buffer of vectors, without a copy. */
export function vectorAt(buffer: Float32Array, parameters: number, index: number): Float32Array {
  return buffer.subarray(index * parameters, (index + 1) * parameters);
}
