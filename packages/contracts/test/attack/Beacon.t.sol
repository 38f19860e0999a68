// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBeaconSeats} from "../../src/interfaces/IBeaconSeats.sol";
import {IRandomBeacon} from "../../src/interfaces/IRandomBeacon.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {WorkTest} from "../base/WorkTest.sol";
import {vm} from "../base/Vm.sol";

contract BeaconAttacks is WorkTest {
    function setUp() public override {
        super.setUp();
        formSeats(5);
    }

    function test_withholding_costsTheWholeSeatAndOnlyVoids() public {
        uint256 epoch = manager.beaconEpoch();
        for (uint256 seat = 0; seat < 5; ++seat) {
            commit(seat);
        }
        secondHalf();
        for (uint256 seat = 0; seat < 4; ++seat) {
            reveal(seat);
        }
        address withholder = seatOperator(4);
        nextPeriod();
        (IRandomBeacon.Outcome outcome, bytes32 value) = manager.randomAt(epoch);
        assertTrue(outcome == IRandomBeacon.Outcome.Void && value == 0, "no value it could choose");
        uint256 before = staking.collateralOf(withholder);
        manager.reportSeat(epoch, 4);
        assertEq(before - staking.collateralOf(withholder), SEAT_STAKE, "whole seat stake");
        completePeriod();
        assertEq(manager.beaconRound(epoch + 1).required, 15, "once: the next goes without it");
    }

    function test_withholding_escapeByThawing() public {
        uint256 epoch = manager.beaconEpoch();
        for (uint256 seat = 0; seat < 5; ++seat) {
            commit(seat);
        }
        address withholder = seatOperator(4);
        vm.prank(withholder);
        staking.thaw(IStaking.Kind.Collateral, 200_000e18);
        nextPeriod();
        manager.reportSeat(epoch, 4);
        assertEq(
            staking.position(withholder, IStaking.Kind.Collateral).thawing,
            200_000e18 - SEAT_STAKE,
            "thawing stake pays"
        );
    }

    function test_grinding_aSecretIsFixedByItsCommit() public {
        uint256 epoch = manager.beaconEpoch();
        commit(0);
        address operator = seatOperator(0);
        secondHalf();
        for (uint256 i = 0; i < 8; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IBeaconSeats.BeaconWrongSecret.selector, epoch, 0)
            );
            vm.prank(operator);
            manager.revealRandom(0, keccak256(abi.encode("another", i)));
        }
    }

    function test_copying_anotherSeatsCommitment_cannotBeRevealed() public {
        uint256 epoch = manager.beaconEpoch();
        bytes32 secret = secretOf(0);
        bytes32 commitment = manager.randomCommitment(secret, seatOperator(0), epoch);
        commit(0);
        address copier = seatOperator(1);
        vm.prank(copier);
        manager.commitRandom(1, commitment);
        secondHalf();
        reveal(0);
        vm.expectRevert(abi.encodeWithSelector(IBeaconSeats.BeaconWrongSecret.selector, epoch, 1));
        vm.prank(copier);
        manager.revealRandom(1, secret);
    }

    function test_replay_ofAnEarlierEpochsSecret_isRefused() public {
        uint256 epoch = manager.beaconEpoch();
        bytes32 secret = secretOf(0);
        address operator = seatOperator(0);
        bytes32 commitment = manager.randomCommitment(secret, operator, epoch);
        completePeriod();
        nextPeriod();
        manager.rollSeats();
        vm.prank(operator);
        manager.commitRandom(0, commitment);
        secondHalf();
        vm.expectRevert(
            abi.encodeWithSelector(IBeaconSeats.BeaconWrongSecret.selector, epoch + 1, 0)
        );
        vm.prank(operator);
        manager.revealRandom(0, secret);
    }

    function test_equalSecrets_doNotCancel() public {
        uint256 epoch = manager.beaconEpoch();
        bytes32 same = keccak256("same");
        for (uint256 seat = 0; seat < 5; ++seat) {
            address operator = seatOperator(seat);
            bytes32 commitment = manager.randomCommitment(same, operator, epoch);
            vm.prank(operator);
            manager.commitRandom(seat, commitment);
        }
        secondHalf();
        for (uint256 seat = 0; seat < 5; ++seat) {
            address operator = seatOperator(seat);
            vm.prank(operator);
            manager.revealRandom(seat, same);
        }
        (, bytes32 value) = manager.randomAt(epoch);
        bytes32 mix;
        for (uint256 seat = 0; seat < 5; ++seat) {
            mix ^= keccak256(abi.encode(same, seatOperator(seat), epoch));
        }
        assertTrue(mix != 0 && value == keccak256(abi.encode(mix, epoch)), "mixed by seat");
    }

    function test_collectiveSilence_isNoWayOut() public {
        completePeriod();
        nextPeriod();
        uint256 silent = manager.beaconEpoch();
        nextPeriod();
        for (uint256 seat = 0; seat < 5; ++seat) {
            manager.reportSeat(silent, seat);
        }
        assertEq(staking.totalSlashBurned(), SEAT_STAKE * 5 / 10 * 9 / 10, "all pay");
    }

    function test_colludingSeats_eachRefusalCostsASeat() public {
        for (uint256 round = 0; round < 2; ++round) {
            manager.rollSeats();
            uint256 epoch = manager.beaconEpoch();
            uint256 required = manager.beaconRound(epoch).required;
            if (required == 0) break;
            uint256 last = 0;
            for (uint256 seat = 0; seat < 5; ++seat) {
                if (required >> seat & 1 == 1) {
                    commit(seat);
                    last = seat;
                }
            }
            secondHalf();
            for (uint256 seat = 0; seat < last; ++seat) {
                if (required >> seat & 1 == 1) reveal(seat);
            }
            nextPeriod();
            manager.reportSeat(epoch, last);
        }
        assertEq(staking.totalSlashBurned(), 2 * SEAT_STAKE * 9 / 10, "two refusals, two seats");
    }

    function test_stakeSlashedElsewhere_reportTakesWhatIsLeft() public {
        uint256 epoch = manager.beaconEpoch();
        for (uint256 seat = 0; seat < 5; ++seat) {
            commit(seat);
        }
        address poor = seatOperator(2);
        vm.prank(address(faults));
        staking.slash(slashRequest(poor, 180_000e18, address(0), false));
        nextPeriod();
        manager.reportSeat(epoch, 2);
        assertEq(staking.collateralOf(poor), 0, "all of the rest");
    }
}
