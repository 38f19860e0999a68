import { coordinateBound, type UpdateEncoding } from '../aggregation/update-encoding.ts';
import type { ClientUpdate, WeightedSum } from '../strategies/strategy.ts';
import { addScaled } from '../strategies/weighted-sum.ts';
import { participantName } from './participant-name.ts';
import { type SimulationBuffers, vectorAt } from './simulation-buffers.ts';
import type { TrainReport } from './simulation-tasks.ts';

/** One update that lies in its slot. */
export interface Arrived {
  readonly participant: number;
  readonly slot: number;
  readonly version: number;
  readonly report: TrainReport;
}

/**
 * Adds updates one after the other and lets go of each, so a cohort of thousands needs the memory
 * of a few. The order of calls is the order of the sum. Quantised updates add up as whole numbers,
 * which is what the masked sum of a real round is.
 */
export interface SumCollector {
  add(arrived: Arrived): void;
  /** The sum so far; zeros begin anew. */
  take(): WeightedSum;
}

export function createSumCollector(options: {
  readonly buffers: SimulationBuffers;
  readonly hasControls: boolean;
  readonly encoding?: UpdateEncoding | undefined;
}): SumCollector {
  const { buffers, hasControls, encoding } = options;
  const { parameters, deltas, controlDeltas } = buffers;
  const delta = new Float64Array(parameters);
  const controlDelta = new Float64Array(hasControls ? parameters : 0);
  let participants = 0;
  let weight = 0;
  return {
    add: ({ slot, report }) => {
      participants += 1;
      weight += report.examples;
      addScaled(delta, vectorAt(deltas, parameters, slot), encoding ? 1 : report.examples);
      if (hasControls)
        addScaled(controlDelta, vectorAt(controlDeltas, parameters, slot), report.examples);
    },
    take: () => {
      const unit = encoding === undefined ? 1 : unitOf(encoding);
      const sum: WeightedSum = {
        participants,
        weight,
        delta: delta.map((value) => value * unit),
        ...(hasControls ? { controlDelta: controlDelta.slice() } : {}),
      };
      delta.fill(0);
      controlDelta.fill(0);
      participants = 0;
      weight = 0;
      return sum;
    },
  };
}

/** An update as a server without secure aggregation sees it; vectors are views of its slot. */
export function readUpdate(
  arrived: Arrived,
  buffers: SimulationBuffers,
  options: { readonly hasControls: boolean; readonly encoding?: UpdateEncoding | undefined },
): ClientUpdate {
  const { participant, slot, version, report } = arrived;
  const { parameters, deltas, controlDeltas } = buffers;
  const delta = vectorAt(deltas, parameters, slot);
  if (options.encoding !== undefined) {
    const unit = unitOf(options.encoding) / report.examples;
    for (let i = 0; i < delta.length; i++) delta[i] = (delta[i] as number) * unit;
  }
  return {
    participantId: participantName(participant),
    baseVersion: version,
    examples: report.examples,
    steps: report.steps,
    delta,
    ...(options.hasControls ? { controlDelta: vectorAt(controlDeltas, parameters, slot) } : {}),
  };
}

/** What one step of a quantised coordinate is worth in examples times change. */
function unitOf({ clip, bits, maxExamples }: UpdateEncoding): number {
  return (clip / coordinateBound(bits)) * maxExamples;
}
