import { join } from 'node:path';
import { readEarnings } from '@ddai/chain';
import { silentLogger, systemClock } from '@ddai/core';
import {
  type SignedVoucher,
  type SigningScope,
  voucherTypedData,
  WORK_CLASSES,
} from '@ddai/protocol';
import { createFileStore } from '@ddai/storage';
import {
  createTemporaryDirectory,
  startTestChain,
  type TemporaryDirectory,
  type TestChain,
} from '@ddai/testkit';
import { type Address, parseEther } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVoucherWallet, type VoucherWallet } from '../src/earnings/voucher-wallet.ts';

let chain: TestChain;
let directory: TemporaryDirectory;
let scope: SigningScope;
const gateway = privateKeyToAccount(generatePrivateKey());

beforeAll(async () => {
  chain = await startTestChain();
  directory = createTemporaryDirectory();
  scope = {
    chainId: chain.client.chainId,
    verifyingContract: chain.client.addressBook.contracts.PaymentsEscrow,
  };
});
afterAll(async () => {
  await chain.stop();
  directory.remove();
});

const sign = async (
  voucher: Omit<SignedVoucher, 'signature'>,
  where: SigningScope = scope,
): Promise<SignedVoucher> => ({
  ...voucher,
  signature: await gateway.signTypedData(voucherTypedData(where, voucher)),
});

interface Setup {
  readonly node: Address;
  readonly payer: Address;
  readonly wallet: VoucherWallet;
  readonly reopen: () => VoucherWallet;
  readonly voucher: (cumulative: bigint) => Promise<SignedVoucher>;
}

const setUp = async ({
  creditLimit = parseEther('5'),
  deposit = parseEther('50'),
} = {}): Promise<Setup> => {
  const { operator: node, operatorQueue: queue } = await chain.addNode([WORK_CLASSES.query]);
  const { payer } = await chain.addPayer(gateway.address, deposit);
  const store = createFileStore(join(directory.path, node));
  const reopen = (): VoucherWallet =>
    createVoucherWallet(
      { node, creditLimit },
      { chain: chain.client, queue, store, scope, clock: systemClock, logger: silentLogger },
    );
  const voucher = (cumulative: bigint): Promise<SignedVoucher> =>
    sign({ payer, signer: gateway.address, node, workClass: WORK_CLASSES.query, cumulative });
  return { node, payer, wallet: reopen(), reopen, voucher };
};

describe('a node’s voucher wallet', () => {
  it('keeps the highest voucher across a restart and collects it once', async () => {
    const { node, wallet, reopen, voucher } = await setUp();
    await wallet.accept(await voucher(parseEther('2')));
    const older = await wallet.accept(await voucher(parseEther('1')));
    const again = reopen();

    const first = await again.collect();
    const second = await again.collect();

    expect(older).toBe(parseEther('2'));
    expect([first, second]).toEqual([parseEther('2'), 0n]);
    expect((await readEarnings(chain.client, node)).held).toBe(parseEther('2'));
  });

  it('refuses a voucher for another node, chain or escrow, and one with a changed amount', async () => {
    const { node, payer, wallet, voucher } = await setUp();
    const terms = {
      payer,
      signer: gateway.address,
      node,
      workClass: WORK_CLASSES.query,
      cumulative: 5n,
    } as const;
    const foreignNode = await sign({ ...terms, node: payer });
    const foreignChain = await sign(terms, { ...scope, chainId: 1 });
    const foreignEscrow = await sign(terms, { ...scope, verifyingContract: payer });
    const changed = { ...(await voucher(5n)), cumulative: 500n };

    await expect(wallet.accept(foreignNode)).rejects.toMatchObject({ code: 'VOUCHER_FOREIGN' });
    for (const voucher_ of [foreignChain, foreignEscrow, changed]) {
      await expect(wallet.accept(voucher_)).rejects.toMatchObject({
        code: 'VOUCHER_SIGNATURE_WRONG',
      });
    }
    expect(wallet.list()).toEqual([]);
  });

  it('keeps nothing of a key that the payer never authorised', async () => {
    const { wallet, voucher } = await setUp();
    const stranger = privateKeyToAccount(generatePrivateKey());
    const { signature: _, ...terms } = { ...(await voucher(5n)), signer: stranger.address };
    const signature = await stranger.signTypedData(voucherTypedData(scope, terms));

    await expect(wallet.accept({ ...terms, signature })).rejects.toMatchObject({
      code: 'VOUCHER_SIGNER_UNAUTHORISED',
    });
    expect(wallet.list()).toEqual([]);
  });

  it('works on credit up to its limit, collects to go on, and then refuses', async () => {
    const { payer, wallet, voucher } = await setUp({ creditLimit: parseEther('3') });
    const work = {
      payer,
      gatewaySigner: gateway.address,
      workClass: WORK_CLASSES.query,
      price: parseEther('2'),
    };
    await wallet.assertCredit(work);
    wallet.recordDelivered(work);
    await expect(wallet.assertCredit(work)).rejects.toMatchObject({
      code: 'PAYER_CREDIT_EXHAUSTED',
    });

    await wallet.accept(await voucher(parseEther('2')));
    await wallet.assertCredit(work);

    expect(await wallet.collect()).toBe(0n); // The limit made it collect already.
  });

  it('does not work for a payer whose escrow could not pay, or a key it never authorised', async () => {
    const { payer, wallet } = await setUp({ deposit: parseEther('1') });
    const work = {
      payer,
      gatewaySigner: gateway.address,
      workClass: WORK_CLASSES.query,
      price: parseEther('2'),
    };
    const stranger = privateKeyToAccount(generatePrivateKey()).address;

    await expect(wallet.assertCredit(work)).rejects.toMatchObject({ code: 'PAYER_CANNOT_PAY' });
    await expect(
      wallet.assertCredit({ ...work, gatewaySigner: stranger, price: 1n }),
    ).rejects.toMatchObject({ code: 'PAYER_CANNOT_PAY' });
  });
});
