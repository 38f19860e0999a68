import { join } from 'node:path';
import { readNodeStanding, type TransactionQueue, transferToken } from '@ddai/chain';
import { ddaiTokenAbi } from '@ddai/protocol';
import { type Home, writeFileDurably } from '@ddai/storage';
import { type Address, getAddress, parseEther } from 'viem';
import { type Part, startPart } from './child-process.ts';
import type { RestartablePart } from './keep-running.ts';
import type { LocalChain } from './launch-chain.ts';
import type { Site } from './scenario.ts';

export interface GatewayPart extends RestartablePart {
  readonly url: string;
  /** The key that companies authorise. */
  readonly signer: Address;
}

const START_TIMEOUT_MILLISECONDS = 90_000;

export async function launchGateway(options: {
  home: Home;
  port: number;
  chain: LocalChain;
}): Promise<GatewayPart> {
  const { home, port, chain } = options;
  const args = ['--port', String(port), '--rpc', chain.client.rpcUrl];
  const start = (): Part => startPart({ name: 'gateway', app: 'gateway', home, args });
  const part = start();
  const listening = await part.waitFor('listening', START_TIMEOUT_MILLISECONDS);
  const signer = getAddress(String(listening.signer));
  return restartable({ url: String(listening.url), signer }, { part, start, until: 'listening' });
}

export interface NodePart extends RestartablePart {
  readonly operator: Address;
}

export interface NodeOptions {
  readonly name: string;
  readonly home: Home;
  readonly gatewayUrl: string;
  readonly chain: LocalChain;
  /** What it works on: queries, or training beside a site's tickets. */
  readonly site: { readonly site: Site; readonly partnersFile: string } | undefined;
}

const QUERY_STAKE = parseEther('20000');
const COMPUTE_STAKE = parseEther('30000');
const OPERATOR_ETHER = parseEther('1');
/** A demonstration wants to see money move; an operator's default is a minute. */
const SETTLE_SECONDS = 2;
export const DATASET = 'tickets';

/** Starts a node, sends it the stake it asks for, and waits until it serves. */
export async function launchNode(options: NodeOptions): Promise<NodePart> {
  const { name, home, chain, site } = options;
  const stake = site === undefined ? QUERY_STAKE : COMPUTE_STAKE;
  const common = [
    '--name',
    name,
    '--gateway',
    options.gatewayUrl,
    '--rpc',
    chain.client.rpcUrl,
    '--settle-seconds',
    String(SETTLE_SECONDS),
  ];
  if (site !== undefined)
    common.push('--dataset', writeDataset(home, site.site), '--partners', site.partnersFile);
  const joining = [
    'join',
    '--classes',
    site === undefined ? 'query' : 'compute',
    '--stake',
    String(stake / 10n ** 18n),
    '--wait-for-funds',
  ];
  const part = startPart({ name, app: 'node', home, args: [...joining, ...common] });
  const identity = await part.waitFor('identity', START_TIMEOUT_MILLISECONDS);
  const operator = getAddress(String(identity.operator));
  await fund(chain.marketQueue, chain, { operator, stake });
  await part.waitFor('serving', START_TIMEOUT_MILLISECONDS);
  const start = (): Part => startPart({ name, app: 'node', home, args: ['serve', ...common] });
  return restartable({ operator }, { part, start, until: 'serving' });
}

/** Adds the process that runs, and how the next one is started and known to work. */
function restartable<T extends object>(
  rest: T,
  { part, start, until }: { part: Part; start: () => Part; until: string },
): T & RestartablePart {
  let current = part;
  return {
    ...rest,
    get part() {
      return current;
    },
    restart: async () => {
      current = start();
      await current.waitFor(until, START_TIMEOUT_MILLISECONDS);
    },
  };
}

/** Sends what is missing of ether and of stake, each for itself: a run may have died in between. */
async function fund(
  queue: TransactionQueue,
  chain: LocalChain,
  { operator, stake }: { operator: Address; stake: bigint },
): Promise<void> {
  const { client } = chain;
  const [ether, { stake: staked }, held] = await Promise.all([
    client.publicClient.getBalance({ address: operator }),
    readNodeStanding(client, operator),
    client.publicClient.readContract({
      address: client.addressBook.contracts.DDAIToken,
      abi: ddaiTokenAbi,
      functionName: 'balanceOf',
      args: [operator],
    }),
  ]);
  if (ether < OPERATOR_ETHER / 2n) {
    const label = 'ether for an operator';
    await queue.submit({ to: operator, data: '0x', value: OPERATOR_ETHER, label });
  }
  const missing = stake - staked - held;
  if (missing > 0n) await queue.submit(transferToken(client, { to: operator, amount: missing }));
}

/** Writes a site's tickets where only its node reads them; returns the `--dataset` flag's value. */
function writeDataset(home: Home, { name, train, heldOut }: Site): string {
  const folder = join(home.path, 'sites', name);
  const toCsv = (tickets: Site['train']): string =>
    [
      'text,category',
      ...tickets.map(({ text, category }) => `${quote(text)},${quote(category)}`),
      '',
    ].join('\r\n');
  const [trainFile, heldOutFile] = [
    join(folder, 'tickets.csv'),
    join(folder, 'tickets-held-out.csv'),
  ];
  writeFileDurably(trainFile, toCsv(train));
  if (heldOut.length === 0) return `${DATASET}=${trainFile}`;
  writeFileDurably(heldOutFile, toCsv(heldOut));
  return `${DATASET}=${trainFile},${heldOutFile}`;
}

/** A field as RFC 4180 §2 writes it. */
function quote(field: string): string {
  return `"${field.replaceAll('"', '""')}"`;
}
