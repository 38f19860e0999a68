// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {CheckpointManager} from "../../src/CheckpointManager.sol";
import {CheckpointBase} from "../../src/checkpoints/CheckpointBase.sol";
import {IBeaconSeats} from "../../src/interfaces/IBeaconSeats.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {INodeRegistry} from "../../src/interfaces/INodeRegistry.sol";
import {IRandomBeacon} from "../../src/interfaces/IRandomBeacon.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {WorkTest} from "../base/WorkTest.sol";
import {vm} from "../base/Vm.sol";

contract RandomBeaconTest is WorkTest {
    address private reporter = address(0x4e9);

    function outcomeOf(uint256 epoch) private view returns (uint256 outcome) {
        (IRandomBeacon.Outcome found,) = manager.randomAt(epoch);
        return uint256(found);
    }

    function test_rollSeats_takesEffectInTheNextEpoch() public {
        formSet(5, 200_000e18);
        uint256 epoch = manager.beaconEpoch();
        manager.rollSeats();
        assertEq(manager.beaconRound(epoch).required, 0, "nobody is due without half an epoch");
        assertEq(outcomeOf(epoch), 1, "an empty seat list is void");
        assertEq(outcomeOf(epoch + 1), 0, "the next is pending");
        nextPeriod();
        manager.rollSeats();
        assertEq(manager.beaconRound(epoch + 1).required, 31, "five seats");
        assertEq(manager.seatStake(), SEAT_STAKE, "stake");
    }

    function test_rollSeats_needsFourValidatorsWithTheSeatStake() public {
        vm.prank(address(timelock));
        manager.setSeatStake(150_000e18);
        for (uint256 i = 0; i < 4; ++i) {
            addValidator(i, i == 0 ? MIN_VALIDATION : 150_000e18);
        }
        manager.rollSet();
        manager.rollSeats();
        nextPeriod();
        manager.rollSeats();
        assertEq(manager.beaconRound(manager.beaconEpoch()).required, 0, "three are too few");
        assertEq(manager.beaconRound(manager.beaconEpoch()).operators.length, 0, "no list begins");
    }

    function test_rollSeats_takesTheSixteenHeaviest() public {
        for (uint256 i = 0; i < 20; ++i) {
            addValidator(i, MIN_VALIDATION + i * 1e18);
        }
        manager.rollSet();
        manager.rollSeats();
        nextPeriod();
        manager.rollSeats();
        IBeaconSeats.Round memory round = manager.beaconRound(manager.beaconEpoch());
        assertEq(round.operators.length, 16, "at most 16");
        assertEq(round.operators[0], validatorAt(19), "heaviest first");
        assertEq(round.operators[15], validatorAt(4), "and no lighter one");
    }

    function test_randomAt_isCompleteOnceEverySeatRevealed() public {
        formSeats(4);
        uint256 epoch = manager.beaconEpoch();
        assertEq(outcomeOf(epoch), 0, "pending");
        bytes32 value = completePeriod();
        assertTrue(value != bytes32(0), "value");
        assertEq(manager.completeEpochs(epoch / 256) >> (epoch % 256) & 1, 1, "in the bitmap");
        nextPeriod();
        bytes32 next = completePeriod();
        assertTrue(next != value, "another epoch, another value");
        (, bytes32 kept) = manager.randomAt(epoch);
        assertTrue(kept == value, "final");
    }

    function test_randomAt_isVoidAtHalfTimeIfACommitIsMissing() public {
        formSeats(4);
        uint256 epoch = manager.beaconEpoch();
        for (uint256 seat = 0; seat < 3; ++seat) {
            commit(seat);
        }
        secondHalf();
        assertEq(outcomeOf(epoch), 1, "void");
    }

    function test_randomAt_isVoidAtTheEndIfARevealIsMissing() public {
        formSeats(4);
        uint256 epoch = manager.beaconEpoch();
        for (uint256 seat = 0; seat < 4; ++seat) {
            commit(seat);
        }
        secondHalf();
        for (uint256 seat = 0; seat < 3; ++seat) {
            reveal(seat);
        }
        assertEq(outcomeOf(epoch), 0, "the last can still come");
        nextPeriod();
        assertEq(outcomeOf(epoch), 1, "void");
    }

    function test_commitRandom_bySigner() public {
        formSeats(4);
        for (uint256 i = 0; i < 4; ++i) {
            if (validatorAt(i) != seatOperator(0)) continue;
            vm.prank(vm.addr(keyAt(i)));
            manager.commitRandom(0, bytes32(uint256(1)));
        }
        assertEq(manager.beaconRound(manager.beaconEpoch()).committed, 1, "committed");
    }

    function test_commitRandom_revertsIf_strangerOrLateOrTwiceOrZero() public {
        formSeats(4);
        uint256 epoch = manager.beaconEpoch();
        address operator = seatOperator(0);
        vm.expectRevert(
            abi.encodeWithSelector(
                INodeRegistry.NodeRegistryNotOperatorOrSigner.selector, address(this), operator
            )
        );
        manager.commitRandom(0, bytes32(uint256(1)));
        vm.expectRevert(abi.encodeWithSelector(IBeaconSeats.BeaconZeroCommitment.selector));
        manager.commitRandom(0, 0);
        vm.expectRevert(abi.encodeWithSelector(IBeaconSeats.BeaconNoSeat.selector, epoch, 4));
        manager.commitRandom(4, bytes32(uint256(1)));
        commit(0);
        vm.expectRevert(
            abi.encodeWithSelector(IBeaconSeats.BeaconAlreadyCommitted.selector, epoch, 0)
        );
        vm.prank(operator);
        manager.commitRandom(0, bytes32(uint256(1)));
        secondHalf();
        vm.expectRevert(abi.encodeWithSelector(IBeaconSeats.BeaconNotInCommitHalf.selector, epoch));
        vm.prank(operator);
        manager.commitRandom(0, bytes32(uint256(1)));
    }

    function test_revealRandom_revertsIf_earlyUncommittedWrongOrTwice() public {
        formSeats(4);
        uint256 epoch = manager.beaconEpoch();
        commit(0);
        address operator = seatOperator(0);
        bytes32 secret = secretOf(0);
        vm.expectRevert(abi.encodeWithSelector(IBeaconSeats.BeaconNotInRevealHalf.selector, epoch));
        vm.prank(operator);
        manager.revealRandom(0, secret);
        secondHalf();
        address other = seatOperator(1);
        vm.expectRevert(abi.encodeWithSelector(IBeaconSeats.BeaconNotCommitted.selector, epoch, 1));
        vm.prank(other);
        manager.revealRandom(1, secret);
        vm.expectRevert(abi.encodeWithSelector(IBeaconSeats.BeaconWrongSecret.selector, epoch, 0));
        vm.prank(operator);
        manager.revealRandom(0, bytes32(uint256(7)));
        reveal(0);
        vm.expectRevert(
            abi.encodeWithSelector(IBeaconSeats.BeaconAlreadyRevealed.selector, epoch, 0)
        );
        vm.prank(operator);
        manager.revealRandom(0, secret);
    }

    function test_reportSeat_takesATenthIfNotCommitted() public {
        formSeats(5);
        uint256 epoch = manager.beaconEpoch();
        for (uint256 seat = 1; seat < 5; ++seat) {
            commit(seat);
        }
        address lazy = seatOperator(0);
        vm.expectRevert(abi.encodeWithSelector(IBeaconSeats.BeaconEpochRunning.selector, epoch));
        manager.reportSeat(epoch, 0);
        nextPeriod();
        uint256 before = staking.collateralOf(lazy);
        vm.prank(reporter);
        manager.reportSeat(epoch, 0);
        assertEq(before - staking.collateralOf(lazy), SEAT_STAKE / 10, "a tenth");
        assertEq(token.balanceOf(reporter), SEAT_STAKE / 100, "the reporter's share");
        vm.expectRevert(
            abi.encodeWithSelector(IBeaconSeats.BeaconAlreadyReported.selector, epoch, 0)
        );
        manager.reportSeat(epoch, 0);
        address withholder = manager.beaconRound(epoch).operators[1];
        before = staking.collateralOf(withholder);
        manager.reportSeat(epoch, 1);
        assertEq(before - staking.collateralOf(withholder), SEAT_STAKE, "whole if withheld");
    }

    function test_reportSeat_revertsIf_faultless() public {
        formSeats(4);
        uint256 epoch = manager.beaconEpoch();
        completePeriod();
        nextPeriod();
        vm.expectRevert(abi.encodeWithSelector(IBeaconSeats.BeaconSeatFaultless.selector, epoch, 2));
        manager.reportSeat(epoch, 2);
        vm.expectRevert(abi.encodeWithSelector(IBeaconSeats.BeaconNoSeat.selector, epoch, 4));
        manager.reportSeat(epoch, 4);
        vm.expectRevert(abi.encodeWithSelector(IBeaconSeats.BeaconNoSeat.selector, epoch, 300));
        manager.reportSeat(epoch, 300);
    }

    function test_lostSeat_staysEmptyUntilACompleteEpoch() public {
        formSeats(6);
        for (uint256 seat = 1; seat < 6; ++seat) {
            commit(seat);
        }
        secondHalf();
        for (uint256 seat = 1; seat < 6; ++seat) {
            reveal(seat);
        }
        nextPeriod();
        manager.rollSeats();
        uint256 required = manager.beaconRound(manager.beaconEpoch()).required;
        assertEq(required, 62, "seat 0 is lost, the others stay");
        completePeriod();
        nextPeriod();
        manager.rollSeats();
        assertEq(manager.beaconRound(manager.beaconEpoch()).required, 62, "the refill is announced");
        completePeriod();
        nextPeriod();
        manager.rollSeats();
        assertEq(manager.beaconRound(manager.beaconEpoch()).required, 63, "and then in office");
    }

    function test_seats_areAllRefilledOnceFewerThanFourRemain() public {
        formSeats(5);
        for (uint256 seat = 0; seat < 3; ++seat) {
            commit(seat);
        }
        secondHalf();
        for (uint256 seat = 0; seat < 3; ++seat) {
            reveal(seat);
        }
        nextPeriod();
        manager.rollSeats();
        uint256 epoch = manager.beaconEpoch();
        assertEq(manager.beaconRound(epoch).required, 0, "three are too few");
        assertEq(outcomeOf(epoch), 1, "void");
        nextPeriod();
        manager.rollSeats();
        assertEq(manager.beaconRound(epoch + 1).required, 31, "all refilled");
    }

    function test_epochNobodyTouched_costsEverySeatATenth() public {
        formSeats(4);
        completePeriod();
        nextPeriod();
        uint256 missed = manager.beaconEpoch();
        nextPeriod();
        nextPeriod();
        for (uint256 seat = 0; seat < 4; ++seat) {
            address operator = manager.beaconRound(missed - 1).operators[seat];
            uint256 before = staking.collateralOf(operator);
            manager.reportSeat(missed, seat);
            assertEq(before - staking.collateralOf(operator), SEAT_STAKE / 10, "a tenth");
        }
        vm.expectRevert(abi.encodeWithSelector(IBeaconSeats.BeaconNoSeat.selector, missed + 1, 0));
        manager.reportSeat(missed + 1, 0);
        assertEq(outcomeOf(missed), 1, "void");
        assertEq(outcomeOf(missed + 1), 1, "void");
    }

    function test_seatThatThawedBeforeTheEpoch_leavesFreeOfCharge() public {
        formSeats(5);
        address leaver = seatOperator(2);
        completePeriod();
        vm.prank(leaver);
        staking.thaw(IStaking.Kind.Collateral, 180_000e18);
        nextPeriod();
        manager.rollSeats();
        assertEq(manager.beaconRound(manager.beaconEpoch()).required, 27, "without seat 2");
    }

    function test_commitRandom_revertsIf_stakeThawedMeanwhile() public {
        formSeats(4);
        address leaver = seatOperator(2);
        vm.prank(leaver);
        staking.thaw(IStaking.Kind.Collateral, 180_000e18);
        vm.expectRevert(
            abi.encodeWithSelector(
                IBeaconSeats.BeaconStakeBelowSeat.selector, leaver, 20_000e18, SEAT_STAKE
            )
        );
        vm.prank(leaver);
        manager.commitRandom(2, bytes32(uint256(1)));
    }

    function test_setSeatStake_isBoundedAndOnlyTheTimelocks() public {
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedNotTimelock.selector, address(this))
        );
        manager.setSeatStake(SEAT_STAKE);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector,
                bytes32("seatStake"),
                uint256(999e18),
                uint256(1_000e18),
                uint256(10_000_000e18)
            )
        );
        vm.prank(address(timelock));
        manager.setSeatStake(999e18);
    }

    function test_setSeatStake_leavesSeatsInOfficeAlone() public {
        formSeats(4);
        vm.prank(address(timelock));
        manager.setSeatStake(1_000_000e18);
        assertEq(manager.seatStake(), SEAT_STAKE, "of the seats in office");
    }

    function test_initialize_revertsIf_calledAgain() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        manager.initialize(SEAT_STAKE);
    }

    function test_constructor_boundsTheLengths() public {
        CheckpointBase.Immutables memory set = managerImmutables();
        set.beaconEpochLength = 7 hours;
        vm.expectRevert();
        new CheckpointManager(set);
        set.beaconEpochLength = 2 days;
        vm.expectRevert();
        new CheckpointManager(set);
        set.beaconEpochLength = PERIOD;
        set.checkpointInterval = 0;
        vm.expectRevert();
        new CheckpointManager(set);
    }
}
