// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputeRecords} from "../../src/interfaces/IDisputeRecords.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {ISlashGuardian} from "../../src/interfaces/ISlashGuardian.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {COMPUTE} from "../../src/types/WorkClass.sol";
import {DisputeTest} from "../base/DisputeTest.sol";
import {vm} from "../base/Vm.sol";

contract RulingsTest is DisputeTest {
    uint256 private constant PART = FROZEN / 100;
    uint256 private constant BOND = 42 * FEE + PART;
    uint256 private constant APPEAL_BOND = 126 * FEE + PART;
    uint256 private payerBefore;
    uint256 private nodeBefore;
    uint256 private id;

    function setUp() public override {
        super.setUp();
        payerBefore = token.balanceOf(payer);
        nodeBefore = token.balanceOf(node);
        id = open(1);
    }

    function test_resolve_convictsBurnsNineTenthsAndReturnsTheRestOfTheBond() public {
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 100e18));
        judge(id, JURORS);
        uint256 cost = current(id).revealed * FEE;
        disputes.resolve(id);
        assertEq(phaseOf(id), uint256(IDisputeRecords.Phase.Decided), "decided");
        vm.warp(block.timestamp + 4 * UNIT);
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Convicted), "convicted");
        assertEq(
            staking.position(node, IStaking.Kind.Collateral).active, NODE_STAKE - FROZEN, "slashed"
        );
        assertEq(staking.totalSlashBurned(), FROZEN * 9 / 10, "burned");
        assertTrue(staking.isConvicted(node), "for good");
        assertEq(token.balanceOf(payer), payerBefore - cost + FROZEN / 10, "jury, and its share");
        assertEq(escrow.forfeitEarnings(node), 100e18, "unmatured earnings");
        assertEq(disputes.openDisputeOf(payer, node), 0, "over");
        payJury(id, 0);
        assertEq(token.balanceOf(address(disputes)), 0, "nothing is left");
    }

    function test_resolve_acquitsAndGivesTheNodeOnePerCent() public {
        judge(id, 0);
        uint256 cost = current(id).revealed * FEE;
        disputes.resolve(id);
        vm.warp(block.timestamp + 2 * UNIT);
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Acquitted), "acquitted");
        assertEq(token.balanceOf(node) - nodeBefore, PART, "one per cent");
        assertEq(payerBefore - token.balanceOf(payer), PART + cost, "the rest came back");
        (uint256 frozen, uint256 since) = staking.frozenOf(node);
        assertEq(frozen + since, 0, "free");
        payJury(id, 0);
        assertEq(token.balanceOf(address(disputes)), 0, "nothing is left");
    }

    function test_resolve_acquitsIfTwoThirdsDoNotAgree() public {
        judge(id, 3);
        IDisputeRecords.Draw memory drawn = current(id);
        assertTrue(drawn.leadingSeats * 3 < drawn.revealed * 2, "no two thirds");
        disputes.resolve(id);
        assertTrue(!disputes.dispute(id).convicts, "acquits");
    }

    function test_resolve_acquitsIfHalfButNoTwoThirdsAgree() public {
        drawJury(id);
        uint256[] memory seats = new uint256[](JURORS);
        uint256 all = 0;
        for (uint256 i = 0; i < JURORS; ++i) {
            seats[i] = claim(id, jurors[i]);
            all += seats[i];
        }
        uint256 half = 0;
        bytes32[] memory says = new bytes32[](JURORS);
        for (uint256 i = 0; i < JURORS; ++i) {
            says[i] = half * 2 < all ? TRUTH : CLAIMED;
            if (says[i] == TRUTH) half += seats[i];
            if (seats[i] > 0) commit(id, jurors[i], says[i]);
        }
        vm.warp(current(id).commitEnds);
        for (uint256 i = 0; i < JURORS; ++i) {
            if (seats[i] > 0) reveal(id, jurors[i], says[i]);
        }
        vm.warp(current(id).revealEnds);
        IDisputeRecords.Draw memory drawn = current(id);
        assertTrue(drawn.leadingSeats * 2 >= drawn.revealed, "half");
        assertTrue(drawn.leadingSeats * 3 < drawn.revealed * 2, "no two thirds");
        disputes.resolve(id);
        assertTrue(!disputes.dispute(id).convicts, "acquits");
    }

    function test_resolve_unavailableCountsForAcquittal() public {
        drawJury(id);
        for (uint256 i = 0; i < JURORS; ++i) {
            if (claim(id, jurors[i]) > 0) commit(id, jurors[i], i < 4 ? TRUTH : UNAVAILABLE);
        }
        vm.warp(current(id).commitEnds);
        for (uint256 i = 0; i < JURORS; ++i) {
            if (winning(id, jurors[i]).length > 0) {
                reveal(id, jurors[i], i < 4 ? TRUTH : UNAVAILABLE);
            }
        }
        vm.warp(current(id).revealEnds);
        disputes.resolve(id);
        assertTrue(!disputes.dispute(id).convicts, "acquits");
        assertTrue(current(id).counted, "by verdict");
    }

    function test_resolve_drawsOnceMoreThenAcquitsWithTheBondBack() public {
        uint256 first = current(id).epoch;
        skipDraw(id);
        disputes.resolve(id);
        assertEq(disputes.dispute(id).draw, 1, "again");
        assertTrue(current(id).epoch > first, "from a later value");
        // Some come, not enough.
        drawJury(id);
        uint256 seats = claim(id, jurors[0]);
        commit(id, jurors[0], TRUTH);
        vm.warp(current(id).commitEnds);
        reveal(id, jurors[0], TRUTH);
        assertTrue(seats < 14, "too few");
        vm.warp(current(id).revealEnds);
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Undecided), "undecided");
        assertEq(token.balanceOf(payer), payerBefore, "the whole bond");
        (uint256 frozen,) = staking.frozenOf(node);
        assertEq(frozen, 0, "free");
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNotCounted.selector, id, 1)
        );
        disputes.claimJurorFee(id, 1, jurors[0]);
        vm.expectRevert(wrongPhase(IDisputeRecords.Phase.Closed));
        disputes.resolve(id);
    }

    function test_resolve_aSecondDrawDecides() public {
        skipDraw(id);
        disputes.resolve(id);
        judge(id, JURORS);
        disputes.resolve(id);
        assertTrue(disputes.dispute(id).convicts, "convicts");
    }

    function test_resolve_lapsesThirtyUnitsAfterOpening() public {
        uint256 openedAt = block.timestamp;
        vm.warp(openedAt + 30 days - 1);
        beacon.spoil(current(id).epoch);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerNotDue.selector, id, openedAt + 30 days
            )
        );
        disputes.resolve(id);
        vm.warp(openedAt + 30 days);
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Lapsed), "lapsed");
        assertEq(token.balanceOf(payer), payerBefore, "bond back");
        (uint256 frozen,) = staking.frozenOf(node);
        assertEq(frozen, 0, "free");
    }

    function test_resolve_aConvictionNotCarriedOutInTimeLapses() public {
        judge(id, JURORS);
        uint256 cost = current(id).revealed * FEE;
        disputes.resolve(id);
        vm.warp(disputes.dispute(id).openedAt + 30 days);
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Lapsed), "lapsed");
        assertEq(payerBefore - token.balanceOf(payer), cost, "the jury had worked");
        assertTrue(!staking.isConvicted(node), "acquitted");
    }

    function test_resolve_anAcquittalStandsHoweverLate() public {
        judge(id, 0);
        vm.warp(block.timestamp + 60 days);
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Acquitted), "acquitted");
        assertEq(token.balanceOf(node) - nodeBefore, PART, "one per cent");
    }

    function test_resolve_revertsIf_nothingIsDue() public {
        uint256 lapsesAt = block.timestamp + 30 days;
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNotDue.selector, id, lapsesAt)
        );
        disputes.resolve(id);
        judge(id, JURORS);
        uint256 due = current(id).revealEnds + 4 * UNIT;
        disputes.resolve(id);
        vm.warp(due - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNotDue.selector, id, due)
        );
        disputes.resolve(id);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerWrongPhase.selector, 9, IDisputeRecords.Phase.None
            )
        );
        disputes.resolve(9);
    }

    function test_redrawEpoch_goesOnAfterAVoidEpoch() public {
        uint256 epoch = current(id).epoch;
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerEpochNotVoid.selector, id, epoch)
        );
        disputes.redrawEpoch(id);
        vm.warp((epoch + 1) * BEACON_EPOCH);
        beacon.spoil(epoch);
        disputes.redrawEpoch(id);
        assertEq(disputes.dispute(id).draw, 0, "the same draw");
        assertEq(current(id).epoch, epoch + 2, "the next epoch not begun");
        judge(id, JURORS);
        disputes.resolve(id);
        assertTrue(disputes.dispute(id).convicts, "convicts");
    }

    function test_redrawEpoch_letsGoOfWhatANewCapForbids() public {
        uint256 epoch = current(id).epoch;
        beacon.spoil(epoch);
        beacon.setSeatStake(1_000e18);
        disputes.redrawEpoch(id);
        assertEq(disputes.dispute(id).frozen, 1_000e18, "less at stake");
        (uint256 frozen,) = staking.frozenOf(node);
        assertEq(frozen, 1_000e18, "the rest is free");
    }

    function test_appeal_byTheConvictedNodeOverturns() public {
        judge(id, JURORS);
        uint256 first = current(id).revealed * FEE;
        vm.prank(node);
        disputes.appeal(id);
        assertEq(nodeBefore - token.balanceOf(node), APPEAL_BOND, "126 seats and a part");
        assertEq(disputes.dispute(id).draw, 2, "a larger jury");
        judge(id, 0);
        uint256 second = current(id).revealed * FEE;
        assertGe(current(id).revealed, 42, "a quorum");
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Acquitted), "overturned");
        assertEq(nodeBefore + PART - token.balanceOf(node), second, "its jury, less the part");
        assertEq(payerBefore - token.balanceOf(payer), first + PART, "its jury and the part");
        payJury(id, 0);
        payJury(id, 2);
        assertEq(token.balanceOf(address(disputes)), 0, "nothing is left");
    }

    function test_appeal_lostByTheNodeCostsItsPart() public {
        judge(id, JURORS);
        uint256 first = current(id).revealed * FEE;
        vm.prank(node);
        disputes.appeal(id);
        judge(id, JURORS);
        uint256 second = current(id).revealed * FEE;
        disputes.resolve(id);
        vm.warp(block.timestamp + 2 * UNIT);
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Convicted), "confirmed");
        assertEq(nodeBefore - token.balanceOf(node), second + PART, "its jury and the part");
        assertEq(token.balanceOf(payer), payerBefore - first + PART + FROZEN / 10, "part and share");
        payJury(id, 0);
        payJury(id, 2);
        assertEq(token.balanceOf(address(disputes)), 0, "nothing is left");
    }

    function test_appeal_byThePayerConvicts() public {
        judge(id, 0);
        vm.prank(payer);
        disputes.appeal(id);
        judge(id, JURORS);
        disputes.resolve(id);
        vm.warp(block.timestamp + 2 * UNIT);
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Convicted), "convicted");
        payJury(id, 0);
        payJury(id, 2);
        assertEq(token.balanceOf(address(disputes)), 0, "nothing is left");
    }

    function test_appeal_lostByThePayerGivesTheNodeBothParts() public {
        judge(id, 0);
        vm.prank(payer);
        disputes.appeal(id);
        judge(id, 0);
        disputes.resolve(id);
        assertEq(token.balanceOf(node) - nodeBefore, 2 * PART, "both parts");
    }

    function test_appeal_withoutAJuryAcquitsWithTheBondsBack() public {
        judge(id, JURORS);
        uint256 first = current(id).revealed * FEE;
        vm.prank(node);
        disputes.appeal(id);
        skipDraw(id);
        disputes.resolve(id);
        assertEq(disputes.dispute(id).draw, 3, "once more");
        skipDraw(id);
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Undecided), "undecided");
        assertEq(token.balanceOf(node), nodeBefore, "its bond back");
        assertEq(payerBefore - token.balanceOf(payer), first, "less the first jury");
    }

    function test_appeal_revertsIf_notLoserLateOrFinal() public {
        vm.prank(payer);
        vm.expectRevert(wrongPhase(IDisputeRecords.Phase.Jury));
        disputes.appeal(id);
        judge(id, JURORS);
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNotLoser.selector, id, payer, node)
        );
        disputes.appeal(id);
        uint256 ends = current(id).revealEnds + 2 * UNIT;
        vm.warp(ends);
        vm.prank(node);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerTooLate.selector, id, ends)
        );
        disputes.appeal(id);
        vm.warp(ends - 1);
        vm.prank(node);
        disputes.appeal(id);
        judge(id, JURORS);
        disputes.resolve(id);
        ends = current(id).revealEnds;
        vm.prank(node);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerTooLate.selector, id, ends)
        );
        disputes.appeal(id);
    }

    function test_cancel_acquitsWithTheRestOfTheBondBack() public {
        judge(id, JURORS);
        uint256 cost = current(id).revealed * FEE;
        vm.prank(sparing);
        slashGuardian.cancel(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Cancelled), "cancelled");
        assertEq(payerBefore - token.balanceOf(payer), cost, "all but the jury");
        assertEq(token.balanceOf(node), nodeBefore, "the node gains nothing");
        (uint256 frozen,) = staking.frozenOf(node);
        assertEq(frozen, 0, "free");
    }

    function test_cancel_isPossibleUntilItExecutes() public {
        judge(id, JURORS);
        vm.warp(block.timestamp + 10 days);
        vm.prank(sparing);
        slashGuardian.cancel(id);
        vm.expectRevert(wrongPhase(IDisputeRecords.Phase.Closed));
        disputes.resolve(id);
    }

    function test_cancel_revertsIf_notGuardianOrNothingToCancel() public {
        vm.expectRevert(
            abi.encodeWithSelector(ISlashGuardian.SlashGuardianNotGuardian.selector, address(this))
        );
        slashGuardian.cancel(id);
        vm.prank(sparing);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNotSlashGuardian.selector, sparing)
        );
        disputes.cancel(id);
        vm.prank(sparing);
        vm.expectRevert(wrongPhase(IDisputeRecords.Phase.Jury));
        slashGuardian.cancel(id);
        judge(id, 0);
        vm.prank(sparing);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNotConvicting.selector, id)
        );
        slashGuardian.cancel(id);
    }

    function test_setGuardian_byTheTimelockOnly() public {
        assertEq(slashGuardian.guardian(), sparing, "named at deployment");
        assertEq(address(slashGuardian.disputeManager()), address(disputes), "of these disputes");
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedNotTimelock.selector, address(this))
        );
        slashGuardian.setGuardian(address(1));
        vm.prank(address(timelock));
        slashGuardian.setGuardian(address(0));
        assertEq(slashGuardian.guardian(), address(0), "nobody");
        vm.expectRevert();
        slashGuardian.initialize(address(1));
    }

    function test_claimJurorFee_paysTheMajorityAndReturnsTheRestToThePayer() public {
        judge(id, JURORS - 1);
        (uint256 minority,,) = disputes.dutyOf(id, 0, jurors[JURORS - 1]);
        assertTrue(minority > 0 && minority * 3 < current(id).revealed, "a lone voice");
        disputes.resolve(id);
        uint256 before = token.balanceOf(payer);
        assertEq(disputes.claimJurorFee(id, 0, jurors[JURORS - 1]), minority * FEE, "settled");
        assertEq(token.balanceOf(payer) - before, minority * FEE, "to the payer");
        assertEq(token.balanceOf(jurors[JURORS - 1]), 0, "not to the juror");
        (uint256 seats,,) = disputes.dutyOf(id, 0, jurors[0]);
        disputes.claimJurorFee(id, 0, jurors[0]);
        assertEq(token.balanceOf(jurors[0]), seats * FEE, "the majority is paid");
        assertBooks();
    }

    function test_claimJurorFee_revertsIf_beforeCountingOrTwice() public {
        judge(id, JURORS);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNotCounted.selector, id, 0)
        );
        disputes.claimJurorFee(id, 0, jurors[0]);
        disputes.resolve(id);
        disputes.claimJurorFee(id, 0, jurors[0]);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerWrongDuty.selector,
                id,
                0,
                jurors[0],
                IDisputeRecords.Duty.Settled
            )
        );
        disputes.claimJurorFee(id, 0, jurors[0]);
    }

    function wrongPhase(IDisputeRecords.Phase phase) private view returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeRecords.DisputeManagerWrongPhase.selector, id, phase);
    }
}
