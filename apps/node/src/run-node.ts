import { join } from 'node:path';
import {
  type ChainClient,
  createFileJournal,
  createTransactionQueue,
  resendJournal,
} from '@ddai/chain';
import { type Clock, DdaiError, type Logger } from '@ddai/core';
import { createWasmKernel, nodeCryptoSuite } from '@ddai/learning';
import {
  FRAME_KINDS,
  type Frame,
  type FrameInput,
  parseMessage,
  type SignedVoucher,
  voucherSchema,
} from '@ddai/protocol';
import { createFileStore } from '@ddai/storage';
import type { Address, PrivateKeyAccount } from 'viem';
import { settleEarnings } from './earnings/settle-earnings.ts';
import { createVoucherWallet } from './earnings/voucher-wallet.ts';
import type { GatewayLink } from './gateway/dial-gateway.ts';
import { stayConnected } from './gateway/stay-connected.ts';
import { createQueryWorker, pruneAnswers } from './queries/query-worker.ts';
import {
  createTrainingWorker,
  type OpenDataset,
  readPartnersFile,
} from './training/training-worker.ts';

export interface RunNodeOptions {
  readonly directory: string;
  readonly operator: Address;
  readonly gateways: readonly string[];
  readonly servesQueries: boolean;
  readonly datasets: ReadonlyMap<string, OpenDataset>;
  /** File with the organisations that the data's owner agreed to train with. */
  readonly partnersFile: string | undefined;
  readonly creditLimit: bigint;
  readonly minimumPrice: bigint;
  readonly settleMilliseconds: number;
  readonly software: string;
}

export interface RunNodeDependencies {
  readonly chain: ChainClient;
  readonly signer: PrivateKeyAccount;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a mined transaction is watched: longer than a local chain can lose. */
const SETTLE_TRANSACTIONS_MILLISECONDS = 30_000;

/** Serves gateways and looks after the node's money until `signal` aborts. */
export async function runNode(
  options: RunNodeOptions,
  dependencies: RunNodeDependencies,
  signal: AbortSignal,
): Promise<void> {
  const { directory, operator, datasets, partnersFile } = options;
  const { chain, signer, clock, logger } = dependencies;
  const { NodeRegistry, PaymentsEscrow } = chain.addressBook.contracts;
  const queue = await createTransactionQueue(
    { chain, account: signer, settleMilliseconds: SETTLE_TRANSACTIONS_MILLISECONDS },
    { journal: createFileJournal(join(directory, 'transactions')), logger },
  );
  const wallet = createVoucherWallet(
    { node: operator, creditLimit: options.creditLimit },
    {
      chain,
      queue,
      clock,
      logger,
      store: createFileStore(join(directory, 'vouchers')),
      scope: { chainId: chain.chainId, verifyingContract: PaymentsEscrow },
    },
  );
  const scope = { chainId: chain.chainId, verifyingContract: NodeRegistry };
  const answers = createFileStore(join(directory, 'answers'));
  const queries = createQueryWorker({
    operator,
    signer,
    scope,
    wallet,
    answers,
    minimumPrice: options.minimumPrice,
    clock,
    logger,
  });
  const training = createTrainingWorker({
    operator,
    signer,
    chain,
    wallet,
    datasets,
    suite: nodeCryptoSuite,
    kernel: await createWasmKernel(),
    readPartners: () => (partnersFile === undefined ? undefined : readPartnersFile(partnersFile)),
    store: createFileStore(join(directory, 'training')),
    clock,
    logger,
  });

  const acceptVoucher = async (frame: Frame): Promise<FrameInput> => {
    const voucher: SignedVoucher = parseMessage('voucher', voucherSchema, frame.body);
    return {
      kind: FRAME_KINDS.voucherAccepted,
      body: { cumulative: await wallet.accept(voucher) },
    };
  };
  const onFrame = async (link: GatewayLink, frame: Frame): Promise<FrameInput | undefined> => {
    switch (frame.kind) {
      case FRAME_KINDS.queryRequest:
        return queries.answer(link, frame);
      case FRAME_KINDS.forgetContent:
        return queries.forget(frame);
      case FRAME_KINDS.voucher:
        return acceptVoucher(frame);
      case FRAME_KINDS.trainingOffer:
      case FRAME_KINDS.trainingMessage:
      case FRAME_KINDS.trainingReference:
        return training.receive(link, frame);
      default:
        throw new DdaiError({
          code: 'FRAME_KIND_UNEXPECTED',
          message: `this node expects no frame of kind ${frame.kind}`,
        });
    }
  };

  const settlement = {
    node: operator,
    chain,
    queue,
    wallet,
    store: createFileStore(join(directory, 'settlement')),
    clock,
    logger,
  };
  const capabilities = {
    query: options.servesQueries,
    datasets: [...datasets.keys()],
    minimumPrice: options.minimumPrice,
  };
  const links = options.gateways.map((url) =>
    stayConnected(
      { url, operator, capabilities, software: options.software },
      { signer, scope, clock, logger, onFrame },
      signal,
    ),
  );
  await resendJournal(chain, createFileJournal(join(directory, 'operator-transactions')));
  await queue.resendLost();
  const settling = repeat(
    async () => {
      await settleEarnings(settlement);
      pruneAnswers(answers, clock);
    },
    options.settleMilliseconds,
    signal,
  );
  await Promise.all([...links, settling]);
  queue.stop();
}

/** Runs `work` now and `milliseconds` after each end, until `signal` aborts. */
async function repeat(
  work: () => Promise<void>,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await work();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
