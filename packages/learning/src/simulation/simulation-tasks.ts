import type { UpdateEncoding } from '../aggregation/update-encoding.ts';
import type { Evaluation } from '../training/trainer.ts';

/** One participant's part of one round; plain data that crosses to a thread. */
export interface TrainTask {
  readonly participant: number;
  readonly round: number;
  /** Which of the shared models it begins from, and that model's version. */
  readonly base: number;
  readonly version: number;
  /** Where its update goes. */
  readonly slot: number;
  readonly proximal?: number;
  readonly usesControl: boolean;
  readonly keepsNormalisation: boolean;
  /** With it the slot holds the whole numbers of the quantised, weighted update. */
  readonly encoding?: UpdateEncoding;
}

/** What comes back beside the update, which lies in its slot. */
export interface TrainReport {
  readonly examples: number;
  readonly steps: number;
  readonly trainLoss: number;
}

/** Test rows `from` to `to - 1`, measured with the model at `base`. */
export interface EvaluateTask {
  readonly base: number;
  readonly from: number;
  readonly to: number;
  /** Whose own normalisation tensors take the place of the model's, under FedBN. */
  readonly participant?: number;
}

/** Where a simulation computes: in this thread, or on others that share its memory. */
export interface SimulationPool {
  /** How many tasks run at a time, 1 or more. Results do not depend on it. */
  readonly workers: number;
  train(task: TrainTask): Promise<TrainReport>;
  evaluate(task: EvaluateTask): Promise<Evaluation>;
}
