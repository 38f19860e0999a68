import { join } from 'node:path';
import {
  approveToken,
  authorizeSigner,
  createFileJournal,
  createTransactionQueue,
  depositEscrow,
  readPayerAccount,
  readSignerAllowance,
} from '@ddai/chain';
import { bytesToUtf8, DdaiError, type Logger, systemClock, unixSeconds } from '@ddai/core';
import { createDdaiClient, type DdaiClient } from '@ddai/sdk';
import { createFileStore, type Home } from '@ddai/storage';
import { type Address, parseEther } from 'viem';
import { type LocalChain, openLocalKeystore } from './launch-chain.ts';
import type { GatewayPart } from './launch-parts.ts';
import { PATIENCE_MILLISECONDS, patientFetch } from './patient-fetch.ts';
import type { Company } from './scenario.ts';

/** A company with money in escrow and a key to the gateway. */
export interface CompanyAccount {
  readonly company: Company;
  readonly payer: Address;
  readonly apiKey: string;
  readonly assistantId: string;
  readonly client: DdaiClient;
}

const DEPOSIT = parseEther('5000');
const ALLOWANCE = parseEther('100000');
const ALLOWANCE_SECONDS = 30 * 86_400;
const GAS_ETHER = parseEther('0.1');
const ACCOUNT_KEY = 'gateway-account.json';

interface StoredAccount {
  readonly apiKey: string;
  readonly assistantId: string;
}

export interface OpenAccountsDependencies {
  readonly home: Home;
  readonly chain: LocalChain;
  readonly gateway: GatewayPart;
  readonly logger: Logger;
}

/** Gives a company a tenant, an escrow balance, and lets the gateway's key spend of it. */
export async function openAccount(
  company: Company,
  { home, chain, gateway, logger }: OpenAccountsDependencies,
): Promise<CompanyAccount> {
  const folder = join(home.path, 'companies', company.name);
  const store = createFileStore(folder);
  const payer = await openLocalKeystore(join(folder, 'payer.json'));
  const { client: chainClient, marketQueue } = chain;
  await topUpEscrow(chain, payer.address);
  const allowance = await readSignerAllowance(chainClient, {
    payer: payer.address,
    signer: gateway.signer,
  });
  const expires = unixSeconds(systemClock) + ALLOWANCE_SECONDS;
  if (
    allowance.expires < BigInt(expires - ALLOWANCE_SECONDS / 2) ||
    allowance.remaining < ALLOWANCE / 2n
  ) {
    if ((await chainClient.publicClient.getBalance({ address: payer.address })) < GAS_ETHER / 2n) {
      await marketQueue.submit({
        to: payer.address,
        data: '0x',
        value: GAS_ETHER,
        label: 'ether for a company',
      });
    }
    const queue = await createTransactionQueue(
      { chain: chainClient, account: payer, settleMilliseconds: 0 },
      { journal: createFileJournal(join(folder, 'transactions')), logger },
    );
    try {
      await queue.submit(
        authorizeSigner(chainClient, {
          signer: gateway.signer,
          cap: ALLOWANCE,
          dailyLimit: ALLOWANCE,
          expires: BigInt(expires),
        }),
      );
    } finally {
      queue.stop();
    }
  }
  if (store.get(ACCOUNT_KEY) === undefined) {
    const created = await createTenant(home, gateway.url, {
      name: company.name,
      payer: payer.address,
    });
    store.put(ACCOUNT_KEY, JSON.stringify(created));
  }
  const { apiKey, assistantId } = JSON.parse(
    bytesToUtf8(store.get(ACCOUNT_KEY) ?? new Uint8Array()),
  ) as StoredAccount;
  const client = createDdaiClient({
    baseUrl: gateway.url,
    apiKey,
    fetch: patientFetch,
    timeout: 2 * PATIENCE_MILLISECONDS,
  });
  return { company, payer: payer.address, apiKey, assistantId, client };
}

/** The market deposits for the company, whenever less than half is left: dying in between costs nothing. */
async function topUpEscrow({ client, marketQueue }: LocalChain, payer: Address): Promise<void> {
  const { balance } = await readPayerAccount(client, payer);
  if (balance >= DEPOSIT / 2n) return;
  const spender = client.addressBook.contracts.PaymentsEscrow;
  await marketQueue.submit(approveToken(client, { spender, amount: DEPOSIT }));
  await marketQueue.submit(depositEscrow(client, { payer, amount: DEPOSIT }));
}

async function createTenant(
  home: Home,
  url: string,
  tenant: { name: string; payer: Address },
): Promise<StoredAccount> {
  const secret = createFileStore(home.gateway).get('admin.secret');
  const response = await fetch(`${url}/admin/v1/tenants`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${bytesToUtf8(secret ?? new Uint8Array()).trim()}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(tenant),
  });
  const body = (await response.json()) as StoredAccount & { detail?: string; code?: string };
  if (response.ok) return { apiKey: body.apiKey, assistantId: body.assistantId };
  throw new DdaiError({
    code: body.code ?? 'GATEWAY_FAILED',
    message: body.detail ?? `HTTP ${response.status}`,
    remedy: '`npx ddai reset` erases a local network.',
  });
}
