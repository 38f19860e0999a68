// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICheckpointManager} from "../../src/interfaces/ICheckpointManager.sol";
import {IEmissionsController} from "../../src/interfaces/IEmissionsController.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {VALIDATION} from "../../src/types/WorkClass.sol";
import {WorkTest} from "../base/WorkTest.sol";
import {vm} from "../base/Vm.sol";

contract CheckpointManagerTest is WorkTest {
    function test_rollSet_revertsIf_fewerThanFourStaked() public {
        for (uint256 i = 0; i < 3; ++i) {
            addValidator(i, MIN_VALIDATION);
        }
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointManager.CheckpointTooFewValidators.selector, 3, 4)
        );
        manager.rollSet();
        addValidator(3, MIN_VALIDATION);
        manager.rollSet();
        assertEq(manager.validatorSet().size, 4, "the same epoch still can");
    }

    function test_rollSet_firstSetIsFree() public {
        addValidator(0, 10_000_000e18);
        for (uint256 i = 1; i < 6; ++i) {
            addValidator(i, MIN_VALIDATION);
        }
        manager.rollSet();
        ICheckpointManager.SetState memory set = manager.validatorSet();
        assertEq(set.size, 6, "all at once");
        assertEq(set.weight, 10_500_000e18, "with their whole stake");
        assertEq(set.lastHeight, block.number / INTERVAL * INTERVAL, "earlier heights are nobody's");
    }

    function test_rollSet_revertsIf_rolledInThisEpoch() public {
        formSet(4, MIN_VALIDATION);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointSetAlreadyRolled.selector, block.timestamp / EPOCH
            )
        );
        manager.rollSet();
    }

    function test_rollSet_movesLessThanAThirdAtATime() public {
        formSet(4, 300_000e18);
        addValidator(4, 1_000_000e18);
        uint256 moved = (manager.validatorSet().weight - 1) / 3;
        nextEpoch();
        manager.rollSet();
        assertEq(manager.validator(4).weight, moved, "as far as a third reaches");
        assertEq(manager.validator(4).stake, 1_000_000e18, "its stake is what it is");
        nextEpoch();
        manager.rollSet();
        uint256 second = (1_200_000e18 + moved - 1) / 3;
        assertEq(manager.validator(4).weight, moved + second, "and grows");
        nextEpoch();
        manager.rollSet();
        assertEq(manager.validator(4).weight, 1_000_000e18, "to its stake");
    }

    function test_rollSet_whoDelistsLeavesWithinTheSamePace() public {
        formSet(8, 200_000e18);
        for (uint256 i = 0; i < 4; ++i) {
            vm.prank(validatorAt(i));
            manager.delist();
        }
        nextEpoch();
        manager.rollSet();
        assertEq(manager.validatorSet().size, 6, "two of eight are less than a third");
        nextEpoch();
        manager.rollSet();
        assertEq(manager.validatorSet().size, 5, "one of six");
    }

    function test_rollSet_whoThawedLeavesWhateverItsShare() public {
        formSet(9, 200_000e18);
        for (uint256 i = 0; i < 5; ++i) {
            vm.prank(validatorAt(i));
            staking.thaw(IStaking.Kind.Collateral, 150_000e18);
        }
        nextEpoch();
        manager.rollSet();
        assertEq(manager.validatorSet().size, 4, "five of nine left");
        assertEq(manager.candidates().length, 4, "and are no candidates");
    }

    function test_rollSet_thawedPartLowersTheWeightAtOnce() public {
        formSet(4, 300_000e18);
        vm.prank(validatorAt(1));
        staking.thaw(IStaking.Kind.Collateral, 200_000e18);
        nextEpoch();
        manager.rollSet();
        assertEq(manager.validator(1).weight, 100_000e18, "what is left");
    }

    function test_rollSet_dissolvesBelowFour() public {
        formSet(4, MIN_VALIDATION);
        vm.prank(validatorAt(0));
        nodeRegistry.retire();
        nextEpoch();
        manager.rollSet();
        assertEq(manager.validatorSet().size, 0, "none");
        assertEq(manager.getValidators().length, 0, "no producers");
        addValidator(4, MIN_VALIDATION);
        nextEpoch();
        manager.rollSet();
        assertEq(manager.validatorSet().size, 4, "a new set is free");
    }

    function test_rollSet_aFreedSlotWaitsAnEpoch() public {
        formSet(5, 300_000e18);
        vm.prank(validatorAt(0));
        nodeRegistry.retire();
        addValidator(5, MIN_VALIDATION);
        nextEpoch();
        manager.rollSet();
        assertEq(manager.slotOf(validatorAt(5)), 5, "not the slot that can still be claimed for");
        addValidator(6, MIN_VALIDATION);
        nextEpoch();
        manager.rollSet();
        assertEq(manager.slotOf(validatorAt(6)), 0, "now it is free");
    }

    function test_enlist_revertsIf_notEligibleOrTwice() public {
        address operator = address(0x0e2);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointNotEligible.selector, operator, 0, MIN_VALIDATION
            )
        );
        vm.prank(operator);
        manager.enlist(address(0));
        addValidator(0, MIN_VALIDATION);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointAlreadyCandidate.selector, validatorAt(0)
            )
        );
        vm.prank(validatorAt(0));
        manager.enlist(address(0));
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointManager.CheckpointNotCandidate.selector, operator)
        );
        vm.prank(operator);
        manager.delist();
    }

    function test_enlist_aFullPoolGivesWayToMoreStakeOnly() public {
        for (uint256 i = 0; i < 64; ++i) {
            addValidator(i, MIN_VALIDATION + i * 1e18);
        }
        address operator = address(0x0e2);
        stakeFor(operator, MIN_VALIDATION + 1e18);
        registerNode(operator, 0xeee, VALIDATES);
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointManager.CheckpointPoolFull.selector, 64)
        );
        vm.prank(operator);
        manager.enlist(address(0));
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointNotBelow.selector,
                validatorAt(1),
                MIN_VALIDATION + 1e18,
                MIN_VALIDATION + 1e18
            )
        );
        vm.prank(operator);
        manager.enlist(validatorAt(1));
        vm.prank(operator);
        manager.enlist(validatorAt(0));
        manager.rollSet();
        assertEq(manager.validatorSet().size, 64, "at most 64");
        assertEq(manager.getValidators().length, 64, "all produce");
    }

    function test_getValidators_skipsKeysThatAreNoAddressAndDuplicates() public {
        formSet(5, MIN_VALIDATION);
        vm.prank(validatorAt(1));
        nodeRegistry.update(VALIDATES, 8, bytes32(type(uint256).max), "");
        vm.prank(validatorAt(2));
        nodeRegistry.update(VALIDATES, 8, bytes32(uint256(uint160(validatorAt(0)))), "");
        assertEq(manager.getValidators().length, 5, "not within the epoch");
        nextEpoch();
        manager.rollSet();
        address[] memory producers = manager.getValidators();
        assertEq(producers.length, 3, "two fewer");
        assertEq(producers[0], validatorAt(0), "once");
    }

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
            abi.encodeWithSelector(
                ICheckpointManager.CheckpointSetStale.selector, epoch - 1, epoch
            )
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
                ICheckpointManager.CheckpointEpochNotClaimable.selector,
                epoch,
                epoch + 2,
                epoch + 2
            )
        );
        manager.claimParticipation(validatorAt(0), epoch);
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
