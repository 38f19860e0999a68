import {
  ddaiGovernorAbi,
  ddaiTokenAbi,
  emissionsControllerAbi,
  featureTiersAbi,
  nodeRegistryAbi,
  paymentsEscrowAbi,
  protocolRegistryAbi,
  stakingAbi,
} from '@ddai/protocol';
import {
  type Abi,
  type Address,
  getAddress,
  parseAbi,
  parseAbiItem,
  parseEther,
  sliceHex,
  zeroAddress,
} from 'viem';
import { minimumStakes, PROXIED } from './plan.ts';
import { packTiers } from './tier-table.ts';
import type { Fact, VerifyInput } from './verify.ts';

/** ERC-1967: keccak256('eip1967.proxy.implementation') − 1. */
const IMPLEMENTATION_SLOT = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';
const timelockAbi = parseAbi([
  'function getMinDelay() view returns (uint256)',
  'function timeUnit() view returns (uint256)',
]);
const transferEvent = parseAbiItem(
  'event Transfer(address indexed from, address indexed to, uint256 value)',
);

type Question = readonly [
  contract: string,
  functionName: string,
  args: readonly unknown[],
  expected: unknown,
];

/** Every parameter and every wired address, as the contracts answer. */
export async function readFacts(input: VerifyInput): Promise<readonly Fact[]> {
  const { publicClient, plan } = input;
  const asked = questions(input).map(async ([contract, functionName, args, expected]) => {
    const actual = await publicClient.readContract({
      address: plan.contracts[contract as keyof typeof plan.contracts],
      abi: ABIS[contract as keyof typeof ABIS] as Abi,
      functionName,
      args,
    });
    return { contract, name: `${functionName}(${args.join()})`, expected, actual };
  });
  const [answers, implementations, minted] = await Promise.all([
    Promise.all(asked),
    readImplementations(input),
    readMinted(input),
  ]);
  return [...answers, ...implementations, minted];
}

const ABIS = {
  DDAIToken: ddaiTokenAbi,
  TimelockController: timelockAbi,
  DDAIGovernor: ddaiGovernorAbi,
  Staking: stakingAbi,
  NodeRegistry: nodeRegistryAbi,
  PaymentsEscrow: paymentsEscrowAbi,
  EmissionsController: emissionsControllerAbi,
  FeatureTiers: featureTiersAbi,
  ProtocolRegistry: protocolRegistryAbi,
} as const;

function questions({ plan, parameters: set, parties }: VerifyInput): readonly Question[] {
  const at = plan.contracts;
  const governed: readonly Question[] = PROXIED.flatMap((name) => [
    [name, 'timelock', [], at.TimelockController] as const,
    [name, 'timeUnit', [], set.timeUnit] as const,
  ]);
  const minimums: readonly Question[] = minimumStakes(set).map((amount, workClass) => [
    'PaymentsEscrow',
    'minimumStake',
    [workClass],
    amount,
  ]);
  const bonded: readonly Question[] = set.bondedShares.map((share, workClass) => [
    'EmissionsController',
    'bondedShareBps',
    [workClass],
    share,
  ]);
  return [
    ...governed,
    ...minimums,
    ...bonded,
    ['DDAIToken', 'INITIAL_SUPPLY', [], parseEther('10000000000')],
    ['TimelockController', 'getMinDelay', [], set.timelockDelay],
    ['TimelockController', 'timeUnit', [], set.timeUnit],
    ['DDAIGovernor', 'timelock', [], at.TimelockController],
    ['DDAIGovernor', 'token', [], at.Staking],
    ['DDAIGovernor', 'timeUnit', [], set.timeUnit],
    ['DDAIGovernor', 'votingDelay', [], set.votingDelay],
    ['DDAIGovernor', 'votingPeriod', [], set.votingPeriod],
    ['DDAIGovernor', 'lateQuorumVoteExtension', [], set.lateQuorumExtension],
    ['DDAIGovernor', 'proposalThreshold', [], set.proposalThreshold],
    ['DDAIGovernor', 'quorumNumerator', [], set.quorumPercent],
    ['DDAIGovernor', 'QUORUM_FLOOR', [], parseEther('50000000')],
    ['Staking', 'token', [], at.DDAIToken],
    ['Staking', 'escrow', [], at.PaymentsEscrow],
    ['Staking', 'protocolRegistry', [], at.ProtocolRegistry],
    ['Staking', 'thawPeriod', [], set.stakeThaw],
    ['Staking', 'reporterShareBps', [], set.reporterShareBps],
    ['NodeRegistry', 'staking', [], at.Staking],
    ['NodeRegistry', 'escrow', [], at.PaymentsEscrow],
    ['NodeRegistry', 'emissions', [], at.EmissionsController],
    ['PaymentsEscrow', 'token', [], at.DDAIToken],
    ['PaymentsEscrow', 'staking', [], at.Staking],
    ['PaymentsEscrow', 'nodeRegistry', [], at.NodeRegistry],
    ['PaymentsEscrow', 'emissions', [], at.EmissionsController],
    ['PaymentsEscrow', 'featureTiers', [], at.FeatureTiers],
    ['PaymentsEscrow', 'protocolRegistry', [], at.ProtocolRegistry],
    ['PaymentsEscrow', 'payerThawPeriod', [], set.payerThaw],
    ['PaymentsEscrow', 'earningsMaturity', [], set.earningsMaturity],
    ['PaymentsEscrow', 'fee', [], [set.feeBps, set.burnShareBps]],
    ['PaymentsEscrow', 'treasury', [], at.TimelockController],
    ['PaymentsEscrow', 'tierTable', [], packTiers(set.tiers)],
    ['EmissionsController', 'token', [], at.DDAIToken],
    ['EmissionsController', 'escrow', [], at.PaymentsEscrow],
    ['EmissionsController', 'nodeRegistry', [], at.NodeRegistry],
    ['EmissionsController', 'votes', [], at.Staking],
    ['EmissionsController', 'epochLength', [], set.epochLength],
    ['EmissionsController', 'streamPerEpoch', [], set.streamPerEpoch],
    ['EmissionsController', 'nextWeights', [], set.weights],
    ['EmissionsController', 'corridor', [], set.corridor],
    ['FeatureTiers', 'staking', [], at.Staking],
    ['FeatureTiers', 'escrow', [], at.PaymentsEscrow],
    ['FeatureTiers', 'tierTable', [], packTiers(set.tiers)],
    ['ProtocolRegistry', 'token', [], at.DDAIToken],
    ['ProtocolRegistry', 'pauseGuardian', [], parties.pauseGuardian],
    ['ProtocolRegistry', 'minGatewayBond', [], set.minGatewayBond],
  ];
}

async function readImplementations({ publicClient, plan }: VerifyInput): Promise<readonly Fact[]> {
  return Promise.all(
    PROXIED.map(async (name) => {
      const word = await publicClient.getStorageAt({
        address: plan.contracts[name],
        slot: IMPLEMENTATION_SLOT,
      });
      return {
        contract: name,
        name: 'implementation',
        expected: plan.implementations[name],
        actual: word === undefined ? zeroAddress : getAddress(sliceHex(word, 12)),
      };
    }),
  );
}

/** What the token minted, which balances no longer tell once tokens moved. */
async function readMinted({ publicClient, plan, deployedAtBlock }: VerifyInput): Promise<Fact> {
  const logs = await publicClient.getLogs({
    address: plan.contracts.DDAIToken,
    event: transferEvent,
    args: { from: zeroAddress },
    fromBlock: deployedAtBlock,
    strict: true,
  });
  return {
    contract: 'DDAIToken',
    name: 'launch allocations',
    expected: plan.allocations.map(({ holder, amount }) => line(holder, amount)),
    actual: logs.map(({ args }) => line(args.to, args.value)),
  };
}

const line = (holder: Address, amount: bigint): string => `${holder} ${amount}`;
