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
import { createPowerCut, type KilledSite } from './power-cut.ts';
import type { Scenario, Site } from './scenario.ts';

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
  readonly killed: KilledSite;
}

const REWARD_PER_ROUND = parseEther('0.5');
const POLL_MILLISECONDS = 100;
const RECEIPT_TRIES = 5;
const TIMEOUT_MILLISECONDS = 10 * 60_000;

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
  const powerCut = createPowerCut(victim.site.name, victim.node);
  const deadline = Date.now() + TIMEOUT_MILLISECONDS;
  for (;;) {
    const job = await sponsor.client.readTrainingJob(order.job.id);
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
      await powerCut.follow(progress);
    }
    if (job.state === 'completed' && job.modelId !== null) {
      await powerCut.end();
      const { modelId } = job;
      const model = await sponsor.client.readModel(modelId);
      const receiptFile = join(home, 'receipts', `${job.id}.jsonl`);
      await saveReceipt(() => sponsor.client.readReceipt(job.id), receiptFile);
      order.close();
      return {
        job,
        model,
        receiptFile,
        inheritedRounds: order.inherited,
        killed: powerCut.killed(),
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

/** A record is streamed; one that breaks off, as its gateway died, is read again from its beginning. */
async function saveReceipt(
  read: () => Promise<ReadableStream<Uint8Array>>,
  file: string,
): Promise<void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  for (let left = RECEIPT_TRIES; ; left--) {
    try {
      return await pipeline(await read(), createWriteStream(file, { mode: 0o600 }));
    } catch (error) {
      const isCut = error instanceof TypeError && error.message === 'terminated';
      if (!isCut || left === 1) throw error;
    }
  }
}
