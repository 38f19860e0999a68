import { join } from 'node:path';
import { readNodeStanding } from '@ddai/chain';
import { silentLogger } from '@ddai/core';
import { nodeRegistryAbi, WORK_CLASSES, type WorkClass } from '@ddai/protocol';
import {
  createTemporaryDirectory,
  startTestChain,
  type TemporaryDirectory,
  type TestChain,
} from '@ddai/testkit';
import { type Address, type PrivateKeyAccount, parseEther } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinNetwork } from '../src/join-network.ts';

const STAKE = parseEther('60000');
let chain: TestChain;
let directory: TemporaryDirectory;
let operator: PrivateKeyAccount;
const signer = privateKeyToAccount(generatePrivateKey());

beforeAll(async () => {
  chain = await startTestChain();
  directory = createTemporaryDirectory();
  operator = (await chain.openAccount(STAKE)).account;
});
afterAll(async () => {
  await chain.stop();
  directory.remove();
});

async function joinAs(terms: {
  classes?: readonly WorkClass[];
  payout?: Address;
}): Promise<{ classes: readonly WorkClass[]; payout: Address; blocks: bigint }> {
  const { publicClient, addressBook } = chain.client;
  const before = await publicClient.getBlockNumber({ cacheTime: 0 });
  await joinNetwork(
    {
      operator,
      signer,
      classes: terms.classes,
      payout: terms.payout,
      stake: STAKE,
      signerGas: parseEther('0.01'),
      waitForFunds: false,
      journalDirectory: join(directory.path, 'operator-transactions'),
    },
    { chain: chain.client, logger: silentLogger },
  );
  const { classes } = await readNodeStanding(chain.client, operator.address);
  const { payout } = await publicClient.readContract({
    address: addressBook.contracts.NodeRegistry,
    abi: nodeRegistryAbi,
    functionName: 'node',
    args: [operator.address],
  });
  const blocks = (await publicClient.getBlockNumber({ cacheTime: 0 })) - before;
  return { classes, payout, blocks };
}

describe('joinNetwork', () => {
  it('registers for queries, paid to the operator, when nothing else is asked for', async () => {
    const { classes, payout } = await joinAs({});

    expect(classes).toEqual([WORK_CLASSES.query]);
    expect(payout).toBe(operator.address);
  });

  it('sends nothing when everything is as asked for', async () => {
    expect((await joinAs({})).blocks).toBe(0n);
    expect((await joinAs({ classes: [WORK_CLASSES.query] })).blocks).toBe(0n);
  });

  it('changes the registration where classes or payout are given and differ', async () => {
    const payout = privateKeyToAccount(generatePrivateKey()).address;

    expect(await joinAs({ classes: [WORK_CLASSES.compute], payout })).toMatchObject({
      classes: [WORK_CLASSES.compute],
      payout,
      blocks: 2n,
    });
    expect(await joinAs({})).toMatchObject({ classes: [WORK_CLASSES.compute], payout, blocks: 0n });
  });
});
