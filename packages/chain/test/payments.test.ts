import { setTimeout as delay } from 'node:timers/promises';
import { type SignedVoucher, type Voucher, voucherTypedData, WORK_CLASSES } from '@ddai/protocol';
import { startTestChain, type TestChain } from '@ddai/testkit';
import { type Address, type PrivateKeyAccount, parseEther } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectVouchers } from '../src/actions/collect-vouchers.ts';
import { readOpenEpoch, readReward } from '../src/actions/read-emissions.ts';
import {
  readCollected,
  readEarnings,
  readPayable,
  simulateCollect,
} from '../src/actions/read-escrow.ts';
import { readNodeStanding } from '../src/actions/read-node-standing.ts';
import { createChainClient } from '../src/chain-client.ts';
import { reconcile } from '../src/reconcile/reconcile.ts';

let chain: TestChain;
const gateway: PrivateKeyAccount = privateKeyToAccount(generatePrivateKey());

beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.stop());

const signVoucher = async (
  voucher: Voucher,
  scope: { chainId?: number } = {},
  key = gateway,
): Promise<SignedVoucher> => {
  const { chainId, addressBook } = chain.client;
  const domain = { chainId, verifyingContract: addressBook.contracts.PaymentsEscrow, ...scope };
  return { ...voucher, signature: await key.signTypedData(voucherTypedData(domain, voucher)) };
};

const voucherOf = (payer: Address, node: Address, cumulative: bigint): Voucher => ({
  payer,
  signer: gateway.address,
  node,
  workClass: WORK_CLASSES.query,
  cumulative,
});

describe('vouchers on chain', () => {
  it('pay the node the difference to what was collected, once', async () => {
    const { operator, operatorQueue } = await chain.addNode([WORK_CLASSES.query]);
    const { payer } = await chain.addPayer(gateway.address, parseEther('100'));
    const first = await signVoucher(voucherOf(payer, operator, parseEther('3')));
    const second = await signVoucher(voucherOf(payer, operator, parseEther('5')));

    await operatorQueue.submit(collectVouchers(chain.client, [first]));
    await operatorQueue.submit(collectVouchers(chain.client, [second]));
    await operatorQueue.submit(collectVouchers(chain.client, [first, second]));

    expect(await readCollected(chain.client, second)).toBe(parseEther('5'));
    expect((await readEarnings(chain.client, operator)).held).toBe(parseEther('5'));
  });

  it('of another chain, with a forged amount, or by an unknown key are refused in words', async () => {
    const { operator } = await chain.addNode([WORK_CLASSES.query]);
    const { payer } = await chain.addPayer(gateway.address, parseEther('100'));
    const foreign = await signVoucher(voucherOf(payer, operator, parseEther('1')), { chainId: 1 });
    const forged = {
      ...(await signVoucher(voucherOf(payer, operator, parseEther('1')))),
      cumulative: parseEther('2'),
    };
    const key = privateKeyToAccount(generatePrivateKey());
    const stranger = await signVoucher(
      { ...voucherOf(payer, operator, 1n), signer: key.address },
      {},
      key,
    );

    for (const voucher of [foreign, forged]) {
      await expect(simulateCollect(chain.client, voucher)).rejects.toMatchObject({
        code: 'TRANSACTION_REVERTED',
        message: expect.stringContaining('Payments escrow: wrong signer (signer 0x'),
      });
    }
    await expect(simulateCollect(chain.client, stranger)).rejects.toMatchObject({
      message: expect.stringContaining('Payments escrow: unknown signer (payer 0x'),
    });
  });

  it('pay no more than the payer has, and readPayable says so beforehand', async () => {
    const { operator } = await chain.addNode([WORK_CLASSES.query]);
    const { payer } = await chain.addPayer(gateway.address, parseEther('10'));

    const payable = await readPayable(chain.client, {
      payer,
      signer: gateway.address,
      node: operator,
    });
    const voucher = await signVoucher(voucherOf(payer, operator, parseEther('1000')));

    expect(await simulateCollect(chain.client, voucher)).toBe(payable);
    expect(payable).toBeLessThan(parseEther('10'));
  });

  it('earn the node a reward no larger than what its fees burned, and the books hold to the wei', async () => {
    const { operator, operatorQueue } = await chain.addNode([WORK_CLASSES.query]);
    const { payer } = await chain.addPayer(gateway.address, parseEther('100'));
    await operatorQueue.submit(
      collectVouchers(chain.client, [
        await signVoucher(voucherOf(payer, operator, parseEther('50'))),
      ]),
    );
    const { id: epoch, endsAt } = await readOpenEpoch(chain.client);
    const { closeEpoch, claimRewards, burnSetAside, withdrawEarnings } = await import(
      '../src/index.ts'
    );
    while (Date.now() / 1000 <= Number(endsAt)) await delay(200);
    await operatorQueue.submit(closeEpoch(chain.client));

    const reward = await readReward(chain.client, {
      node: operator,
      workClass: WORK_CLASSES.query,
      epoch,
    });
    await operatorQueue.submit(
      claimRewards(chain.client, {
        node: operator,
        workClass: WORK_CLASSES.query,
        epochs: [epoch],
      }),
    );
    while ((await readEarnings(chain.client, operator)).withdrawable === 0n) await delay(200);
    await operatorQueue.submit(withdrawEarnings(chain.client, operator));
    await operatorQueue.submit(burnSetAside(chain.client));
    const books = await reconcile(chain.client);

    expect(reward).toBe(parseEther('2'));
    expect(books.lines.filter(({ holds }) => !holds)).toEqual([]);
    expect(books.holds).toBe(true);
  });
});

describe('a chain client', () => {
  it('refuses an RPC of another chain, an RPC without the contracts, and one that is not there', async () => {
    const { addressBook, rpcUrl } = chain.client;
    const elsewhere = {
      ...addressBook,
      contracts: { ...addressBook.contracts, PaymentsEscrow: gateway.address },
    };

    await expect(
      createChainClient({ rpcUrl, addressBook: { ...addressBook, chainId: 1 } }),
    ).rejects.toMatchObject({ code: 'CHAIN_ID_MISMATCH' });
    await expect(createChainClient({ rpcUrl, addressBook: elsewhere })).rejects.toMatchObject({
      code: 'CHAIN_CONTRACTS_MISSING',
    });
    await expect(
      createChainClient({ rpcUrl: 'http://127.0.0.1:9', addressBook }),
    ).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
  });

  it('knows a node’s signer and whether its stake covers its classes', async () => {
    const { operator, signer } = await chain.addNode([WORK_CLASSES.query, WORK_CLASSES.compute]);

    expect(await readNodeStanding(chain.client, operator)).toMatchObject({
      signer: signer.address,
      classes: [0, 1],
      staked: true,
    });
    expect(await readNodeStanding(chain.client, gateway.address)).toMatchObject({
      signer: undefined,
      staked: false,
    });
  });
});

describe('the transaction queue', () => {
  it('sends again what a killed chain has lost', async () => {
    const { account, queue } = await chain.openAccount(0n);
    const to = privateKeyToAccount(generatePrivateKey()).address;
    const { publicClient } = chain.client;

    const receipt = await queue.submit({ to, data: '0x', value: 7n, label: 'a gift' });
    process.kill(chain.supervisor.pid() ?? -1, 'SIGKILL');
    let balance = 0n;
    for (let tries = 0; tries < 100 && balance === 0n; tries++) {
      await delay(200);
      await queue.resendLost().catch(() => undefined);
      balance = await publicClient.getBalance({ address: to }).catch(() => 0n);
    }

    expect(receipt.status).toBe('success');
    expect(balance).toBe(7n);
    expect(await publicClient.getTransactionCount({ address: account.address })).toBe(1);
  });

  it('names what failed and why, and keeps its nonce for the next one', async () => {
    const { queue } = await chain.openAccount(0n);
    const { closeEpoch } = await import('../src/index.ts');
    const to = privateKeyToAccount(generatePrivateKey()).address;

    const closeAllThatEnded = async (): Promise<never> => {
      for (;;) await queue.submit(closeEpoch(chain.client));
    };

    await expect(closeAllThatEnded()).rejects.toMatchObject({
      code: 'TRANSACTION_REVERTED',
      message: expect.stringMatching(
        /close the reward epoch: refused. Node rewards: epoch running \(epoch \d+, ends at /,
      ),
    });
    expect((await queue.submit({ to, data: '0x', value: 1n, label: 'a gift' })).status).toBe(
      'success',
    );
  });
});
