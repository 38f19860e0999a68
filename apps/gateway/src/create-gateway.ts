import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { type ChainClient, readNodeStanding, readTier } from '@ddai/chain';
import { bytesToUtf8, type Clock, DdaiError, type Logger } from '@ddai/core';
import { isPublicAddress } from '@ddai/documents';
import type { EncoderSettings } from '@ddai/encoders';
import { nodeCryptoSuite } from '@ddai/learning';
import { createFileStore } from '@ddai/storage';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { sql } from 'drizzle-orm';
import type { PrivateKeyAccount } from 'viem';
import { type AnswerWriterEndpoint, createAnswerWriter } from './assistant/answer-writer.ts';
import { createChatCompleter } from './assistant/complete-chat.ts';
import { createConversations } from './assistant/conversations.ts';
import { createEncoderThread } from './assistant/encoder-thread.ts';
import { createEncoders } from './assistant/encoders.ts';
import { createFindAssistant } from './assistant/find-assistant.ts';
import { createFeedbackBook } from './classification/feedback.ts';
import { createLabellingQueue } from './classification/labelling-queue.ts';
import { createTicketModels } from './classification/ticket-models.ts';
import { createContentStore } from './content/content-store.ts';
import { createUploadStore } from './content/upload-store.ts';
import { connectDatabase, type Database } from './database/database.ts';
import { migrateDatabase } from './database/migrate.ts';
import { createApp } from './http/create-app.ts';
import { sweepIdempotency } from './http/idempotent.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { createKnowledge } from './knowledge/create-knowledge.ts';
import { createKnowledgeShards } from './knowledge/knowledge-shards.ts';
import { createMetrics } from './metrics.ts';
import { createMonitoringService } from './monitoring/monitoring-service.ts';
import { NodeDirectory } from './nodes/node-directory.ts';
import { serveNodes } from './nodes/node-server.ts';
import { createPayerCredit } from './payments/payer-credit.ts';
import { createVoucherBook } from './payments/voucher-book.ts';
import { createAuditLog } from './queries/audit-log.ts';
import { LEAST_AUDIT_RATE } from './queries/audit-rate.ts';
import { createQueryDispatcher } from './queries/dispatch-query.ts';
import { createQueryAuditor } from './queries/query-auditor.ts';
import { createAdminRoutes } from './routes/admin-routes.ts';
import { createApiKeyRoutes } from './routes/api-key-routes.ts';
import { createAuditRoutes } from './routes/audit-routes.ts';
import { createChatRoutes } from './routes/chat-routes.ts';
import { createClassificationRoutes } from './routes/classification-routes.ts';
import { createContentRoutes } from './routes/content-routes.ts';
import { createConversationRoutes } from './routes/conversation-routes.ts';
import { createEmbeddingRoutes } from './routes/embedding-routes.ts';
import { createErasureRoutes } from './routes/erasure-routes.ts';
import { createEventRoutes } from './routes/event-routes.ts';
import { createFeedbackRoutes } from './routes/feedback-routes.ts';
import { createKnowledgeRoutes } from './routes/knowledge-routes.ts';
import { createLabellingRoutes } from './routes/labelling-routes.ts';
import { createModelRoutes } from './routes/model-routes.ts';
import { createNodeRoutes } from './routes/node-routes.ts';
import { createSearchRoutes } from './routes/search-routes.ts';
import { createTrainingRoutes } from './routes/training-routes.ts';
import { createUsageRoutes } from './routes/usage-routes.ts';
import { createTrainingService } from './training/training-service.ts';

export interface GatewayOptions {
  /** The gateway's own folder: content, admin secret. */
  readonly directory: string;
  readonly databaseUrl: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  /** Wei for one complex query. */
  readonly queryPrice: bigint;
  /** Milliseconds that a node has to answer a query. */
  readonly queryTimeout: number;
  /** Share of complex answers that are run again at least, in [0, 1]. Default 0.02. */
  readonly auditRate?: number;
  /** Of one API key. */
  readonly requestsPerMinute: number;
  readonly version: string;
  /** Model endpoints that assistants may write with, by name; default none. */
  readonly answerWriters?: Readonly<Record<string, AnswerWriterEndpoint>>;
  /** Embeddings endpoints that assistants may rank with, by name; default none. */
  readonly encoders?: Readonly<Record<string, EncoderSettings>>;
}

export interface GatewayDependencies {
  readonly chain: ChainClient;
  readonly signer: PrivateKeyAccount;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Which addresses pages may be fetched from. Default those of the public internet. */
  readonly isAllowedAddress?: (address: string) => boolean;
}

export interface Gateway {
  readonly url: string;
  /** Opens `/admin/v1`; also in `admin.secret` in the gateway's folder. */
  readonly adminSecret: string;
  close(): Promise<void>;
}

/** Grain of the draw that decides about an audit. */
const AUDIT_DRAWS = 2 ** 32;
const SWEEP_MILLISECONDS = 600_000;
/** A message that nobody fetched within an hour belongs to a round long over. */
const KEEP_MESSAGES_MILLISECONDS = 3_600_000;
const ADMIN_SECRET_KEY = 'admin.secret';

/** Puts a gateway together and listens. Everything it must not forget is in the database. */
export async function createGateway(
  options: GatewayOptions,
  dependencies: GatewayDependencies,
): Promise<Gateway> {
  const { directory, databaseUrl, queryPrice, queryTimeout, version, answerWriters = {} } = options;
  const { chain, signer, clock, logger, isAllowedAddress = isPublicAddress } = dependencies;
  await migrateDatabase(databaseUrl);
  const database = connectDatabase({ url: databaseUrl });
  const content = createContentStore(join(directory, 'content'));
  const uploads = createUploadStore(join(directory, 'uploads'));
  const outbox = createContentStore(join(directory, 'outbox'));
  const nodes = new NodeDirectory();
  const metrics = createMetrics(nodes);
  const adminSecret = readOrCreateAdminSecret(directory);
  const gateway = signer.address;
  const escrowScope = {
    chainId: chain.chainId,
    verifyingContract: chain.addressBook.contracts.PaymentsEscrow,
  };
  const scope = {
    chainId: chain.chainId,
    verifyingContract: chain.addressBook.contracts.NodeRegistry,
  };

  const voucherBook = createVoucherBook({
    database,
    directory: nodes,
    signer,
    scope: escrowScope,
    logger,
  });
  const payerCredit = createPayerCredit({ database, chain, signer: gateway, clock });
  const shards = createKnowledgeShards(database);
  const audits = createAuditLog(database);
  const auditor = createQueryAuditor({
    log: audits,
    isLocked: async (payer) => (await readTier(chain, payer)) > 0,
    random: () => randomInt(AUDIT_DRAWS) / AUDIT_DRAWS,
    floor: options.auditRate ?? LEAST_AUDIT_RATE,
    clock,
    logger,
    metrics,
  });
  await auditor.refresh();
  const dispatch = createQueryDispatcher({
    database,
    directory: nodes,
    auditor,
    shards,
    voucherBook,
    payerCredit,
    gateway,
    scope,
    clock,
    logger,
    price: queryPrice,
    timeout: queryTimeout,
  });
  const knowledge = await createKnowledge(
    { directory, databaseUrl },
    { database, nodes, isAllowedAddress, logger },
  );
  const ticketModels = createTicketModels({ database, content });
  const training = createTrainingService({
    database,
    content,
    outbox,
    uploads,
    directory: nodes,
    voucherBook,
    payerCredit,
    suite: nodeCryptoSuite,
    readSigner: async (operator) => (await readNodeStanding(chain, operator)).signer,
    metrics,
    clock,
    logger,
  });
  const monitoring = createMonitoringService({ database, clock, logger });
  const findAssistant = createFindAssistant(database);
  const encoderThread = createEncoderThread();
  const encoders = createEncoders(options.encoders ?? {}, { fetch, bundled: encoderThread });
  const conversations = createConversations(database);
  const complete = createChatCompleter({
    database,
    findAssistant,
    conversations,
    knowledge: knowledge.tenants,
    ticketModels,
    encoders,
    dispatch,
    auditor,
    eraseShards: knowledge.eraseShards,
    writing: { writers: answerWriters, write: createAnswerWriter(fetch) },
    metrics,
    clock,
  });

  const auth = { database, clock, rateLimit: createRateLimit(options.requestsPerMinute) };
  const app = createApp({
    metrics,
    logger,
    version,
    findFaults: () => findFaults(database, chain),
    api: {
      '/v1/api-keys': createApiKeyRoutes(auth),
      '/v1/assistants': createLabellingRoutes({
        ...auth,
        listLabellingQueue: createLabellingQueue({ database, ticketModels }),
      }),
      '/v1/classifications': createClassificationRoutes({ ...auth, findAssistant, ticketModels }),
      '/v1/conversations': createConversationRoutes({ ...auth, conversations, findAssistant }),
      '/v1/erasures': createErasureRoutes({ ...auth, shards }),
      '/v1/feedback': createFeedbackRoutes({
        ...auth,
        feedback: createFeedbackBook({ database, ticketModels }),
      }),
      '/v1/embeddings': createEmbeddingRoutes({ ...auth, encoders, findAssistant }),
      '/v1/knowledge-sources': createKnowledgeRoutes({ ...auth, ...knowledge }),
      '/v1/search': createSearchRoutes({
        ...auth,
        knowledge: knowledge.tenants,
        encoders,
        findAssistant,
      }),
      '/v1/trained-models': createModelRoutes({ ...auth, content }),
      '/v1/nodes': createNodeRoutes({ ...auth, directory: nodes, auditor }),
      '/v1/audits': createAuditRoutes({ ...auth, audits }),
      '/v1/usage': createUsageRoutes({ ...auth, chain }),
    },
    shared: [
      createChatRoutes({
        ...auth,
        ticketModels,
        complete,
        answerWriters: Object.keys(answerWriters),
        encoders: encoders.names,
      }),
      createTrainingRoutes({ ...auth, content, training }),
      createEventRoutes({ ...auth, monitoring }),
    ],
    content: createContentRoutes({ stores: [content, outbox], uploads, directory: nodes }),
    admin: createAdminRoutes({ database, adminSecret }),
  });

  const server = createAdaptorServer({
    fetch: app.fetch,
    // Only nodes upgrade: an offer of h2c is answered in HTTP/1.1 as if it were not there.
    serverOptions: {
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
  });
  const closeNodes = serveNodes(server as Parameters<typeof serveNodes>[0], {
    scope,
    gateway,
    software: `ddai-gateway/${version}`,
    clock,
    logger,
    directory: nodes,
    handlers: training.handlers,
    readStanding: (operator) => readNodeStanding(chain, operator),
  });
  const port = await listen(server, options);

  const sweeper = setInterval(() => {
    Promise.all([
      uploads.sweep(),
      outbox.sweep(KEEP_MESSAGES_MILLISECONDS),
      sweepIdempotency(database),
      auditor.refresh(),
      knowledge.sweep(),
    ]).catch((error: unknown) => logger.warn({ error: String(error) }, 'cannot sweep'));
  }, SWEEP_MILLISECONDS);

  return {
    url: `http://${options.host}:${port}`,
    adminSecret,
    async close() {
      clearInterval(sweeper);
      await training.stop();
      closeNodes();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
      await Promise.all([knowledge.close(), encoderThread.close()]);
      await database.close();
    },
  };
}

async function findFaults(database: Database, chain: ChainClient): Promise<string[]> {
  const faults: string[] = [];
  await database
    .asNobody((tx) => tx.execute(sql`SELECT 1`))
    .catch(() => faults.push('the database does not answer'));
  await chain.publicClient.getBlockNumber().catch(() => faults.push('the chain does not answer'));
  return faults;
}

function readOrCreateAdminSecret(directory: string): string {
  const store = createFileStore(directory);
  if (store.get(ADMIN_SECRET_KEY) === undefined)
    store.put(ADMIN_SECRET_KEY, randomBytes(32).toString('base64url'));
  return bytesToUtf8(store.get(ADMIN_SECRET_KEY) ?? new Uint8Array()).trim();
}

function listen(server: ServerType, { port, host }: GatewayOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new DdaiError({
          code: cause.code === 'EADDRINUSE' ? 'PORT_OCCUPIED' : 'GATEWAY_LISTEN_FAILED',
          message: `cannot listen on ${host}:${port} (${cause.code ?? cause.message})`,
          remedy: 'End what holds the port, or choose another with --port.',
          cause,
        }),
      ),
    );
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
