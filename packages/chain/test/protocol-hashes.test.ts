import { executionDigest, hashCheckpoint } from '@ddai/protocol';
import { startTestChain, type TestChain } from '@ddai/testkit';
import { keccak256, toHex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readContract } from '../src/calls/contract-call.ts';
import { beaconCommitment } from '../src/checkpoints/beacon-commitment.ts';
import {
  recoverCheckpointSigner,
  signCheckpoint,
  toVote,
} from '../src/checkpoints/checkpoint-votes.ts';

let chain: TestChain;
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.stop());

test('a beacon commitment is what the contract computes', async () => {
  const { account } = await chain.openAccount(0n);
  const secret = keccak256(toHex('secret'));
  const expected = await readContract(chain.client, {
    contract: 'CheckpointManager',
    functionName: 'randomCommitment',
    args: [secret, account.address, 77n],
  });
  expect(beaconCommitment(chain.client, { secret, operator: account.address, epoch: 77n })).toBe(
    expected,
  );
});

test('a checkpoint’s digest is what the contract computes', async () => {
  const signer = privateKeyToAccount(generatePrivateKey());
  const statement = {
    height: 64n,
    blockHash: keccak256(toHex('block')),
    executionDigest: executionDigest(signer.address, 64n, keccak256(toHex('changes'))),
  };
  const expected = await readContract(chain.client, {
    contract: 'CheckpointManager',
    functionName: 'checkpointDigest',
    args: [statement.height, statement.blockHash, statement.executionDigest],
  });
  const { CheckpointManager: verifyingContract } = chain.client.addressBook.contracts;
  expect(hashCheckpoint({ chainId: chain.client.chainId, verifyingContract }, statement)).toBe(
    expected,
  );
});

test('a signed checkpoint names its signer, and its vote is the compact signature', async () => {
  const signer = privateKeyToAccount(generatePrivateKey());
  const signed = await signCheckpoint(chain.client, signer, {
    height: 32n,
    blockHash: keccak256(toHex('block')),
    stateChanges: keccak256(toHex('changes')),
  });
  expect(await recoverCheckpointSigner(chain.client, signed)).toBe(signer.address);
  const { r, vs } = toVote(signed);
  expect(signed.signature.slice(0, 66)).toBe(r);
  const s = BigInt(`0x${signed.signature.slice(66, 130)}`);
  expect(BigInt(vs) & (2n ** 255n - 1n)).toBe(s);
});
