// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPaymentsEscrow} from "../../src/interfaces/IPaymentsEscrow.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {IStorageProofs} from "../../src/interfaces/IStorageProofs.sol";
import {IWorkPayments} from "../../src/interfaces/IWorkPayments.sol";
import {STORAGE} from "../../src/types/WorkClass.sol";
import {StorageTest} from "../base/StorageTest.sol";
import {vm} from "../base/Vm.sol";

contract StorageSettlementTest is StorageTest {
    function test_settle_paysProvenPeriodsAndReturnsTheRest() public {
        uint256 id = store(keeper, 1, 8, 4, 3);
        uint256 first = proofs.dataSet(id).firstPeriod;
        nextPeriod();
        answer(keeper);
        nextPeriod();
        answer(keeper);
        nextPeriod();
        miss();
        // Nobody commits: a void period.
        nextPeriod();
        nextPeriod();
        uint256 before = token.balanceOf(client);
        uint256 epoch = emissions.openEpoch().id;
        assertEq(proofs.settle(id, first + 4), 20e18, "two periods");
        uint256 fee = 1e18;
        assertEq(token.balanceOf(client) - before, gross(4) - 20e18 - fee, "the rest");
        assertEq(escrow.earningsOf(keeper).held, 20e18, "maturing");
        assertEq(escrow.setAsideToBurn(), fee * 8 / 10, "burn share");
        assertEq(escrow.untakenFees(), fee * 2 / 10, "treasury");
        assertEq(emissions.unitsOf(keeper, STORAGE, epoch), fee * 8 / 10, "fee-backed units");
        assertEq(escrow.totalBalances(), 0, "no payer's balance moved");
        assertEq(proofs.totalDeposits(), 0, "all settled");
        assertHeld();
    }

    function test_settle_discountsTheClientsTier() public {
        lockFor(client, 1_000_000e18);
        uint256 id = store(keeper, 1, 8, 4, 3);
        nextPeriod();
        answer(keeper);
        nextPeriod();
        nextPeriod();
        proofs.settle(id, proofs.currentPeriod() - 1);
        assertEq(escrow.setAsideToBurn() + escrow.untakenFees(), 0.3e18, "40% off 5%");
    }

    function test_settle_revertsIf_twiceOrPastWhatIsClosedOrTheEnd() public {
        uint256 id = store(keeper, 1, 8, 2, 1);
        uint256 first = proofs.dataSet(id).firstPeriod;
        nextPeriod();
        answer(keeper);
        nextPeriod();
        expectWrongCursor(id, first + 1, first, first);
        proofs.settle(id, first + 1);
        nextPeriod();
        proofs.settle(id, first + 1);
        expectWrongCursor(id, first + 1, first + 1, first + 1);
        proofs.settle(id, first + 1);
        nextPeriod();
        nextPeriod();
        expectWrongCursor(id, first + 3, first + 1, first + 2);
        proofs.settle(id, first + 3);
        proofs.settle(id, first + 2);
        assertEq(proofs.totalDeposits(), 0, "all");
    }

    function test_settle_waitsForANodeBelowItsMinimum_thenReturnsToTheClient() public {
        uint256 id = store(keeper, 1, 8, 2, 1);
        uint256 first = proofs.dataSet(id).firstPeriod;
        nextPeriod();
        answer(keeper);
        vm.prank(keeper);
        staking.thaw(IStaking.Kind.Collateral, 190_000e18);
        nextPeriod();
        nextPeriod();
        nextPeriod();
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowStakeBelowMinimum.selector,
                keeper,
                STORAGE,
                10_000e18,
                MIN_STORAGE
            )
        );
        proofs.settle(id, first + 2);
        vm.warp((first + 2 + 30) * PERIOD);
        assertEq(proofs.settle(id, first + 2), 0, "too late");
        assertEq(proofs.totalDeposits(), 0, "returned");
    }

    function test_settle_aConvictedNodeEarnsNothing() public {
        uint256 id = store(keeper, 1, 8, 2, 1);
        uint256 first = proofs.dataSet(id).firstPeriod;
        nextPeriod();
        answer(keeper);
        vm.prank(address(faults));
        staking.slash(slashRequest(keeper, 1e18, address(0), true));
        nextPeriod();
        nextPeriod();
        nextPeriod();
        assertEq(proofs.settle(id, first + 2), 0, "nothing");
        assertEq(escrow.earningsOf(keeper).held, 0, "nothing");
    }

    function test_reportFault_slashesBeyondTheAgreedMisses() public {
        uint256 id = store(keeper, 1, 8, 20, 1);
        uint256 first = proofs.dataSet(id).firstPeriod;
        nextPeriod();
        miss();
        nextPeriod();
        assertEq(proofs.reportFault(id, first + 1), 1, "one missed");
        assertEq(staking.collateralOf(keeper), 200_000e18, "agreed");
        // The void period between costs nothing.
        manager.rollSeats();
        nextPeriod();
        miss();
        nextPeriod();
        uint256 closed = proofs.currentPeriod() - 1;
        vm.prank(reporter);
        assertEq(proofs.reportFault(id, closed), 1, "another");
        assertEq(200_000e18 - staking.collateralOf(keeper), PRICE * PENALTY, "slashed");
        assertEq(token.balanceOf(reporter), PRICE * PENALTY / 10, "reporter's share");
        assertEq(proofs.dataSet(id).misses, 0, "counted anew");
    }

    function test_reportFault_punishesEveryFaultOfALongAbsence() public {
        uint256 id = store(keeper, 1, 8, 20, 1);
        nextPeriod();
        for (uint256 i = 0; i < 5; ++i) {
            miss();
        }
        nextPeriod();
        proofs.reportFault(id, proofs.currentPeriod() - 1);
        assertEq(200_000e18 - staking.collateralOf(keeper), 2 * PRICE * PENALTY, "two faults");
        assertEq(proofs.dataSet(id).misses, 1, "and one miss");
        uint256 done = proofs.dataSet(id).faultsUntil;
        expectWrongCursor(id, done, done, done);
        proofs.reportFault(id, done);
    }

    function test_claimPossession_accruesStakeTimesShare() public {
        store(keeper, 1, 8, 200, 100);
        nextEpoch();
        proofs.noteStake(keeper);
        uint256 epoch = block.timestamp / EPOCH;
        // Answers due in the epoch are those of its first three periods and of the one before, which
        // was void. The fourth is due in the next epoch.
        restoreSeats();
        uint256 before = proofs.currentPeriod();
        answer(keeper);
        nextPeriod();
        miss();
        assertEq(proofs.currentPeriod(), before + 2, "two periods on");
        vm.expectRevert(abi.encodeWithSelector(IStorageProofs.StorageEpochRunning.selector, epoch));
        proofs.claimPossession(keeper, epoch);
        nextEpoch();
        assertEq(proofs.claimPossession(keeper, epoch), 100_000e18, "one of two");
        nextEpoch();
        uint256[] memory epochs = new uint256[](1);
        epochs[0] = epoch;
        vm.prank(keeper);
        uint256 paid = emissions.claimBonded(keeper, STORAGE, epochs);
        assertEq(paid, 100_000e18 * YIELD / 1e9, "paid");
        assertConserved();
    }

    function test_notedStake_isOfItsEpochAlone() public {
        vm.warp((block.timestamp / EPOCH + 1) * EPOCH);
        proofs.noteStake(keeper);
        uint256 epoch = block.timestamp / EPOCH;
        assertEq(proofs.notedStake(keeper, epoch), staking.collateralOf(keeper), "noted");
        assertEq(proofs.notedStake(keeper, epoch - 2), 0, "not of an earlier one");
        assertEq(proofs.notedStake(keeper, epoch + 2), 0, "nor of a later one");
    }

    function test_noteStake_revertsIf_lateOrTwice() public {
        nextEpoch();
        proofs.noteStake(keeper);
        uint256 epoch = block.timestamp / EPOCH;
        vm.expectRevert(abi.encodeWithSelector(IStorageProofs.StorageTooLateToNote.selector, epoch));
        proofs.noteStake(keeper);
        nextEpoch();
        vm.warp(block.timestamp + EPOCH / 2);
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageTooLateToNote.selector, epoch + 1)
        );
        proofs.noteStake(keeper);
        vm.warp(block.timestamp + EPOCH / 2);
        emissions.closeEpoch();
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageNoStakeNoted.selector, keeper, epoch + 1)
        );
        proofs.claimPossession(keeper, epoch + 1);
    }

    function test_payFor_revertsIf_notTheWorkSource() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IWorkPayments.PaymentsEscrowNotWorkSource.selector, STORAGE, address(this)
            )
        );
        escrow.payFor(client, keeper, STORAGE, 1e18);
    }

    function test_registerWorkSource_waits21Units() public {
        vm.startPrank(address(timelock));
        vm.expectRevert();
        escrow.registerWorkSource(STORAGE, address(this));
        escrow.announceWorkSource(STORAGE, address(this));
        vm.warp(block.timestamp + 21 * UNIT);
        escrow.registerWorkSource(STORAGE, address(this));
        vm.stopPrank();
        assertEq(escrow.workSource(STORAGE), address(this), "replaced");
    }

    /// @dev After periods in which nobody came: the set's seats are refilled, in office a period on.
    function restoreSeats() private {
        manager.rollSet();
        manager.rollSeats();
        nextPeriod();
    }

    function expectWrongCursor(uint256 id, uint256 cursor, uint256 from, uint256 max) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IStorageProofs.StorageWrongCursor.selector, id, cursor, from, max
            )
        );
    }
}
