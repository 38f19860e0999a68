// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICheckpointManager} from "../../src/interfaces/ICheckpointManager.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {WorkTest} from "../base/WorkTest.sol";
import {vm} from "../base/Vm.sol";

contract ValidatorSetTest is WorkTest {
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
        vm.expectRevert(abi.encodeWithSelector(ICheckpointManager.CheckpointPoolFull.selector, 64));
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
}
