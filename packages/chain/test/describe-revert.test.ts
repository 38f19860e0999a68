import { protocolErrorsAbi } from '@ddai/protocol';
import { encodeErrorResult, parseEther } from 'viem';
import { expect, test } from 'vitest';
import { describeRevert, remedyFor } from '../src/transactions/describe-revert.ts';

const NODE = '0x00000000000000000000000000000000000000b0';

test('every custom error of the protocol has a remedy', () => {
  const without = protocolErrorsAbi.map(({ name }) => name).filter((name) => !remedyFor(name));
  expect([...new Set(without)]).toEqual([]);
});

test('names contract, reason and values with their units', () => {
  const data = encodeErrorResult({
    abi: protocolErrorsAbi,
    errorName: 'StakingInsufficient',
    args: [NODE, 1, parseEther('10'), parseEther('2.5')],
  });
  expect(describeRevert(data)).toEqual({
    error: 'StakingInsufficient',
    words: `Staking: insufficient (account ${NODE.slice(0, -2)}B0, kind lock, wanted 10 DDAI, available 2.5 DDAI)`,
    remedy: 'Name less, or deposit more first; both amounts are in the message.',
  });
});

test('shows moments as dates and parameters by name', () => {
  const thawing = encodeErrorResult({
    abi: protocolErrorsAbi,
    errorName: 'StakingStillThawing',
    args: [NODE, 0, 1_800_000_000n],
  });
  expect(describeRevert(thawing)?.words).toContain('thaw ends 2027-01-15 08:00:00 UTC');
  const bounds = encodeErrorResult({
    abi: protocolErrorsAbi,
    errorName: 'GovernedOutOfBounds',
    args: [`0x${Buffer.from('feeBps').toString('hex').padEnd(64, '0')}`, 2_000n, 0n, 1_000n],
  });
  expect(describeRevert(bounds)?.words).toBe(
    'Contract: out of bounds (parameter feeBps, value 2000, min 0, max 1000)',
  );
});

test('says nothing about an error that is not ours', () => {
  expect(describeRevert('0xdeadbeef')).toBeUndefined();
});
