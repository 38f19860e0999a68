// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputeRecords} from "../../src/interfaces/IDisputeRecords.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {BeaconQueue} from "../../src/libraries/BeaconQueue.sol";
import {JuryLottery} from "../../src/libraries/JuryLottery.sol";
import {DisputeTest} from "../base/DisputeTest.sol";
import {vm} from "../base/Vm.sol";

contract JuryDutyTest is DisputeTest {
    using BeaconQueue for BeaconQueue.Queue;

    BeaconQueue.Queue private queue;
    uint256 private id;
    address private juror;
    address private other;

    function setUp() public override {
        super.setUp();
        id = open(1);
        drawJury(id);
        for (uint256 i = 0; i < JURORS && winning(id, juror).length < 2; ++i) {
            juror = jurors[i];
        }
        assertGe(winning(id, juror).length, 2, "a juror won several seats");
        other = juror == jurors[6] ? jurors[5] : jurors[6];
        assertGe(winning(id, other).length, 1, "another won one");
    }

    function test_claimSeats_freezesThePenaltyOfEachSeat() public {
        uint256 seats = claim(id, juror);
        (uint256 frozen,) = staking.frozenBy(address(disputes), juror);
        assertEq(frozen, seats * PENALTY, "frozen");
        assertEq(current(id).seats, seats, "seats");
        (uint256 held, IDisputeRecords.Duty duty,) = disputes.dutyOf(id, 0, juror);
        assertEq(held, seats, "kept");
        assertEq(uint256(duty), uint256(IDisputeRecords.Duty.Claimed), "claimed");
    }

    function test_claimSeats_servesFirstComersUntilSeatsAreGone() public {
        uint256 second = openWithCrowd();
        uint256 all = 0;
        uint256 i = 0;
        uint256 wanted = 0;
        uint256 got = 0;
        for (; all < 42; ++i) {
            wanted = winning(second, jurors[i]).length;
            got = claim(second, jurors[i]);
            all += got;
        }
        assertEq(all, 42, "as many as are prepaid");
        assertEq(i, JURORS, "the last juror got only what was left");
        assertTrue(got < wanted, "fewer than it won");
        address late = address(0x1a7e);
        vm.prank(late);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNoSeat.selector, second, 0, 1, 0)
        );
        disputes.claimSeats(second, new uint256[](1), 0);
    }

    function test_claimSeats_revertsIf_ticketsDoNotWinOrRepeat() public {
        uint256[] memory tickets = winning(id, juror);
        uint256[] memory twice = new uint256[](2);
        (twice[0], twice[1]) = (tickets[0], tickets[0]);
        notDrawn(twice, tickets[0]);
        (twice[0], twice[1]) = (tickets[1], tickets[0]);
        notDrawn(twice, tickets[0]);
        uint256[] memory beyond = new uint256[](1);
        beyond[0] = 30;
        notDrawn(beyond, 30);
        uint256 loser = 0;
        while (loser == tickets[0] || loser == tickets[1]) ++loser;
        if (tickets.length < 3 || loser < tickets[2]) {
            beyond[0] = loser;
            notDrawn(beyond, loser);
        }
        vm.prank(juror);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNoSeat.selector, id, 0, 0, 42)
        );
        disputes.claimSeats(id, new uint256[](0), 0);
    }

    function test_claimSeats_revertsIf_aWinningTicketIsNotTheJurors() public {
        uint256 second = openWithPayer(address(0xa001), 2);
        uint256 held = disputes.ticketsOf(second, juror);
        uint256 below = JuryLottery.threshold(disputes.dispute(second).tickets, 30);
        uint256 salt = 0;
        while (!JuryLottery.wins(bytes32(salt), second, 0, juror, held, below)) ++salt;
        uint256 epoch = current(second).epoch;
        beacon.complete(epoch, bytes32(salt));
        vm.warp((epoch + 1) * BEACON_EPOCH);
        uint256[] memory tickets = new uint256[](1);
        tickets[0] = held;
        vm.prank(juror);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNotDrawn.selector, juror, held)
        );
        disputes.claimSeats(second, tickets, 0);
    }

    function test_claimSeats_revertsIf_aParty() public {
        uint256[] memory tickets = new uint256[](1);
        vm.prank(node);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerPartyOfDispute.selector, id, node)
        );
        disputes.claimSeats(id, tickets, 0);
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerPartyOfDispute.selector, id, payer)
        );
        disputes.claimSeats(id, tickets, 0);
    }

    function test_claimSeats_revertsIf_tooEarlyTooLateOrTwice() public {
        uint256 claimEnds = current(id).claimEnds;
        uint256[] memory tickets = winning(id, juror);
        claim(id, juror);
        vm.prank(juror);
        vm.expectRevert(wrongDuty(0, juror, IDisputeRecords.Duty.Claimed));
        disputes.claimSeats(id, tickets, 0);
        vm.warp(claimEnds);
        vm.prank(other);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerTooLate.selector, id, claimEnds)
        );
        disputes.claimSeats(id, tickets, 0);
    }

    function test_claimSeats_revertsIf_theValueIsUnknown() public {
        uint256 second = openWithPayer(address(0xa001), 2);
        uint256[] memory tickets = new uint256[](1);
        uint256 epoch = current(second).epoch;
        vm.prank(juror);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNoValueYet.selector, second, epoch)
        );
        disputes.claimSeats(second, tickets, 0);
    }

    function test_claimSeats_revertsIf_theJurorHasNoCollateralLeft() public {
        uint256[] memory tickets = winning(id, juror);
        vm.startPrank(juror);
        staking.thaw(IStaking.Kind.Collateral, 30 * TICKET);
        vm.warp(block.timestamp + 12 hours);
        disputes.claimSeats(id, tickets, 0);
        vm.stopPrank();
        (uint256 frozen,) = staking.frozenOf(juror);
        assertEq(frozen, tickets.length * PENALTY, "thawing collateral still answers");

        address locker = address(0x10c);
        lockFor(locker, 30 * TICKET);
        vm.warp(block.timestamp + 1);
        uint256 second = openWithPayer(address(0xa001), 2);
        drawJury(second);
        tickets = winning(second, locker);
        assertGe(tickets.length, 1, "a lock has tickets");
        vm.prank(locker);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStaking.StakingFrozen.selector, locker, 0, tickets.length * PENALTY, 0
            )
        );
        disputes.claimSeats(second, tickets, 0);
    }

    function test_commitVerdict_revertsIf_noSeatTwiceOrLate() public {
        vm.prank(juror);
        vm.expectRevert(wrongDuty(0, juror, IDisputeRecords.Duty.None));
        disputes.commitVerdict(id, 0);
        claim(id, juror);
        commit(id, juror, TRUTH);
        vm.prank(juror);
        vm.expectRevert(wrongDuty(0, juror, IDisputeRecords.Duty.Committed));
        disputes.commitVerdict(id, 0);
        claim(id, other);
        uint256 ends = current(id).commitEnds;
        vm.warp(ends);
        vm.prank(other);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerTooLate.selector, id, ends)
        );
        disputes.commitVerdict(id, 0);
    }

    function test_revealVerdict_countsSeatsAndUnfreezes() public {
        uint256 seats = claim(id, juror);
        commit(id, juror, TRUTH);
        vm.warp(current(id).commitEnds);
        reveal(id, juror, TRUTH);
        IDisputeRecords.Draw memory drawn = current(id);
        assertEq(drawn.revealed, seats, "revealed");
        assertEq(drawn.leadingSeats, seats, "leads");
        assertEq(uint256(drawn.leading), uint256(TRUTH), "result");
        (uint256 frozen,) = staking.frozenOf(juror);
        assertEq(frozen, 0, "free");
    }

    function test_revealVerdict_neverLetsTheNodesResultOrUnavailableLead() public {
        claim(id, juror);
        claim(id, other);
        commit(id, juror, CLAIMED);
        commit(id, other, UNAVAILABLE);
        vm.warp(current(id).commitEnds);
        reveal(id, juror, CLAIMED);
        reveal(id, other, UNAVAILABLE);
        assertEq(current(id).leadingSeats, 0, "nothing leads");
    }

    function test_revealVerdict_revertsIf_earlyLateTwiceOrDifferent() public {
        claim(id, juror);
        vm.prank(juror);
        vm.expectRevert(wrongDuty(0, juror, IDisputeRecords.Duty.Claimed));
        disputes.revealVerdict(id, 0, TRUTH, SALT);
        commit(id, juror, TRUTH);
        (uint256 from, uint256 until) = (current(id).commitEnds, current(id).revealEnds);
        vm.startPrank(juror);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNotDue.selector, id, from)
        );
        disputes.revealVerdict(id, 0, TRUTH, SALT);
        vm.warp(from);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerWrongReveal.selector, id, 0, juror)
        );
        disputes.revealVerdict(id, 0, CLAIMED, SALT);
        vm.warp(until);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerTooLate.selector, id, until)
        );
        disputes.revealVerdict(id, 0, TRUTH, SALT);
        vm.warp(until - 1);
        disputes.revealVerdict(id, 0, TRUTH, SALT);
        vm.expectRevert(wrongDuty(0, juror, IDisputeRecords.Duty.Revealed));
        disputes.revealVerdict(id, 0, TRUTH, SALT);
        vm.stopPrank();
    }

    function test_penalizeJuror_takesThePenaltyOfEachSeat() public {
        uint256 seats = claim(id, juror);
        uint256 also = claim(id, other);
        commit(id, other, TRUTH);
        uint256 ends = current(id).revealEnds;
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNotDue.selector, id, ends)
        );
        disputes.penalizeJuror(id, 0, juror);
        vm.warp(ends);
        address reporter = address(0x4e9);
        vm.prank(reporter);
        assertEq(disputes.penalizeJuror(id, 0, juror), seats * PENALTY, "claimed only");
        assertEq(token.balanceOf(reporter), seats * PENALTY / 10, "a tenth");
        assertEq(disputes.penalizeJuror(id, 0, other), also * PENALTY, "committed only");
        (uint256 frozen,) = staking.frozenOf(juror);
        assertEq(frozen, 0, "the freeze is settled");
        assertTrue(!staking.isConvicted(juror), "no conviction");
        vm.expectRevert(wrongDuty(0, juror, IDisputeRecords.Duty.Penalized));
        disputes.penalizeJuror(id, 0, juror);
        vm.expectRevert(wrongDuty(0, jurors[7], IDisputeRecords.Duty.None));
        disputes.penalizeJuror(id, 0, jurors[7]);
    }

    function test_penalizeJuror_revertsIf_itRevealed() public {
        claim(id, juror);
        commit(id, juror, CLAIMED);
        vm.warp(current(id).commitEnds);
        reveal(id, juror, CLAIMED);
        vm.warp(current(id).revealEnds);
        vm.expectRevert(wrongDuty(0, juror, IDisputeRecords.Duty.Revealed));
        disputes.penalizeJuror(id, 0, juror);
    }

    function test_ticketsOf_areVotesBeforeTheOpening() public {
        assertEq(disputes.ticketsOf(id, juror), 30, "by stake");
        assertEq(disputes.ticketsOf(id, address(1)), 0, "none");
        assertEq(disputes.ticketsOf(77, juror), 0, "no such dispute");
        vm.prank(juror);
        staking.delegate(other);
        vm.warp(block.timestamp + 1);
        assertEq(disputes.ticketsOf(id, juror), 30, "as they were then");
        uint256 second = openWithPayer(address(0xa001), 2);
        assertEq(disputes.ticketsOf(second, juror), 0, "delegated");
        assertEq(disputes.ticketsOf(second, other), 60, "to a juror with two shares");
    }

    function testFuzz_threshold_meanIsNeverAboveThePromised(uint256 tickets) public pure {
        tickets = bound(tickets, 31, 1e10);
        uint256 below = JuryLottery.threshold(tickets, 30);
        // Probability times tickets, in units of 2^-256 of a seat.
        assertLe(below / 30, type(uint256).max / tickets, "mean");
        assertEq(JuryLottery.threshold(30, 30), type(uint256).max, "few tickets all win");
    }

    function testFuzz_queue_neverLetsTooMuchDrawOnOneEpoch(uint96[8] calldata amounts) public {
        uint256 epoch;
        uint256 drawing;
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 amount = bound(amounts[i], 1, 100);
            uint256 earliest = 5 + i / 4;
            uint256 next = queue.take(earliest, amount, 100);
            drawing = next == epoch ? drawing + amount : amount;
            assertLe(drawing, 100, "cap");
            assertGe(next, epoch, "in order");
            assertGe(next, earliest, "not begun");
            epoch = next;
        }
    }

    /// @dev A value under which more than 42 tickets win, but not without the last juror's.
    function openWithCrowd() private returns (uint256 second) {
        second = openWithPayer(address(0xa002), 3);
        uint256 epoch = current(second).epoch;
        for (uint256 salt = 0;; ++salt) {
            beacon.complete(epoch, bytes32(salt));
            uint256 won = 0;
            for (uint256 i = 0; i < JURORS - 1; ++i) {
                won += winning(second, jurors[i]).length;
            }
            if (won < 42 && won + winning(second, jurors[JURORS - 1]).length > 42) break;
        }
        vm.warp((epoch + 1) * BEACON_EPOCH);
    }

    function notDrawn(uint256[] memory tickets, uint256 ticket) private {
        vm.prank(juror);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNotDrawn.selector, juror, ticket)
        );
        disputes.claimSeats(id, tickets, 0);
    }

    function wrongDuty(uint256 draw, address account, IDisputeRecords.Duty duty)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IDisputeRecords.DisputeManagerWrongDuty.selector, id, draw, account, duty
        );
    }
}
