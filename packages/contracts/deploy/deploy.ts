import { DdaiError } from '@ddai/core';
import type { AddressBook } from '@ddai/protocol';
import { encodeFunctionData, type PublicClient } from 'viem';
import { assertCreate2Deployer, factoryAbi, factoryAddress, factoryCreation } from './factory.ts';
import type { Parties, ProtocolParameters } from './parameters.ts';
import { type Plan, planDeployment, type Step } from './plan.ts';
import {
  type Call,
  type ChainAccess,
  createChainAccess,
  type TransactionSender,
} from './sender.ts';
import { assertFacts, type Fact, holds, readProtocol } from './verify.ts';

export interface DeployOptions {
  readonly publicClient: PublicClient;
  /** Pays for the deployment and ends it without any power over it. */
  readonly sender: TransactionSender;
  readonly parameters: ProtocolParameters;
  readonly parties: Parties;
  /**
   * Part of every address: the same deployer gets a second protocol under a second name.
   * Default `ddai-v1`.
   */
  readonly deployment?: string;
  /**
   * What a completed deploy gave, if there was one. The protocol must be that one, and what differs
   * from the parameters is then the DAO's doing: it is reported and not refused.
   */
  readonly established?: AddressBook;
  /** Told of every contract, in order, once it is known to be on chain. */
  readonly onStep?: (step: DeployedStep) => void;
}

export interface DeployedStep {
  readonly name: string;
  readonly address: `0x${string}`;
  /** `present` when an earlier run had put it there. */
  readonly outcome: 'deployed' | 'present';
}

export interface DeployResult {
  readonly addressBook: AddressBook;
  /** What was read back from the chain and found as it should be. */
  readonly facts: readonly Fact[];
  /** Those of the facts that the DAO changed since; none on a first deploy. */
  readonly changed: readonly Fact[];
  /** Contracts that this run created; none on a second run. */
  readonly created: number;
}

/**
 * Deploys the whole protocol, or what of it is missing, and asserts the result on chain.
 *
 * A run can die anywhere and be started again with the same options: every address follows from
 * deployer, deployment name and contract name, so the chain itself says what is left to do. Nobody
 * gets a role on the way; constructors and initialisers wire everything, initialisation being part
 * of the transaction that creates a proxy.
 *
 * @example
 * const { addressBook } = await deployProtocol({
 *   publicClient,
 *   sender: walletClient,
 *   parameters: protocolParameters('local'),
 *   parties: { market, pauseGuardian },
 * });
 * @throws {DdaiError} `DEPLOY_CREATE2_MISSING`, `DEPLOY_STEP_FAILED`, `DEPLOY_MISMATCH`,
 * `DEPLOY_ARTIFACT_INVALID`, and `CHAIN_STATE_STALE` when the established protocol is not on this chain
 */
export async function deployProtocol(options: DeployOptions): Promise<DeployResult> {
  const { publicClient, parameters, parties, established, onStep } = options;
  const chain = await createChainAccess(publicClient, options.sender);
  const factory = factoryAddress();
  const plan = planDeployment({
    factory,
    deployer: chain.deployer,
    deployment: options.deployment ?? 'ddai-v1',
    parameters,
    parties,
  });

  // What a run that died had sent counts as done once it is mined.
  await chain.settled();
  if (established !== undefined) await assertEstablished(chain, plan, established);
  let created = await ensureFactory(chain, factory);
  for (const wave of plan.waves) {
    created += await deployWave(chain, factory, wave, onStep);
  }
  const deployedAtBlock = await firstBlock(publicClient, factory, plan);
  const facts = await readProtocol({ publicClient, plan, deployedAtBlock });
  const changed = facts.filter((fact) => !holds(fact));
  if (established === undefined || created > 0) assertFacts(facts);
  return {
    addressBook: {
      chainId: chain.chainId,
      deployedAtBlock: Number(deployedAtBlock),
      contracts: plan.contracts,
    },
    facts,
    changed,
    created,
  };
}

/**
 * Before anything is sent. A local chain that lost its last second may miss some contracts, which are
 * put back; one that has none of them is another chain.
 */
async function assertEstablished(
  chain: ChainAccess,
  plan: Plan,
  established: AddressBook,
): Promise<void> {
  const { DDAIToken } = plan.contracts;
  const stale = (reason: string): DdaiError =>
    new DdaiError({
      code: 'CHAIN_STATE_STALE',
      message: `chain ${chain.chainId} is not the one that the address book belongs to: ${reason}`,
      remedy:
        'Erase the local network with `npx ddai reset`, or use another state folder or deployment name.',
      fields: { chainId: chain.chainId, expected: established.contracts.DDAIToken },
    });
  if (established.contracts.DDAIToken.toLowerCase() !== DDAIToken.toLowerCase())
    throw stale('its contracts are of another version, or another key deployed them');
  if (!(await chain.hasCode(DDAIToken))) throw stale('it does not hold the token');
}

async function ensureFactory(chain: ChainAccess, factory: `0x${string}`): Promise<number> {
  if (await chain.hasCode(factory)) return 0;
  await assertCreate2Deployer(chain);
  await chain.sendAll([factoryCreation()]);
  await assertDeployed(chain, 'DeterministicFactory', factory);
  return 1;
}

/** Sends what of a wave is missing, all at once: it needs one block, not one block each. */
async function deployWave(
  chain: ChainAccess,
  factory: `0x${string}`,
  wave: readonly Step[],
  onStep: DeployOptions['onStep'],
): Promise<number> {
  const present = await Promise.all(wave.map(({ address }) => chain.hasCode(address)));
  const missing = wave.filter((_, index) => !present[index]);
  await chain.sendAll(missing.map((step) => creationCall(factory, step)));
  for (const [index, { name, address }] of wave.entries()) {
    await assertDeployed(chain, name, address);
    onStep?.({ name, address, outcome: present[index] ? 'present' : 'deployed' });
  }
  return missing.length;
}

function creationCall(factory: `0x${string}`, { salt, initCode }: Step): Call {
  return {
    to: factory,
    data: encodeFunctionData({
      abi: factoryAbi,
      functionName: 'deploy',
      args: [salt, initCode],
    }),
  };
}

/** The code counts, not the receipt: a transaction of a run that died may have come first. */
async function assertDeployed(
  chain: ChainAccess,
  name: string,
  address: `0x${string}`,
): Promise<void> {
  if (await chain.hasCode(address)) return;
  throw new DdaiError({
    code: 'DEPLOY_STEP_FAILED',
    message: `${name} is not at ${address} on chain ${chain.chainId} after its transaction`,
    remedy: 'Check the deployer’s balance and the chain’s gas limit, then run the deploy again.',
    fields: { contract: name, address, chainId: chain.chainId },
    retryable: true,
  });
}

/** Where an indexer starts: no event of this deployment is older. */
async function firstBlock(
  publicClient: PublicClient,
  factory: `0x${string}`,
  plan: Plan,
): Promise<bigint> {
  const blocks = await Promise.all(
    Object.values(plan.contracts).map((location) =>
      publicClient.readContract({
        address: factory,
        abi: factoryAbi,
        functionName: 'deployedAt',
        args: [location],
      }),
    ),
  );
  return blocks.reduce((first, block) => (block < first ? block : first));
}
