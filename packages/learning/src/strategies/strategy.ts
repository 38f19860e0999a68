import type { NamedState } from './named-state.ts';

/** What one participant sends back from one round. */
export interface ClientUpdate {
  readonly participantId: string;
  /** How often the model had changed when training began from it: 0 for the first model. */
  readonly baseVersion: number;
  /** Training examples, at least 1: the weight of FedAvg. */
  readonly examples: number;
  /** Optimiser steps taken, at least 1. */
  readonly steps: number;
  /** Weights after training minus weights before, one entry a parameter. */
  readonly delta: Float32Array;
  /** Change of the participant's control variate; only where a strategy has controls. */
  readonly controlDelta?: Float32Array;
}

/** All of a round that a server under secure aggregation gets to see. */
export interface WeightedSum {
  /** Updates in the sum. */
  readonly participants: number;
  /** Σ wᵢ, above 0; in any unit, as long as it is that of the vectors. */
  readonly weight: number;
  /** Σ wᵢ Δᵢ, one entry a parameter. */
  readonly delta: Float64Array;
  /** Σ wᵢ Δcᵢ, for a strategy with controls. */
  readonly controlDelta?: Float64Array;
}

/** What is sent along with the model; plain data. */
export interface ClientInstructions {
  /** μ of FedProx. */
  readonly proximal?: number;
  /** c of SCAFFOLD, one entry a parameter. */
  readonly control?: Float32Array;
  /** The participant keeps its own normalisation tensors, as FedBN wants it. */
  readonly keepsNormalisation?: boolean;
}

interface AggregationInput {
  /** The model that the round began with; left as it is. */
  readonly weights: Float32Array;
  /** From `createState`, or as the round before left it; left as it is. */
  readonly state: NamedState;
  /** How often the model has changed so far. */
  readonly version: number;
}

export interface Aggregated {
  readonly weights: Float32Array;
  readonly state: NamedState;
  /** How often the model changed: 0 when updates were only put aside for later, else 1 or more. */
  readonly changes: number;
}

interface StrategyBase {
  readonly name: string;
  /** Fewest updates of a round with which its promise holds; fewer are refused. */
  readonly fewestUpdates: number;
  /** Whether each update carries a control delta as well: a second vector in the sum. */
  readonly hasControls: boolean;
  /** Everything that the server must keep between rounds, at the beginning. */
  createState(parameters: number): NamedState;
  instruct(state: NamedState): ClientInstructions;
}

/** Needs no single update, so it runs under secure aggregation as well. */
export interface WeightedSumStrategy extends StrategyBase {
  readonly sees: 'weighted-sum';
  aggregate(input: AggregationInput & { readonly sum: WeightedSum }): Aggregated;
}

/** Needs every update by itself: in the clear, or with bucket means in the place of updates. */
export interface SingleUpdateStrategy extends StrategyBase {
  readonly sees: 'single-updates';
  /** `updates` are sorted by participant, finite and of the model's length. */
  aggregate(input: AggregationInput & { readonly updates: readonly ClientUpdate[] }): Aggregated;
}

/**
 * How a server turns a round into the next model. It keeps nothing to itself: its state is plain
 * data that goes in and comes out, so a killed coordinator goes on from what it stored.
 */
export type Strategy = WeightedSumStrategy | SingleUpdateStrategy;
