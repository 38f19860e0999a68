import { parseAbi, parseAbiItem, zeroAddress, zeroHash } from 'viem';
import { verifiersOf } from './definitions/stake.ts';
import type { Fact, VerifyInput } from './verify.ts';

const timelockRolesAbi = parseAbi([
  'function PROPOSER_ROLE() view returns (bytes32)',
  'function CANCELLER_ROLE() view returns (bytes32)',
  'function EXECUTOR_ROLE() view returns (bytes32)',
]);
const roleGranted = parseAbiItem(
  'event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)',
);
const roleRevoked = parseAbiItem(
  'event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)',
);
const verifierRegistered = parseAbiItem(
  'event VerifierRegistered(address indexed verifier, uint256 maxSlash, bool mayConvict)',
);
const verifierRemoved = parseAbiItem('event VerifierRemoved(address indexed verifier)');

/**
 * Everybody who holds a role, from the events since the deployment: a list that can be complete,
 * unlike a question about accounts one happens to think of. The deployer is on it nowhere.
 */
export async function readRoleHolders(input: VerifyInput): Promise<readonly Fact[]> {
  const { publicClient, plan, deployedAtBlock: fromBlock } = input;
  const { TimelockController: timelock, DDAIGovernor: governor, Staking: staking } = plan.contracts;
  const [granted, revoked, registered, removed, proposer, canceller, executor] = await Promise.all([
    publicClient.getLogs({ address: timelock, event: roleGranted, fromBlock, strict: true }),
    publicClient.getLogs({ address: timelock, event: roleRevoked, fromBlock, strict: true }),
    publicClient.getLogs({ address: staking, event: verifierRegistered, fromBlock, strict: true }),
    publicClient.getLogs({ address: staking, event: verifierRemoved, fromBlock, strict: true }),
    publicClient.readContract({
      address: timelock,
      abi: timelockRolesAbi,
      functionName: 'PROPOSER_ROLE',
    }),
    publicClient.readContract({
      address: timelock,
      abi: timelockRolesAbi,
      functionName: 'CANCELLER_ROLE',
    }),
    publicClient.readContract({
      address: timelock,
      abi: timelockRolesAbi,
      functionName: 'EXECUTOR_ROLE',
    }),
  ]);
  const key = (role: string, account: string): string => `${role}/${account}`;
  const holders = standing(
    granted.map((log) => ({ at: log, key: key(log.args.role, log.args.account) })),
    revoked.map((log) => ({ at: log, key: key(log.args.role, log.args.account) })),
  );
  const verifiers = standing(
    registered.map((log) => ({ at: log, key: log.args.verifier })),
    removed.map((log) => ({ at: log, key: log.args.verifier })),
  );
  return [
    {
      contract: 'TimelockController',
      name: 'role holders',
      expected: [
        key(zeroHash, timelock),
        key(proposer, governor),
        key(canceller, governor),
        key(executor, zeroAddress),
      ].sort(byLowerCase),
      actual: holders.sort(byLowerCase),
    },
    {
      contract: 'Staking',
      name: 'verifiers',
      expected: verifiersOf(plan.context)
        .map(({ account }) => account)
        .sort(byLowerCase),
      actual: verifiers.sort(byLowerCase),
    },
  ];
}

interface Change {
  readonly at: { readonly blockNumber: bigint; readonly logIndex: number };
  readonly key: string;
}

/** Keys whose last change was a grant. */
function standing(granted: readonly Change[], revoked: readonly Change[]): string[] {
  const changes = [
    ...granted.map((change) => ({ ...change, holds: true })),
    ...revoked.map((change) => ({ ...change, holds: false })),
  ].sort((a, b) => Number(a.at.blockNumber - b.at.blockNumber) || a.at.logIndex - b.at.logIndex);
  const holds = new Map(changes.map(({ key, holds }) => [key, holds]));
  return [...holds].filter(([, held]) => held).map(([key]) => key);
}

function byLowerCase(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}
