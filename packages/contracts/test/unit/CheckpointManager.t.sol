// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICheckpointManager} from "../../src/interfaces/ICheckpointManager.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {VALIDATION} from "../../src/types/WorkClass.sol";
import {WorkTest} from "../base/WorkTest.sol";
import {vm} from "../base/Vm.sol";

contract CheckpointManagerTest is WorkTest {
    function test_submitCheckpoint_finalisesWithTwoThirds() public {
        formSet(6, MIN_VALIDATION);
        uint256 height = finalise(4);
        ICheckpointManager.Checkpoint memory checkpoint = manager.checkpoint(height);
        assertTrue(checkpoint.blockHash == blockhash(height), "hash");
        assertEq(checkpoint.signers, 15, "signers");
        assertEq(manager.validatorSet().lastHeight, height, "last");
        (uint256 signed, uint256 due) =
            manager.participation(validatorAt(0), block.timestamp / EPOCH);
        assertEq(signed, 1, "counted");
        assertEq(due, 1, "due");
    }

    function test_submitCheckpoint_revertsIf_quorumMissing() public {
        formSet(6, MIN_VALIDATION);
        (uint256 height, bytes32 hash) = nextCheckpoint();
        ICheckpointManager.Vote[] memory three = votes(0, 3, height, hash);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointQuorumMissing.selector, 300_000e18, 600_000e18
            )
        );
        manager.submitCheckpoint(height, hash, 7, three);
    }

    function test_submitCheckpoint_revertsIf_heightIsWrong() public {
        formSet(4, MIN_VALIDATION);
        uint256 height = finalise(4);
        bytes32 hash = blockhash(height);
        ICheckpointManager.Vote[] memory all = votes(0, 4, height, hash);
        expectWrongHeight(height, height);
        manager.submitCheckpoint(height, hash, 15, all);
        all = votes(0, 4, height + 1, hash);
        expectWrongHeight(height + 1, height);
        manager.submitCheckpoint(height + 1, hash, 15, all);
        uint256 future = height + INTERVAL;
        all = votes(0, 4, future, hash);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointFutureHeight.selector, future, block.number
            )
        );
        manager.submitCheckpoint(future, hash, 15, all);
    }

    function test_submitCheckpoint_revertsIf_votesDoNotMatchTheBitmap() public {
        formSet(4, MIN_VALIDATION);
        (uint256 height, bytes32 hash) = nextCheckpoint();
        ICheckpointManager.Vote[] memory all = votes(0, 4, height, hash);
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointManager.CheckpointVotesMismatch.selector, 4, 3)
        );
        manager.submitCheckpoint(height, hash, 7, all);
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointManager.CheckpointUnknownSlot.selector, 4)
        );
        manager.submitCheckpoint(height, hash, 31, all);
        ICheckpointManager.Vote[] memory none;
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointManager.CheckpointVotesMismatch.selector, 0, 0)
        );
        manager.submitCheckpoint(height, hash, 0, none);
        all = votes(0, 3, height, hash);
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointManager.CheckpointVotesMismatch.selector, 3, 4)
        );
        manager.submitCheckpoint(height, hash, 15, all);
    }

    function test_submitCheckpoint_revertsIf_setIsOfAnotherEpoch() public {
        formSet(4, MIN_VALIDATION);
        nextEpoch();
        (uint256 height, bytes32 hash) = nextCheckpoint();
        ICheckpointManager.Vote[] memory all = votes(0, 4, height, hash);
        uint256 epoch = block.timestamp / EPOCH;
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointManager.CheckpointSetStale.selector, epoch - 1, epoch)
        );
        manager.submitCheckpoint(height, hash, 15, all);
    }

    function test_submitCheckpoint_acceptsAHashThatTheChainNoLongerOffers() public {
        formSet(4, MIN_VALIDATION);
        (uint256 height,) = nextCheckpoint();
        vm.roll(height + 400);
        bytes32 hash = keccak256("known to the validators");
        manager.submitCheckpoint(height, hash, 15, votes(0, 4, height, hash));
        assertTrue(manager.checkpoint(height).blockHash == hash, "signed by two thirds");
    }

    function test_addSignatures_countsTheLateOnes() public {
        formSet(4, MIN_VALIDATION);
        uint256 height = finalise(3);
        bytes32 hash = blockhash(height);
        manager.addSignatures(height, 8, votes(3, 1, height, hash));
        assertEq(manager.checkpoint(height).signers, 15, "all");
        (uint256 signed,) = manager.participation(validatorAt(3), block.timestamp / EPOCH);
        assertEq(signed, 1, "counted");
        ICheckpointManager.Vote[] memory again = votes(3, 1, height, hash);
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointManager.CheckpointAlreadySigned.selector, height, 8)
        );
        manager.addSignatures(height, 8, again);
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointManager.CheckpointUnknown.selector, height + INTERVAL)
        );
        manager.addSignatures(height + INTERVAL, 8, again);
    }

    function test_addSignatures_revertsIf_theEpochIsOver() public {
        formSet(4, MIN_VALIDATION);
        uint256 height = finalise(3);
        nextEpoch();
        manager.rollSet();
        ICheckpointManager.Vote[] memory late = votes(3, 1, height, blockhash(height));
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointManager.CheckpointUnknown.selector, height)
        );
        manager.addSignatures(height, 8, late);
    }

    function test_refreshSigner_takesARotatedKeyOver() public {
        formSet(4, MIN_VALIDATION);
        uint256 key = 0xd1ff;
        bytes memory proof = sign(
            key,
            nodeRegistry.signerProofDigest(
                validatorAt(0), vm.addr(key), nodeRegistry.signerNonce(validatorAt(0))
            )
        );
        vm.prank(validatorAt(0));
        nodeRegistry.rotateSigner(vm.addr(key), proof);
        manager.refreshSigner(0);
        assertEq(manager.validator(0).signer, vm.addr(key), "new key");
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointManager.CheckpointUnknownSlot.selector, 9)
        );
        manager.refreshSigner(9);
    }

    function test_claimParticipation_accruesStakeTimesShare() public {
        formSet(4, 200_000e18);
        uint256 epoch = block.timestamp / EPOCH;
        finalise(4);
        finalise(3);
        // A height that nobody finalised was due too.
        vm.roll(block.number + INTERVAL);
        finalise(4);
        nextEpoch();
        manager.rollSet();
        assertEq(manager.claimParticipation(validatorAt(0), epoch), 150_000e18, "three of four");
        assertEq(manager.claimParticipation(validatorAt(3), epoch), 100_000e18, "two of four");
        vm.expectRevert();
        manager.claimParticipation(validatorAt(0), epoch);
        nextEpoch();
        uint256[] memory epochs = new uint256[](1);
        epochs[0] = epoch;
        vm.prank(validatorAt(0));
        uint256 paid = emissions.claimBonded(validatorAt(0), VALIDATION, epochs);
        assertEq(paid, 150_000e18 * YIELD / 1e9, "the yield caps it");
        assertEq(token.balanceOf(validatorAt(0)), paid, "received");
        assertConserved();
    }

    function test_claimParticipation_beforeTheNextRollToo() public {
        formSet(4, 200_000e18);
        uint256 epoch = block.timestamp / EPOCH;
        finalise(4);
        nextEpoch();
        assertEq(manager.claimParticipation(validatorAt(0), epoch), 200_000e18, "all");
    }

    function test_claimParticipation_ofAMemberThatLeft() public {
        formSet(5, 200_000e18);
        uint256 epoch = block.timestamp / EPOCH;
        finalise(5);
        vm.prank(validatorAt(0));
        manager.delist();
        nextEpoch();
        manager.rollSet();
        assertEq(manager.claimParticipation(validatorAt(0), epoch), 200_000e18, "what it did");
    }

    function test_claimParticipation_revertsIf_runningOrNoMemberOrTooOld() public {
        formSet(4, 200_000e18);
        uint256 epoch = block.timestamp / EPOCH;
        finalise(4);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointEpochNotClaimable.selector, epoch, epoch, epoch
            )
        );
        manager.claimParticipation(validatorAt(0), epoch);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointNotAMember.selector, address(this), epoch
            )
        );
        manager.claimParticipation(address(this), epoch);
        nextEpoch();
        manager.rollSet();
        nextEpoch();
        manager.rollSet();
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointEpochNotClaimable.selector, epoch, epoch + 2, epoch + 2
            )
        );
        manager.claimParticipation(validatorAt(0), epoch);
    }

    function test_claimParticipation_revertsIf_itJoinedLater() public {
        formSet(4, 200_000e18);
        uint256 epoch = block.timestamp / EPOCH;
        finalise(4);
        nextEpoch();
        addValidator(4, 200_000e18);
        manager.rollSet();
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointNotAMember.selector, validatorAt(4), epoch
            )
        );
        manager.claimParticipation(validatorAt(4), epoch);
    }

    function test_setCheckpointSlashes_isBounded() public {
        vm.startPrank(address(timelock));
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector,
                bytes32("equivocationSlash"),
                10_000_001e18,
                1e18,
                10_000_000e18
            )
        );
        faults.setCheckpointSlashes(1e18, 10_000_001e18);
        faults.setCheckpointSlashes(1e18, 10_000_000e18);
        vm.stopPrank();
        (uint256 wrongHash, uint256 equivocation) = faults.checkpointSlashes();
        assertEq(wrongHash, 1e18, "wrong hash");
        assertEq(equivocation, 10_000_000e18, "equivocation");
    }

    function test_claimParticipation_countsTheLowerOfBothEndsStakes() public {
        formSet(4, 200_000e18);
        uint256 epoch = block.timestamp / EPOCH;
        finalise(4);
        stakeFor(validatorAt(1), 300_000e18);
        vm.prank(validatorAt(0));
        staking.thaw(IStaking.Kind.Collateral, 80_000e18);
        nextEpoch();
        assertEq(manager.claimParticipation(validatorAt(0), epoch), 120_000e18, "thawed since");
        assertEq(manager.claimParticipation(validatorAt(1), epoch), 200_000e18, "staked since");
    }

    function expectWrongHeight(uint256 height, uint256 last) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointWrongHeight.selector, height, last, INTERVAL
            )
        );
    }
}
