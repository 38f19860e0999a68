import { beaconCommitment, contractCall, readContract } from '@ddai/chain';
import { WORK_CLASSES } from '@ddai/protocol';
import { keccak256, toHex, zeroAddress } from 'viem';
import type { Person, ProtocolChain } from './protocol-chain.ts';

const SEATS = 4;
/** Above a validator's minimum, and few enough jury tickets that two thirds of them win. */
const STAKE = '110000';

/** Four validators with seats in the beacon, driven without commands. */
export interface BeaconCrew {
  readonly validators: readonly Person[];
  /** Begins the next beacon epoch and gives it a value. @return Its number; it is in its second half. */
  completeEpoch(): Promise<bigint>;
}

export async function startBeacon(protocol: ProtocolChain): Promise<BeaconCrew> {
  const { client } = protocol.chain;
  const validators: Person[] = [];
  for (let i = 0; i < SEATS; i++) {
    const validator = await protocol.addNode([WORK_CLASSES.validation], STAKE);
    await validator.queue.submit(
      contractCall(client, {
        contract: 'CheckpointManager',
        functionName: 'enlist',
        args: [zeroAddress],
      }),
    );
    validators.push(validator);
  }
  const [first] = validators;
  if (first === undefined) throw new Error('there are validators');
  const call = (functionName: 'rollSet' | 'rollSeats') =>
    first.queue.submit(
      contractCall(client, { contract: 'CheckpointManager', functionName, args: [] }),
    );
  await call('rollSet');
  await call('rollSeats');

  return { validators, completeEpoch };

  async function completeEpoch(): Promise<bigint> {
    const length = await readContract(client, {
      contract: 'CheckpointManager',
      functionName: 'beaconEpochLength',
      args: [],
    });
    const epoch = await beginSeatedEpoch(length);
    const { operators } = await readContract(client, {
      contract: 'CheckpointManager',
      functionName: 'beaconRound',
      args: [epoch],
    });
    const seats = validators.map((validator) => ({
      validator,
      seat: BigInt(operators.indexOf(validator.account.address)),
      secret: keccak256(toHex(`${validator.account.address}${epoch}`)),
    }));
    for (const { validator, seat, secret } of seats) {
      const commitment = beaconCommitment(client, {
        secret,
        operator: validator.account.address,
        epoch,
      });
      await validator.queue.submit(
        contractCall(client, {
          contract: 'CheckpointManager',
          functionName: 'commitRandom',
          args: [seat, commitment],
        }),
      );
    }
    await protocol.chain.advanceTo(epoch * length + length / 2n);
    for (const { validator, seat, secret } of seats)
      await validator.queue.submit(
        contractCall(client, {
          contract: 'CheckpointManager',
          functionName: 'revealRandom',
          args: [seat, secret],
        }),
      );
    return epoch;
  }

  /** Seats that were silent for an epoch are refilled by the first call of another, for the one after. */
  async function beginSeatedEpoch(length: bigint): Promise<bigint> {
    for (;;) {
      const epoch = (await protocol.now()) / length + 1n;
      await protocol.chain.advanceTo(epoch * length);
      await call('rollSeats');
      const { required } = await readContract(client, {
        contract: 'CheckpointManager',
        functionName: 'beaconRound',
        args: [epoch],
      });
      if (required !== 0n) return epoch;
    }
  }
}
