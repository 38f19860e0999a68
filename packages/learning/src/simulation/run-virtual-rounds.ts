import { moveByDelta } from '../compression/model-delta.ts';
import { learningError } from '../errors.ts';
import { aggregateRound, assertEnoughUpdates } from '../strategies/aggregate-round.ts';
import { checkUpdate } from '../strategies/check-update.ts';
import type { NamedState } from '../strategies/named-state.ts';
import type { Aggregated, ClientUpdate } from '../strategies/strategy.ts';
import { chooseParticipants } from './choose-participants.ts';
import { evaluateVirtual } from './evaluate-virtual.ts';
import { forgeUpdates } from './forge-updates.ts';
import { participantName } from './participant-name.ts';
import { type Arrived, createSumCollector, readUpdate } from './round-collector.ts';
import type { TrainReport } from './simulation-tasks.ts';
import {
  assertPlan,
  keepsNormalisation,
  keepsUpdates,
  type VirtualRound,
  type VirtualRun,
  type VirtualRunInput,
} from './virtual-run.ts';

/** Whose own models are measured under FedBN: the first of a cohort. */
const MEASURED_OWN = 10;

/**
 * Rounds over virtual participants: a cohort by seed, each trains from the same model, the strategy
 * makes the next. Updates are taken in the order of participants, whatever the order in which
 * threads finish them, so a run has the same bits on any number of threads.
 *
 * @throws {DdaiError} `SIMULATION_INVALID`, `STRATEGY_…`, `TRAINING_DIVERGED`.
 */
export async function runVirtualRounds(input: VirtualRunInput): Promise<VirtualRun> {
  const { plan, layout, buffers, pool, onRound } = input;
  assertPlan(plan);
  const { strategy, participants, cohort: size, seed } = plan;
  assertEnoughUpdates(strategy, size);
  let weights = input.weights;
  let state = strategy.createState(weights.length);
  let left: Float32Array | undefined;
  let version = 0;
  const rounds: VirtualRound[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    const cohort = chooseParticipants({
      participants,
      count: size,
      seed: `${seed}/cohort-${round}`,
    });
    const begun = { weights, state, version };
    const outcome = await runRound({ input, cohort, round, ...begun });
    state = outcome.state;
    version += outcome.changes;
    if (plan.downloadBits === undefined) weights = outcome.weights;
    else {
      const before = weights;
      const change = Float64Array.from(
        outcome.weights,
        (value, i) => value - (before[i] as number),
      );
      const bits = plan.downloadBits;
      ({ weights, left } = moveByDelta({ weights, change, residual: left, bits }));
    }
    buffers.bases.set(weights);
    const own = keepsNormalisation(plan, layout)
      ? { participants: cohort.slice(0, MEASURED_OWN) }
      : {};
    const measured = await evaluateVirtual({ pool, base: 0, testRows: plan.testRows, ...own });
    const { trainLoss, updates, refused } = outcome;
    const report = { round, trainLoss, ...measured, updates, refused };
    rounds.push(report);
    onRound?.(report);
  }
  return { rounds, weights };
}

interface RoundInput {
  readonly input: VirtualRunInput;
  readonly cohort: readonly number[];
  readonly round: number;
  readonly weights: Float32Array;
  readonly state: NamedState;
  readonly version: number;
}

interface RoundOutcome extends Aggregated {
  readonly trainLoss: number;
  readonly updates: number;
  readonly refused: number;
}

async function runRound(options: RoundInput): Promise<RoundOutcome> {
  const { input, weights, state, version, round } = options;
  const { plan, buffers } = input;
  const { strategy, encoding } = plan;
  const { hasControls } = strategy;
  buffers.bases.set(weights);
  const { control } = strategy.instruct(state);
  if (control !== undefined) buffers.control.set(control);
  let [lossSum, examples, arrivals] = [0, 0, 0];
  const count = ({ report }: Arrived): void => {
    arrivals += 1;
    examples += report.examples;
    lossSum += report.trainLoss * report.examples;
  };
  const begun = { weights, state, version };
  if (strategy.sees === 'weighted-sum' && !keepsUpdates(plan)) {
    const collector = createSumCollector({ buffers, hasControls, encoding });
    await trainCohort(options, (arrived) => {
      count(arrived);
      collector.add(arrived);
    });
    const sum = collector.take();
    assertFinite(sum.delta, round);
    const aggregated = strategy.aggregate({ ...begun, sum });
    return { ...aggregated, trainLoss: lossSum / examples, updates: arrivals, refused: 0 };
  }
  const trained: ClientUpdate[] = [];
  await trainCohort(options, (arrived) => {
    count(arrived);
    trained.push(readUpdate(arrived, buffers, { hasControls, encoding }));
  });
  const updates = takeUpdates(forgeUpdates(trained, plan, round), options);
  const aggregated = aggregateRound({ strategy, ...begun, updates });
  const refused = trained.length - updates.length;
  return { ...aggregated, trainLoss: lossSum / examples, updates: updates.length, refused };
}

/** Hands each participant's update to `take` in the order of the cohort. */
async function trainCohort(options: RoundInput, take: (arrived: Arrived) => void): Promise<void> {
  const { input, cohort, round, state, version } = options;
  const { plan, layout, buffers, pool } = input;
  const { encoding, strategy } = plan;
  const { proximal } = strategy.instruct(state);
  const slots = buffers.deltas.length / buffers.parameters;
  const pending: Promise<TrainReport>[] = [];
  const takeNext = async (position: number): Promise<void> => {
    const report = await (pending[position] as Promise<TrainReport>);
    const participant = cohort[position] as number;
    take({ participant, slot: position % slots, version, report });
  };
  try {
    for (const [position, participant] of cohort.entries()) {
      // A slot is used again only when the update in it was taken.
      if (position >= slots) await takeNext(position - slots);
      const task = {
        participant,
        round,
        base: 0,
        version,
        slot: position % slots,
        usesControl: strategy.hasControls,
        keepsNormalisation: keepsNormalisation(plan, layout),
        ...(proximal === undefined ? {} : { proximal }),
        ...(encoding === undefined ? {} : { encoding }),
      };
      const report = pool.train(task);
      // Awaited in the order of the cohort; a later one may fail before its turn comes.
      report.catch(() => undefined);
      pending.push(report);
    }
    for (let position = Math.max(0, cohort.length - slots); position < cohort.length; position++) {
      await takeNext(position);
    }
  } catch (error) {
    // No thread may still write when the caller sees the failure.
    await Promise.allSettled(pending);
    throw error;
  }
}

/** The updates that a server takes, judged as in a real round. */
function takeUpdates(updates: readonly ClientUpdate[], options: RoundInput): ClientUpdate[] {
  const { input, cohort, version } = options;
  const { plan, buffers } = input;
  const { maxExamples, training, strategy } = plan;
  const intake = {
    participants: new Set(cohort.map(participantName)),
    parameters: buffers.parameters,
    maxExamples,
    maxSteps: Math.ceil(maxExamples / training.batchSize) * training.epochs,
    hasControls: strategy.hasControls,
    version,
    maxStaleness: 0,
    taken: new Set<string>(),
  };
  return updates.filter((update) => checkUpdate(intake, update.participantId, update).isTaken);
}

function assertFinite(vector: Float64Array, round: number): void {
  if (vector.every(Number.isFinite)) return;
  throw learningError({
    code: 'TRAINING_DIVERGED',
    message: `the sum of updates of round ${round} is not finite`,
    remedy: 'Lower the learning rate.',
    fields: { round },
  });
}
