import { createSeededRandom, type SeededRandom } from '@ddai/core';
import { aggregateRound } from '../strategies/aggregate-round.ts';
import type { ClientUpdate } from '../strategies/strategy.ts';
import { log } from '../training/elementary.ts';
import { evaluateVirtual } from './evaluate-virtual.ts';
import { forgeUpdates } from './forge-updates.ts';
import { readUpdate } from './round-collector.ts';
import { vectorAt } from './simulation-buffers.ts';
import type { TrainReport } from './simulation-tasks.ts';
import {
  assertPlan,
  keepsNormalisation,
  type VirtualRound,
  type VirtualRun,
  type VirtualRunInput,
} from './virtual-run.ts';

interface InFlight {
  readonly participant: number;
  readonly slot: number;
  readonly version: number;
  /** In virtual time. */
  readonly finishesAt: number;
  readonly report: Promise<TrainReport>;
}

/**
 * FedBuff's setting (Nguyen et al. 2022, section 5): as many participants as the cohort train at a
 * time, each from the model that was current when it began; one that is done is replaced by another
 * at once. How long each takes, in virtual time, is exponential by seed, so some updates are stale.
 * The order of events follows from the seed and not from threads. A round is a change of the model.
 *
 * @throws {DdaiError} `SIMULATION_INVALID`, `STRATEGY_…`, `TRAINING_DIVERGED`.
 */
export async function runVirtualAsynchronously(input: VirtualRunInput): Promise<VirtualRun> {
  const { plan, layout, buffers, pool, onRound } = input;
  assertPlan(plan);
  const { strategy, participants, cohort, seed } = plan;
  const { parameters, bases } = buffers;
  const random = createSeededRandom(`${seed}/arrivals`);
  const idle = random.shuffle(Array.from({ length: participants }, (_, i) => i));
  let inFlight: InFlight[] = [];
  let [begun, now, version] = [0, 0, 0];
  let weights = input.weights;
  let state = strategy.createState(parameters);
  let [lossSum, examples, updates, refused] = [0, 0, 0, 0];
  const rounds: VirtualRound[] = [];

  const begin = (slot: number): void => {
    const participant = idle.shift() as number;
    vectorAt(bases, parameters, slot).set(weights);
    begun += 1;
    const report = pool.train({
      participant,
      round: begun,
      base: slot,
      version,
      slot,
      usesControl: false,
      keepsNormalisation: keepsNormalisation(plan, layout),
      ...(plan.encoding === undefined ? {} : { encoding: plan.encoding }),
    });
    report.catch(() => undefined);
    inFlight.push({ participant, slot, version, finishesAt: now + draw(random), report });
  };

  for (let slot = 0; slot < cohort; slot++) begin(slot);
  try {
    while (version < plan.rounds) {
      const next = inFlight.reduce((a, b) => (b.finishesAt < a.finishesAt ? b : a));
      inFlight = inFlight.filter((each) => each !== next);
      now = next.finishesAt;
      const report = await next.report;
      lossSum += report.trainLoss * report.examples;
      examples += report.examples;
      const read = readUpdate({ ...next, report }, buffers, {
        hasControls: false,
        encoding: plan.encoding,
      });
      const [update] = forgeOne(read, input, next.participant, begun);
      if (update?.delta.every(Number.isFinite) === true) {
        updates += 1;
        const stepped = aggregateRound({ strategy, weights, state, version, updates: [update] });
        ({ weights, state } = stepped);
        version += stepped.changes;
        if (stepped.changes > 0) {
          vectorAt(bases, parameters, cohort).set(weights);
          const measured = await evaluateVirtual({ pool, base: cohort, testRows: plan.testRows });
          const trainLoss = lossSum / examples;
          const round = { round: version, trainLoss, ...measured, updates, refused };
          rounds.push(round);
          onRound?.(round);
          [lossSum, examples, updates, refused] = [0, 0, 0, 0];
        }
      } else refused += 1;
      idle.splice(random.below(idle.length + 1), 0, next.participant);
      begin(next.slot);
    }
  } finally {
    await Promise.allSettled(inFlight.map(({ report }) => report));
  }
  return { rounds, weights };
}

/** An attacker sees no one else's update before its own leaves. The copy outlives the slot. */
function forgeOne(
  update: ClientUpdate,
  { plan }: VirtualRunInput,
  participant: number,
  at: number,
): ClientUpdate[] {
  const copy = { ...update, delta: update.delta.slice() };
  return plan.attackers?.has(participant) === true ? forgeUpdates([copy], plan, at) : [copy];
}

/** Exponential with mean 1. */
function draw(random: SeededRandom): number {
  return -log(random.next() + 2 ** -33);
}
