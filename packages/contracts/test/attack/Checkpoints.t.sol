// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ICheckpointFaults} from "../../src/interfaces/ICheckpointFaults.sol";
import {ICheckpointManager} from "../../src/interfaces/ICheckpointManager.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {WorkTest} from "../base/WorkTest.sol";
import {vm} from "../base/Vm.sol";

contract CheckpointAttacks is WorkTest {
    address private reporter = address(0x4e9);

    function setUp() public override {
        super.setUp();
        formSet(4, 200_000e18);
    }

    function test_reorgUnderACheckpoint_isRefused() public {
        (uint256 height, bytes32 actual) = nextCheckpoint();
        bytes32 forked = keccak256("another branch");
        ICheckpointManager.Vote[] memory all = votes(0, 4, height, forked);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointWrongBlockHash.selector, height, forked, actual
            )
        );
        manager.submitCheckpoint(height, forked, 15, all);
    }

    function test_wrongBlockHash_isSlashedOnceByAnybody() public {
        (uint256 height,) = nextCheckpoint();
        bytes32 forked = keccak256("another branch");
        ICheckpointManager.Vote memory lie = vote(2, height, forked);
        vm.prank(reporter);
        faults.punishWrongHash(height, forked, lie);
        assertEq(staking.collateralOf(validatorAt(2)), 180_000e18, "slashed");
        assertEq(token.balanceOf(reporter), WRONG_HASH / 10, "reporter's share");
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointFaults.CheckpointAlreadyPunished.selector, validatorAt(2), height
            )
        );
        faults.punishWrongHash(height, forked, lie);
    }

    function test_honestSignature_cannotBeSlashed() public {
        (uint256 height, bytes32 actual) = nextCheckpoint();
        ICheckpointManager.Vote memory honest = vote(2, height, actual);
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointFaults.CheckpointHashRight.selector, height, actual)
        );
        faults.punishWrongHash(height, actual, honest);
        vm.roll(height + 300);
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointFaults.CheckpointHashNotOffered.selector, height)
        );
        faults.punishWrongHash(height, keccak256("any"), honest);
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointFaults.CheckpointNoConflict.selector, height)
        );
        faults.punishEquivocation(height, actual, honest, actual, honest);
    }

    function test_equivocation_convictsAndLeavesTheSet() public {
        (uint256 height, bytes32 actual) = nextCheckpoint();
        addValidator(4, 200_000e18);
        bytes32 forked = keccak256("another branch");
        ICheckpointManager.Vote memory first = vote(1, height, actual);
        ICheckpointManager.Vote memory second = vote(1, height, forked);
        vm.prank(reporter);
        faults.punishEquivocation(height, actual, first, forked, second);
        assertTrue(staking.isConvicted(validatorAt(1)), "retired for good");
        assertEq(token.balanceOf(reporter), EQUIVOCATION / 10, "reporter's share");
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointFaults.CheckpointAlreadyPunished.selector, validatorAt(1), height
            )
        );
        faults.punishEquivocation(height, forked, second, actual, first);
        nextEpoch();
        manager.rollSet();
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointNotAMember.selector,
                validatorAt(1),
                block.timestamp / EPOCH
            )
        );
        manager.slotOf(validatorAt(1));
    }

    function test_twoDigestsUnderOneKey_areEquivocation() public {
        (uint256 height, bytes32 actual) = nextCheckpoint();
        ICheckpointManager.Vote memory first = vote(1, height, actual);
        ICheckpointManager.Vote memory second =
            voteWith(keyAt(1), height, actual, keccak256("a guess"));
        faults.punishEquivocation(height, actual, first, actual, second);
        assertTrue(staking.isConvicted(validatorAt(1)), "convicted");
    }

    function test_framing_byTheDigestOfARotatedKey() public {
        (uint256 height, bytes32 actual) = nextCheckpoint();
        ICheckpointManager.Vote memory first = vote(1, height, actual);
        address operator = validatorAt(1);
        uint256 key = 0xd1ff;
        uint256 nonce = nodeRegistry.signerNonce(operator);
        bytes memory proof =
            sign(key, nodeRegistry.signerProofDigest(operator, vm.addr(key), nonce));
        vm.prank(operator);
        nodeRegistry.rotateSigner(vm.addr(key), proof);
        ICheckpointManager.Vote memory second =
            voteWith(key, height, actual, keccak256("keyed by the new one"));
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointFaults.CheckpointNoConflict.selector, height)
        );
        faults.punishEquivocation(height, actual, first, actual, second);
    }

    function test_equivocation_escapeByRotatingRetiringAndThawing() public {
        (uint256 height, bytes32 actual) = nextCheckpoint();
        bytes32 forked = keccak256("another branch");
        ICheckpointManager.Vote memory first = vote(1, height, actual);
        address operator = validatorAt(1);
        uint256 key = 0xd1ff;
        bytes memory proof = sign(
            key,
            nodeRegistry.signerProofDigest(
                operator, vm.addr(key), nodeRegistry.signerNonce(operator)
            )
        );
        vm.startPrank(operator);
        nodeRegistry.rotateSigner(vm.addr(key), proof);
        nodeRegistry.retire();
        staking.thaw(IStaking.Kind.Collateral, 200_000e18);
        vm.stopPrank();
        ICheckpointManager.Vote memory second =
            voteWith(key, height, forked, keccak256("under the new key"));
        faults.punishEquivocation(height, actual, first, forked, second);
        assertEq(
            staking.position(operator, IStaking.Kind.Collateral).thawing, 100_000e18, "slashed"
        );
    }

    function test_framing_byTwoNodesSignatures() public {
        (uint256 height, bytes32 actual) = nextCheckpoint();
        bytes32 forked = keccak256("another branch");
        ICheckpointManager.Vote memory first = vote(1, height, actual);
        ICheckpointManager.Vote memory second = vote(2, height, forked);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointFaults.CheckpointDifferentNodes.selector, validatorAt(1), validatorAt(2)
            )
        );
        faults.punishEquivocation(height, actual, first, forked, second);
    }

    function test_framing_byAStrangersOrMalformedSignature() public {
        (uint256 height,) = nextCheckpoint();
        bytes32 forked = keccak256("another branch");
        ICheckpointManager.Vote memory stranger = voteWith(0xabcdef, height, forked, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointFaults.CheckpointUnknownSigner.selector, vm.addr(0xabcdef)
            )
        );
        faults.punishWrongHash(height, forked, stranger);
        ICheckpointManager.Vote memory empty;
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointFaults.CheckpointUnknownSigner.selector, address(0))
        );
        faults.punishWrongHash(height, forked, empty);
    }

    function test_signatureOfAnotherChain_isNoVoteAndNoFault() public {
        (uint256 height, bytes32 actual) = nextCheckpoint();
        vm.chainId(4242);
        ICheckpointManager.Vote[] memory all = votes(0, 4, height, actual);
        vm.chainId(31_337);
        vm.expectRevert();
        manager.submitCheckpoint(height, actual, 15, all);
    }

    function test_duplicateAndUnsortedVotes_areRefused() public {
        (uint256 height, bytes32 actual) = nextCheckpoint();
        ICheckpointManager.Vote[] memory all = votes(0, 4, height, actual);
        all[3] = all[0];
        expectWrongSigner(3, 0);
        manager.submitCheckpoint(height, actual, 15, all);
        all = votes(0, 4, height, actual);
        (all[0], all[1]) = (all[1], all[0]);
        expectWrongSigner(0, 1);
        manager.submitCheckpoint(height, actual, 15, all);
    }

    function test_strangersSignature_isRefused() public {
        (uint256 height, bytes32 actual) = nextCheckpoint();
        ICheckpointManager.Vote[] memory all = votes(0, 4, height, actual);
        all[2] = voteWith(0xabcdef, height, actual, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointWrongSigner.selector,
                2,
                vm.addr(keyAt(2)),
                vm.addr(0xabcdef)
            )
        );
        manager.submitCheckpoint(height, actual, 15, all);
    }

    function test_stakeThawedWithinTheEpoch_earnsOnlyWhatStayed() public {
        uint256 epoch = block.timestamp / EPOCH;
        finalise(4);
        vm.prank(validatorAt(0));
        staking.thaw(IStaking.Kind.Collateral, 200_000e18);
        nextEpoch();
        assertEq(manager.claimParticipation(validatorAt(0), epoch), 0, "nothing at the end");
    }

    function test_bigStakeOfOneEpoch_cannotTakeTheSetOver() public {
        addValidator(4, 1_000_000_000e18);
        nextEpoch();
        manager.rollSet();
        uint256 weight = manager.validatorSet().weight;
        assertTrue(manager.validator(4).weight * 3 < weight, "below a third: it cannot even block");
    }

    function test_reinitialise_isRefused() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        faults.initialize(1e18, 1e18);
    }

    function expectWrongSigner(uint256 slot, uint256 found) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointWrongSigner.selector,
                slot,
                vm.addr(keyAt(slot)),
                vm.addr(keyAt(found))
            )
        );
    }
}
