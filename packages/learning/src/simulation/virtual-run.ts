import type { UpdateEncoding } from '../aggregation/update-encoding.ts';
import type { Attack } from '../attacks/attack.ts';
import { learningError } from '../errors.ts';
import type { Strategy } from '../strategies/strategy.ts';
import type { LocalTraining, ParameterLayout } from '../training/trainer.ts';
import type { BufferSizes, SimulationBuffers } from './simulation-buffers.ts';
import type { SimulationPool } from './simulation-tasks.ts';

/** How a population of virtual participants trains; what it trains on lies with the pool. */
export interface VirtualPlan {
  readonly participants: number;
  /** Participants a round; under FedBuff those in training at a time. */
  readonly cohort: number;
  /** Rounds; under FedBuff changes of the model. */
  readonly rounds: number;
  readonly seed: string;
  readonly strategy: Strategy;
  readonly training: LocalTraining;
  /** Most examples that a participant has. */
  readonly maxExamples: number;
  readonly testRows: number;
  /** Participants that are faulty, and what they send; without it they send what they trained. */
  readonly attackers?: ReadonlySet<number>;
  readonly attack?: Attack;
  /** Quantised uploads with error feedback. */
  readonly encoding?: UpdateEncoding;
  /** Bits of a coordinate on the way down; the server keeps what they leave out. */
  readonly downloadBits?: number;
}

export interface VirtualRunInput {
  readonly plan: VirtualPlan;
  /** The first model. */
  readonly weights: Float32Array;
  readonly layout: ParameterLayout;
  readonly buffers: SimulationBuffers;
  readonly pool: SimulationPool;
  readonly onRound?: (round: VirtualRound) => void;
}

/** What a round came to. */
export interface VirtualRound {
  /** From 1. */
  readonly round: number;
  /** Mean over examples, each measured before its own update. */
  readonly trainLoss: number;
  /** Mean on the test examples, with the model that the round made. */
  readonly testLoss: number;
  /** Share of test examples that are right; 0 for a regression. */
  readonly accuracy: number;
  /** Updates that the server took, and those it refused. */
  readonly updates: number;
  readonly refused: number;
}

export interface VirtualRun {
  readonly rounds: readonly VirtualRound[];
  readonly weights: Float32Array;
}

/** @throws {DdaiError} `SIMULATION_INVALID` names the setting that can't be. */
export function assertPlan(plan: VirtualPlan): void {
  const { participants, cohort, rounds, testRows, attackers, strategy, encoding } = plan;
  const whole = (value: number): boolean => Number.isInteger(value) && value >= 1;
  if (!whole(participants)) refuse('participants', 'a whole number from 1', participants);
  if (!whole(cohort) || cohort > participants) {
    refuse('cohort', `a whole number from 1 to ${participants}, all participants`, cohort);
  }
  if (!whole(rounds)) refuse('rounds', 'a whole number from 1', rounds);
  if (!whole(testRows)) refuse('test', 'at least one example', testRows);
  for (const attacker of attackers ?? []) {
    if (!(attacker >= 0 && attacker < participants)) {
      refuse('attackers', `below ${participants}`, attacker);
    }
  }
  if (encoding !== undefined && strategy.hasControls) {
    refuse(
      'bits',
      `left out with ${strategy.name}, whose controls are not quantised`,
      encoding.bits,
    );
  }
}

/** The memory that a plan needs on `workers` threads. */
export function planBuffers(
  plan: VirtualPlan,
  layout: ParameterLayout,
  workers: number,
): BufferSizes {
  const { strategy, cohort, participants } = plan;
  const last = layout.at(-1);
  const isAsynchronous = strategy.name === 'fedbuff';
  return {
    parameters: last === undefined ? 0 : last.offset + last.length,
    participants,
    bases: isAsynchronous ? cohort + 1 : 1,
    slots: isAsynchronous || keepsUpdates(plan) ? cohort : Math.min(cohort, 2 * workers),
    hasControls: strategy.hasControls,
    hasMemory: strategy.hasControls || keepsNormalisation(plan, layout),
    hasResiduals: plan.encoding !== undefined,
  };
}

/** Whether all updates of a round must lie beside each other. */
export function keepsUpdates({ strategy, attackers }: VirtualPlan): boolean {
  return strategy.sees === 'single-updates' || (attackers?.size ?? 0) > 0;
}

/** Whether participants keep tensors of their own: the strategy says so and the model has some. */
export function keepsNormalisation({ strategy }: VirtualPlan, layout: ParameterLayout): boolean {
  const last = layout.at(-1);
  const state = strategy.createState(last === undefined ? 0 : last.offset + last.length);
  const { keepsNormalisation: keeps } = strategy.instruct(state);
  return keeps === true && layout.some(({ isNormalisation }) => isNormalisation);
}

function refuse(setting: string, expected: string, found: number): never {
  throw learningError({
    code: 'SIMULATION_INVALID',
    message: `simulation: ${setting} must be ${expected}, found ${found}`,
    remedy: 'Correct the setting.',
    fields: { setting, found },
  });
}
