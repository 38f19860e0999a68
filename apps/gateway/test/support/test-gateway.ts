import { silentLogger, systemClock } from '@ddai/core';
import type { EncoderSettings } from '@ddai/encoders';
import { createDdaiClient, type DdaiClient } from '@ddai/sdk';
import {
  createTemporaryDirectory,
  startTestChain,
  startTestDatabase,
  type TestChain,
} from '@ddai/testkit';
import { type Address, type PrivateKeyAccount, parseEther } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import type { AnswerWriterEndpoint } from '../../src/assistant/answer-writer.ts';
import { createGateway, type Gateway } from '../../src/create-gateway.ts';

export interface TestTenant {
  readonly payer: Address;
  readonly apiKey: string;
  readonly assistantId: string;
  readonly client: DdaiClient;
}

export interface TestGateway {
  readonly chain: TestChain;
  readonly signer: PrivateKeyAccount;
  readonly databaseUrl: string;
  /** The gateway's own folder. */
  readonly directory: string;
  url(): string;
  /** Ends this gateway as it is and starts another on the same database and folder. */
  restart(): Promise<void>;
  /** Another gateway beside it on the same database and folder; its caller closes it. */
  openAnother(): Promise<Gateway>;
  addTenant(name: string, deposit?: bigint): Promise<TestTenant>;
  /** Waits until the gateway sees so many nodes. */
  waitForNodes(count: number, tenant: TestTenant): Promise<void>;
  stop(): Promise<void>;
}

export const QUERY_PRICE = parseEther('0.02');

/** A gateway on a real Postgres and a real chain. */
export async function startTestGateway({
  queryTimeout = 1500,
  requestsPerMinute = 6000,
  answerWriters = {},
  auditRate = 0,
  isAllowedAddress,
  encoders = {},
}: {
  queryTimeout?: number;
  requestsPerMinute?: number;
  answerWriters?: Record<string, AnswerWriterEndpoint>;
  auditRate?: number;
  isAllowedAddress?: (address: string) => boolean;
  encoders?: Record<string, EncoderSettings>;
} = {}): Promise<TestGateway> {
  const [chain, database] = await Promise.all([startTestChain(), startTestDatabase()]);
  const directory = createTemporaryDirectory();
  const signer = privateKeyToAccount(generatePrivateKey());
  const open = (): Promise<Gateway> =>
    createGateway(
      {
        directory: directory.path,
        databaseUrl: database.url,
        port: 0,
        host: '127.0.0.1',
        queryPrice: QUERY_PRICE,
        queryTimeout,
        requestsPerMinute,
        version: 'test',
        answerWriters,
        auditRate,
        encoders,
      },
      {
        chain: chain.client,
        signer,
        clock: systemClock,
        logger: silentLogger,
        // Sites of tests are on this machine.
        ...(isAllowedAddress === undefined ? {} : { isAllowedAddress }),
      },
    );
  let gateway = await open();

  return {
    chain,
    signer,
    databaseUrl: database.url,
    directory: directory.path,
    url: () => gateway.url,
    async restart() {
      await gateway.close();
      gateway = await open();
    },
    openAnother: open,
    async addTenant(name, deposit = parseEther('100')) {
      const { payer } = await chain.addPayer(signer.address, deposit);
      const response = await fetch(`${gateway.url}/admin/v1/tenants`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${gateway.adminSecret}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ name, payer }),
      });
      const { apiKey, assistantId } = (await response.json()) as {
        apiKey: string;
        assistantId: string;
      };
      return {
        payer,
        apiKey,
        assistantId,
        client: createDdaiClient({ baseUrl: gateway.url, apiKey }),
      };
    },
    async waitForNodes(count, tenant) {
      for (let tries = 0; tries < 100; tries++) {
        if ((await tenant.client.listNodes()).length === count) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`not ${count} nodes`);
    },
    async stop() {
      await gateway.close();
      await Promise.all([chain.stop(), database.stop()]);
      directory.remove();
    },
  };
}
