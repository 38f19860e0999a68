import { DdaiError } from '@ddai/core';
import { ddaiTokenAbi, paymentsEscrowAbi, stakingAbi } from '@ddai/protocol';
import { encodeFunctionData, parseEther, zeroHash } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type DeployOptions,
  type DeployResult,
  deployProtocol,
  protocolParameters,
  type TransactionSender,
} from '../deploy/index.ts';
import { type Anvil, startAnvil } from './support/anvil.ts';

/** Factory, then 21 in the first wave, 13 proxies, the governor. */
const TRANSACTIONS = 36;

let anvil: Anvil;
let snapshot: `0x${string}`;

beforeAll(async () => {
  anvil = await startAnvil();
});
afterAll(() => anvil.stop());
beforeEach(async () => {
  snapshot = await anvil.testClient.snapshot();
});
afterEach(() => anvil.testClient.revert({ id: snapshot }));

function options(overrides: Partial<DeployOptions> = {}): DeployOptions {
  return {
    publicClient: anvil.publicClient,
    sender: anvil.walletOf(0),
    parameters: protocolParameters('local'),
    parties: {
      market: anvil.walletOf(1).account.address,
      pauseGuardian: anvil.walletOf(2).account.address,
      slashGuardian: anvil.walletOf(2).account.address,
      seed: anvil.walletOf(3).account.address,
      team: anvil.walletOf(4).account.address,
      airdropRoot: zeroHash,
    },
    ...overrides,
  };
}

const withoutCount = ({ addressBook, facts }: DeployResult): unknown => ({ addressBook, facts });

/** Sends `count` transactions, then dies as a killed process does: without a word. */
function dyingSender(count: number): TransactionSender {
  const wallet = options().sender;
  let sent = 0;
  return {
    account: wallet.account,
    sendTransaction: async (request) => {
      if (sent === count) throw new Error('killed');
      sent += 1;
      return wallet.sendTransaction(request);
    },
  };
}

describe('deployProtocol', () => {
  test('deploys local parameters and reads every one of them back', async () => {
    const { addressBook, facts, created } = await deployProtocol(options());

    expect(created).toBe(TRANSACTIONS);
    expect(facts.length).toBeGreaterThan(60);
    const { contracts } = addressBook;
    expect(
      await anvil.publicClient.readContract({
        address: contracts.DDAIToken,
        abi: ddaiTokenAbi,
        functionName: 'balanceOf',
        args: [anvil.walletOf(1).account.address],
      }),
    ).toBe(parseEther('750000000'));
    expect(
      await anvil.publicClient.readContract({
        address: contracts.Staking,
        abi: stakingAbi,
        functionName: 'thawPeriod',
      }),
    ).toBe(15n);
  });

  test('deploys main parameters under another name of the same deployer', async () => {
    const local = await deployProtocol(options());

    const main = await deployProtocol(
      options({ parameters: protocolParameters('main'), deployment: 'ddai-main-test' }),
    );

    expect(main.created).toBe(TRANSACTIONS - 1);
    expect(main.addressBook.contracts.DDAIToken).not.toBe(local.addressBook.contracts.DDAIToken);
  });

  test('changes nothing in a second run', async () => {
    const first = await deployProtocol(options());
    const nonce = await deployerNonce();

    const second = await deployProtocol(options());

    expect(second.created).toBe(0);
    expect(await deployerNonce()).toBe(nonce);
    expect(withoutCount(second)).toEqual(withoutCount(first));
  });

  test.each(Array.from({ length: TRANSACTIONS }, (_, index) => index))(
    'resumes to the same addresses after a death behind transaction %i',
    async (count) => {
      await expect(deployProtocol(options({ sender: dyingSender(count) }))).rejects.toThrow(
        'killed',
      );

      const resumed = await deployProtocol(options());

      expect(resumed.created).toBe(TRANSACTIONS - count);
    },
  );

  test('resumes while transactions of the dead run still wait to be mined', async () => {
    await deployProtocol(options({ sender: dyingSender(1) })).catch(() => undefined);
    await anvil.testClient.setAutomine(false);
    await deployProtocol(options({ sender: dyingSender(5) })).catch(() => undefined);

    const resuming = deployProtocol(options());
    await anvil.testClient.setAutomine(true);
    const resumed = await resuming;

    expect(resumed.facts.length).toBeGreaterThan(60);
  });

  test('names the first parameter that differs from what is on chain', async () => {
    await deployProtocol(options());

    const other = { ...protocolParameters('local'), feeBps: 400n };
    const error = await deployProtocol(options({ parameters: other })).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(DdaiError);
    expect(error).toMatchObject({
      code: 'DEPLOY_MISMATCH',
      fields: { contract: 'PaymentsEscrow', name: 'fee()', differences: 1 },
    });
  });

  test('reports what the DAO changed since, and refuses nothing', async () => {
    const { addressBook } = await deployProtocol(options());
    await anvil.asTimelock(addressBook.contracts.TimelockController, {
      to: addressBook.contracts.PaymentsEscrow,
      data: encodeFunctionData({
        abi: paymentsEscrowAbi,
        functionName: 'setFee',
        args: [400n, 8_000n],
      }),
    });

    const again = await deployProtocol(options({ established: addressBook }));

    expect(again.created).toBe(0);
    expect(again.changed).toMatchObject([{ contract: 'PaymentsEscrow', name: 'fee()' }]);
    await expect(deployProtocol(options())).rejects.toMatchObject({ code: 'DEPLOY_MISMATCH' });
  });

  test('puts back what a chain lost with its last second', async () => {
    await deployProtocol(options({ sender: dyingSender(12) })).catch(() => undefined);
    await expect.poll(deployerNonce).toBe(12);
    const lost = await anvil.testClient.snapshot();
    const { addressBook } = await deployProtocol(options());
    await anvil.testClient.revert({ id: lost });

    const again = await deployProtocol(options({ established: addressBook }));

    expect(again.created).toBe(TRANSACTIONS - 12);
    expect(again.addressBook).toEqual(addressBook);
  });

  test('sends nothing to a chain that does not hold the established protocol', async () => {
    const empty = await anvil.testClient.snapshot();
    const { addressBook } = await deployProtocol(options());
    await anvil.testClient.revert({ id: empty });
    const nonce = await deployerNonce();

    await expect(deployProtocol(options({ established: addressBook }))).rejects.toMatchObject({
      code: 'CHAIN_STATE_STALE',
    });
    expect(await deployerNonce()).toBe(nonce);
  });

  test('sends nothing when the established protocol is another version', async () => {
    const { addressBook } = await deployProtocol(options({ deployment: 'another-version' }));
    const nonce = await deployerNonce();

    await expect(deployProtocol(options({ established: addressBook }))).rejects.toMatchObject({
      code: 'CHAIN_STATE_STALE',
    });
    expect(await deployerNonce()).toBe(nonce);
  });

  test('refuses parameters outside the bounds in code', async () => {
    const weak = { ...protocolParameters('main'), stakeThaw: 15n };

    await expect(deployProtocol(options({ parameters: weak }))).rejects.toThrow(
      /GovernedOutOfBounds|reverted/,
    );
  });
});

describe('deployProtocol on a chain without the CREATE2 deployer', () => {
  test('says what is missing and sends nothing', async () => {
    const bare = await startAnvil(['--disable-default-create2-deployer']);
    try {
      const error = await deployProtocol(
        options({
          publicClient: bare.publicClient,
          sender: bare.walletOf(0),
        }),
      ).catch((e: unknown) => e);

      expect(error).toMatchObject({ code: 'DEPLOY_CREATE2_MISSING' });
      expect(
        await bare.publicClient.getTransactionCount({ address: bare.walletOf(0).account.address }),
      ).toBe(0);
    } finally {
      await bare.stop();
    }
  });
});

function deployerNonce(): Promise<number> {
  return anvil.publicClient.getTransactionCount({ address: anvil.walletOf(0).account.address });
}
