// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Proxy} from "../../src/Proxy.sol";
import {TrainingRegistry} from "../../src/TrainingRegistry.sol";
import {ITrainingRegistry} from "../../src/interfaces/ITrainingRegistry.sol";
import {COMPUTE} from "../../src/types/WorkClass.sol";
import {ProtocolTest} from "./ProtocolTest.sol";
import {vm} from "./Vm.sol";

/// @dev A training registry that the escrow pays for, one job's terms, and its moves.
abstract contract TrainingTest is ProtocolTest {
    address internal constant OWNER = address(0x0a11CE0000000000000000000000000000000001);
    address internal constant COORDINATOR = address(0xc00d000000000000000000000000000000000002);
    address internal constant NODE_A = address(0xA000000000000000000000000000000000000003);
    address internal constant NODE_B = address(0xB000000000000000000000000000000000000004);

    TrainingRegistry internal training;

    function setUp() public virtual override {
        super.setUp();
        TrainingRegistry implementation =
            new TrainingRegistry(token, escrow, protocolRegistry, address(timelock), UNIT);
        bytes memory data = abi.encodeCall(TrainingRegistry.initialize, ());
        training = TrainingRegistry(address(new Proxy(address(implementation), data)));
        vm.startPrank(address(timelock));
        escrow.announceWorkSource(COMPUTE, address(training));
        vm.warp(START + 21 days);
        escrow.registerWorkSource(COMPUTE, address(training));
        vm.stopPrank();
        vm.warp(START);
        stakeFor(NODE_A, MIN_COMPUTE);
        stakeFor(NODE_B, MIN_COMPUTE);
    }

    function terms() internal view returns (ITrainingRegistry.Terms memory) {
        return ITrainingRegistry.Terms({
            termsHash: keccak256("terms"),
            coordinator: COORDINATOR,
            rounds: 3,
            minCohort: 4,
            minOperators: 3,
            privacyUnit: ITrainingRegistry.PrivacyUnit.None,
            epsilonMilli: 0,
            deltaExponent: 0,
            deadline: uint48(block.timestamp + 30 days),
            budget: 100e18
        });
    }

    function createJob(ITrainingRegistry.Terms memory wanted) internal returns (uint256 jobId) {
        prepareOwner(wanted.budget);
        vm.prank(OWNER);
        return training.createJob(wanted);
    }

    function refuse(ITrainingRegistry.Terms memory wanted, bytes memory reason) internal {
        prepareOwner(wanted.budget);
        vm.expectRevert(reason);
        vm.prank(OWNER);
        training.createJob(wanted);
    }

    function refusePrivacy(ITrainingRegistry.PrivacyUnit unit, uint32 epsilon, uint8 delta)
        internal
    {
        ITrainingRegistry.Terms memory bad = terms();
        (bad.privacyUnit, bad.epsilonMilli, bad.deltaExponent) = (unit, epsilon, delta);
        refuse(
            bad,
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryPrivacyInvalid.selector, unit, epsilon, delta
            )
        );
    }

    function refuseSurvivors(uint256 jobId, uint16 survivors, uint16 operators) internal {
        ITrainingRegistry.Round memory round = unpaidRound(1);
        (round.survivors, round.operators) = (survivors, operators);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryRoundTooSmall.selector,
                jobId,
                survivors,
                operators
            )
        );
        commit(jobId, round);
    }

    function commit(uint256 jobId, ITrainingRegistry.Round memory round) internal {
        vm.prank(COORDINATOR);
        training.commitRound(jobId, round);
    }

    function complete(uint256 jobId) internal {
        vm.prank(COORDINATOR);
        training.completeJob(jobId, keccak256("receipt"), keccak256("model"));
    }

    function unpaidRound(uint16 number) internal pure returns (ITrainingRegistry.Round memory) {
        return paidRound(number, 0, 0);
    }

    function paidRound(uint16 number, bytes32 root, uint256 rewards)
        internal
        pure
        returns (ITrainingRegistry.Round memory)
    {
        return ITrainingRegistry.Round({
            number: number,
            survivors: 5,
            operators: 3,
            aggregateHash: keccak256("aggregate"),
            recordHead: keccak256("head"),
            rewardRoot: root,
            rewards: uint128(rewards)
        });
    }

    function rewardTree(uint256 forA, uint256 forB)
        internal
        pure
        returns (bytes32 root, bytes32[] memory proofA, bytes32[] memory proofB)
    {
        bytes32 a = keccak256(bytes.concat(keccak256(abi.encode(NODE_A, forA))));
        bytes32 b = keccak256(bytes.concat(keccak256(abi.encode(NODE_B, forB))));
        root = a < b ? keccak256(bytes.concat(a, b)) : keccak256(bytes.concat(b, a));
        (proofA, proofB) = (new bytes32[](1), new bytes32[](1));
        (proofA[0], proofB[0]) = (b, a);
    }

    function cohortTooSmall(uint256 cohort, uint256 operators)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ITrainingRegistry.TrainingRegistryCohortTooSmall.selector, cohort, operators
        );
    }

    function roundsOutOfBounds(uint256 rounds) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ITrainingRegistry.TrainingRegistryRoundsOutOfBounds.selector, rounds, 10_000
        );
    }

    function deadlineOutOfBounds(uint256 deadline) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ITrainingRegistry.TrainingRegistryDeadlineOutOfBounds.selector,
            deadline,
            START + 1 days,
            START + 365 days
        );
    }

    function rewardsInvalid(bytes32 root, uint256 rewards) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ITrainingRegistry.TrainingRegistryRewardsInvalid.selector, root, rewards
        );
    }

    function wrongProof(uint256 jobId, uint256 number, address node)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ITrainingRegistry.TrainingRegistryWrongProof.selector, jobId, number, node
        );
    }

    function notOpen(uint256 jobId, ITrainingRegistry.Status status)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ITrainingRegistry.TrainingRegistryNotOpen.selector, jobId, status
        );
    }

    function stillRunning(uint256 jobId, uint256 until) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ITrainingRegistry.TrainingRegistryStillRunning.selector, jobId, until
        );
    }

    function nothingToReclaim(uint256 jobId, uint256 from) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ITrainingRegistry.TrainingRegistryNothingToReclaim.selector, jobId, from
        );
    }

    function prepareOwner(uint256 budget) private {
        uint256 deposit = budget * 11 / 10;
        if (deposit > 0) fund(OWNER, deposit);
        vm.prank(OWNER);
        token.approve(address(training), deposit);
    }
}
