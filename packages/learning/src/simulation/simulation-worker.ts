import { encodeUpdate, type UpdateEncoding } from '../aggregation/update-encoding.ts';
import { trainClient, withOwn } from '../strategies/train-client.ts';
import type { Evaluation, LocalTraining, Trainer } from '../training/trainer.ts';
import { createParticipantMemory } from './participant-memory.ts';
import { participantName } from './participant-name.ts';
import { type SimulationBuffers, vectorAt } from './simulation-buffers.ts';
import type { EvaluateTask, SimulationPool, TrainReport, TrainTask } from './simulation-tasks.ts';

/** What a thread needs to do its part. */
export interface SimulationWorkerOptions<Data> {
  readonly trainer: Trainer<Data>;
  readonly buffers: SimulationBuffers;
  /** Examples of one participant. */
  readonly trainData: (participant: number) => Data;
  /** Test examples `from` to `to - 1`. */
  readonly testData: (from: number, to: number) => Data;
  readonly training: LocalTraining;
  readonly seed: string;
}

/** The part of a simulation that runs on any thread: one participant, or one piece of a test. */
export interface SimulationWorker {
  train(task: TrainTask): TrainReport;
  evaluate(task: EvaluateTask): Evaluation;
}

export function createSimulationWorker<Data>(
  options: SimulationWorkerOptions<Data>,
): SimulationWorker {
  const { trainer, buffers, trainData, testData, training, seed } = options;
  const { parameters, bases, control, deltas, controlDeltas } = buffers;
  const { layout } = trainer;

  /** Puts what the bits leave of an update into its slot, the rest into the participant's residual. */
  function quantise(
    task: TrainTask,
    encoding: UpdateEncoding,
    update: {
      readonly delta: Float32Array;
      readonly examples: number;
      readonly sent: Float32Array;
    },
  ): void {
    const { delta, examples, sent } = update;
    const residual = vectorAt(buffers.residuals, parameters, task.participant);
    const scalars = { heldOut: 0, heldOutCorrect: 0, heldOutMilliLoss: 0, trainMilliLoss: 0 };
    const encoded = encodeUpdate({
      update: delta,
      scalars: { ...scalars, weight: Math.min(examples, encoding.maxExamples) },
      encoding,
      seed: `${seed}/round-${task.round}/participant-${task.participant}`,
      residual,
    });
    // Below 2^24 in size, so single precision holds each one exactly.
    for (let i = 0; i < parameters; i++) sent[i] = (encoded.coordinates[i] as number) | 0;
    if (encoded.residual !== undefined) residual.set(encoded.residual);
  }

  return {
    train: (task) => {
      const { participant, round, base, version, slot, proximal, usesControl } = task;
      const { keepsNormalisation } = task;
      const kind = usesControl ? 'control' : keepsNormalisation ? 'normalisation' : 'none';
      const memory = createParticipantMemory(buffers, layout, kind);
      const result = trainClient({
        trainer,
        participantId: participantName(participant),
        weights: vectorAt(bases, parameters, base),
        version,
        data: trainData(participant),
        training,
        seed: `${seed}/round-${round}/participant-${participant}`,
        instructions: {
          ...(proximal === undefined ? {} : { proximal }),
          ...(usesControl ? { control } : {}),
          keepsNormalisation,
        },
        memory: memory.read(participant),
      });
      memory.write(participant, result.memory);
      const { delta, controlDelta, examples, steps } = result.update;
      const sent = vectorAt(deltas, parameters, slot);
      if (task.encoding === undefined) sent.set(delta);
      else quantise(task, task.encoding, { delta, examples, sent });
      if (controlDelta !== undefined) controlDeltas.set(controlDelta, slot * parameters);
      return { examples, steps, trainLoss: result.trainLoss };
    },
    evaluate: ({ base, from, to, participant }) => {
      const model = vectorAt(bases, parameters, base);
      const own = createParticipantMemory(buffers, layout, 'normalisation');
      const weights =
        participant === undefined ? model : withOwn(model, layout, own.read(participant));
      return trainer.evaluate({ weights, data: testData(from, to) });
    },
  };
}

/** A pool of the calling thread alone, for small simulations and wherever there are no threads. */
export function createInlinePool(worker: SimulationWorker): SimulationPool {
  return {
    workers: 1,
    train: async (task) => worker.train(task),
    evaluate: async (task) => worker.evaluate(task),
  };
}
