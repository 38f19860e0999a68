import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { DdaiError } from '@ddai/core';
import type { NewTrainingJob, TrainingJob } from '@ddai/sdk';
import { parseEther } from 'viem';
import { DATASET, type NodePart } from './launch-parts.ts';
import type { CompanyAccount } from './open-accounts.ts';
import { orderTraining } from './order-training.ts';
import type { Scenario, Site } from './scenario.ts';
import { whileGatewayRestarts } from './while-gateway-restarts.ts';

export interface SiteNode {
  readonly site: Site;
  readonly organisation: string;
  readonly node: NodePart;
}

export interface TrainTogetherOptions {
  readonly scenario: Scenario;
  /** The company that pays the participants. */
  readonly sponsor: CompanyAccount;
  readonly sites: SiteNode[];
  readonly seed: string;
  readonly home: string;
  readonly onProgress: (words: string) => void;
}

export interface TrainedTogether {
  readonly job: TrainingJob;
  readonly model: Uint8Array;
  /** File with the job's record, for `ddai receipt verify`. */
  readonly receiptFile: string;
  /** Rounds that had closed when this run found the job of an interrupted one; 0 if it is new. */
  readonly inheritedRounds: number;
  /** Which site was killed, in which round (0: in none), and with how many survivors that round closed. */
  readonly killed: { readonly site: string; readonly round: number; readonly survivors: number };
}

const REWARD_PER_ROUND = parseEther('0.5');
const POLL_MILLISECONDS = 100;
const TIMEOUT_MILLISECONDS = 10 * 60_000;
/** The first round runs undisturbed; in the second one site loses its power. */
const KILL_AFTER_ROUNDS = 1;

/** Trains one model across all sites, kills one of them in the middle of a round, and brings it back. */
export async function trainTogether(options: TrainTogetherOptions): Promise<TrainedTogether> {
  const { scenario, sponsor, sites, seed, home, onProgress } = options;
  const request: NewTrainingJob = {
    name: `intents of ${scenario.source}`.slice(0, 100),
    labels: scenario.labels,
    participants: sites.map(({ node, organisation }) => ({
      node: node.operator,
      organisation,
      dataset: DATASET,
    })),
    rewardPerRound: REWARD_PER_ROUND.toString(),
    seed,
    examples: sites.reduce((sum, { site }) => sum + site.train.length, 0),
    threshold: thresholdOf(sites.length),
  };
  const order = await orderTraining(sponsor.client, { directory: home, request });
  const victim = sites.at(-1);
  if (victim === undefined) throw new Error('no site to train on');
  let killedInRound: number | undefined;
  let isBack = false;
  const deadline = Date.now() + TIMEOUT_MILLISECONDS;
  for (;;) {
    const job = await whileGatewayRestarts(() => sponsor.client.readTrainingJob(order.job.id));
    const { progress } = job;
    if (progress !== null) {
      const last = progress.roundMetrics.at(-1);
      const loss =
        last === undefined
          ? ''
          : `, loss ${last.trainLoss.toFixed(3)}, held-out ${(last.heldOutAccuracy * 100).toFixed(1)} %`;
      onProgress(
        `round ${Math.min(progress.closedRounds + 1, progress.rounds)}/${progress.rounds} ${progress.phase}${loss}`,
      );
      if (
        killedInRound === undefined &&
        progress.closedRounds >= KILL_AFTER_ROUNDS &&
        progress.phase === 'upload'
      ) {
        killedInRound = progress.closedRounds + 1;
        await victim.node.part.kill();
      } else if (killedInRound !== undefined && !isBack && progress.closedRounds >= killedInRound) {
        isBack = true;
        await victim.node.restart();
      }
    }
    if (job.state === 'completed' && job.modelId !== null) {
      if (!isBack && killedInRound !== undefined) await victim.node.restart();
      const { modelId } = job;
      const model = await whileGatewayRestarts(() => sponsor.client.readModel(modelId));
      const receiptFile = join(home, 'receipts', `${job.id}.jsonl`);
      const receipt = await whileGatewayRestarts(() => sponsor.client.readReceipt(job.id));
      await saveReceipt(receipt, receiptFile);
      order.close();
      const survivors =
        killedInRound === undefined
          ? 0
          : (progress?.roundMetrics[killedInRound - 1]?.survivors ?? 0);
      return {
        job,
        model,
        receiptFile,
        inheritedRounds: order.inherited,
        killed: { site: victim.site.name, round: killedInRound ?? 0, survivors },
      };
    }
    if (job.state === 'failed' || job.state === 'cancelled' || Date.now() > deadline) {
      throw new DdaiError({
        code: 'TRAINING_FAILED',
        message: `the training job is ${job.state}: ${job.failure ?? `no result in ${TIMEOUT_MILLISECONDS / 60_000} minutes`}`,
        remedy: 'See logs/gateway.log and logs/site-*.log in the state directory.',
      });
    }
    await delay(POLL_MILLISECONDS);
  }
}

/** Two thirds of the sites are enough to close a round and to unmask it. */
function thresholdOf(sites: number): number {
  return Math.ceil((2 * sites) / 3);
}

async function saveReceipt(lines: ReadableStream<Uint8Array>, file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  await pipeline(lines, createWriteStream(file, { mode: 0o600 }));
}
