// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputeRecords} from "../../src/interfaces/IDisputeRecords.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {AttestationHash} from "../../src/libraries/AttestationHash.sol";
import {Attestation} from "../../src/types/Attestation.sol";
import {COMPUTE} from "../../src/types/WorkClass.sol";
import {DisputeTest} from "../base/DisputeTest.sol";
import {vm} from "../base/Vm.sol";

contract DisputeAttacks is DisputeTest {
    IStaking.Kind private constant COLLATERAL = IStaking.Kind.Collateral;
    address private friend = address(0xf21e);

    function test_framing_oneNonceWithTwoInputsProvesNothing() public {
        // A gateway sends two inputs under one nonce; a careless node answers both.
        Attestation memory first = attest(1, CLAIMED);
        Attestation memory second = attest(1, TRUTH);
        second.requestHash = keccak256("another input under the same request id");
        bytes memory one = signedBy(NODE_KEY, first);
        bytes memory two = signedBy(NODE_KEY, second);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerNotEquivocation.selector,
                first.requestHash,
                second.requestHash
            )
        );
        disputes.proveEquivocation(first, one, second, two);
    }

    function test_framing_withAnotherRegistryOrChainFails() public {
        Attestation memory first = attest(1, CLAIMED);
        Attestation memory second = attest(1, TRUTH);
        bytes memory one = signedBy(NODE_KEY, first);
        bytes memory foreign = sign(NODE_KEY, AttestationHash.digest(second, address(this)));
        vm.expectRevert();
        disputes.proveEquivocation(first, one, second, foreign);
        bytes memory two = signedBy(NODE_KEY, second);
        vm.chainId(99);
        vm.expectRevert();
        disputes.proveEquivocation(first, one, second, two);
    }

    function test_evidenceIsNotUsedUpByAFriendsName() public {
        // The node reports itself under the victim's request hash, in a friend's name.
        Attestation memory first = attest(1, CLAIMED);
        Attestation memory second = attest(1, TRUTH);
        (first.payer, second.payer) = (friend, friend);
        disputes.proveEquivocation(
            first, signedBy(NODE_KEY, first), second, signedBy(NODE_KEY, second)
        );
        (first.payer, second.payer) = (payer, payer);
        uint256 taken = disputes.proveEquivocation(
            first, signedBy(NODE_KEY, first), second, signedBy(NODE_KEY, second)
        );
        assertEq(taken, MAX_SLASH, "the victim's evidence still counts");
    }

    function test_disputeInAFriendsName_doesNotShieldTheAnswerToThePayer() public {
        Attestation memory attestation = attest(1, CLAIMED);
        attestation.payer = friend;
        purse(friend);
        openWith(attestation);
        attestation.payer = payer;
        assertGe(openWith(attestation), 2, "the payer's own is still possible");
    }

    function test_spam_costsTheSpammerSeatsAndOnePerCentEachTime() public {
        uint256 before = token.balanceOf(payer);
        uint256 nodeBefore = token.balanceOf(node);
        uint256 spent = 0;
        for (uint256 i = 1; i <= 3; ++i) {
            uint256 id = open(i);
            judge(id, 0);
            spent += current(id).revealed * FEE + FROZEN / 100;
            vm.warp(block.timestamp + 2 * UNIT);
            disputes.resolve(id);
        }
        assertEq(before - token.balanceOf(payer), spent, "paid by the spammer");
        assertEq(token.balanceOf(node) - nodeBefore, 3 * FROZEN / 100, "the node is compensated");
        assertEq(staking.position(node, COLLATERAL).active, NODE_STAKE, "and unharmed");
    }

    function test_juryGrinding_anAttestationIsDisputedOnce() public {
        Attestation memory attestation = attest(1, CLAIMED);
        uint256 id = openWith(attestation);
        judge(id, 0);
        vm.warp(block.timestamp + 2 * UNIT);
        disputes.resolve(id);
        againRefused(attestation);
    }

    function test_juryGrinding_notEvenAfterALapseOrTheGuardiansMercy() public {
        Attestation memory attestation = attest(1, CLAIMED);
        attestation.expires = uint64(block.timestamp + 20 days);
        uint256 id = openWith(attestation);
        judge(id, JURORS);
        vm.prank(sparing);
        slashGuardian.cancel(id);
        againRefused(attestation);
    }

    function test_juryGrinding_theValueBeginsAfterTheOpening() public {
        uint256 id = open(1);
        assertTrue(current(id).epoch * BEACON_EPOCH > block.timestamp, "nobody knows it yet");
    }

    function test_copiedCommit_cannotBeRevealed() public {
        (uint256 id, address honest, address copier) = twoDrawn();
        commit(id, honest, TRUTH);
        (,, bytes32 word) = disputes.dutyOf(id, 0, honest);
        vm.prank(copier);
        disputes.commitVerdict(id, word);
        vm.warp(current(id).commitEnds);
        reveal(id, honest, TRUTH);
        vm.prank(copier);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerWrongReveal.selector, id, 0, copier
            )
        );
        disputes.revealVerdict(id, 0, TRUTH, SALT);
        vm.warp(current(id).revealEnds);
        assertGe(disputes.penalizeJuror(id, 0, copier), PENALTY, "and pays for trying");
    }

    function test_flashStake_hasNoTickets() public {
        // In the very transaction of the opening.
        address flash = address(0xf1a5);
        stakeFor(flash, 1_000_000e18);
        uint256 id = open(1);
        vm.prank(flash);
        staking.thaw(COLLATERAL, 1_000_000e18);
        vm.warp(block.timestamp + 1);
        assertEq(disputes.ticketsOf(id, flash), 0, "none");
        assertEq(disputes.dispute(id).tickets, 250, "and nobody else's are diluted");
    }

    function test_ticketsAreNotCountedTwiceByDelegating() public {
        vm.prank(jurors[0]);
        staking.delegate(friend);
        vm.warp(block.timestamp + 1);
        uint256 id = open(1);
        vm.prank(jurors[0]);
        staking.delegate(jurors[0]);
        vm.warp(block.timestamp + 1);
        assertEq(disputes.ticketsOf(id, friend), 30, "as delegated then");
        assertEq(disputes.ticketsOf(id, jurors[0]), 0, "not again");
    }

    function test_freezeGriefing_needsAnAttestationAndEndsByItself() public {
        uint256 id = open(1);
        vm.prank(node);
        staking.thaw(COLLATERAL, NODE_STAKE);
        vm.warp(block.timestamp + 14 days);
        vm.prank(node);
        assertEq(staking.withdraw(COLLATERAL), NODE_STAKE - FROZEN, "the rest leaves in time");
        vm.warp(disputes.dispute(id).openedAt + 30 days);
        disputes.resolve(id);
        vm.prank(node);
        assertEq(staking.withdraw(COLLATERAL), FROZEN, "and then this");
    }

    function test_escapeByThawingRetiringAndRotating_isStillSlashed() public {
        uint256 id = open(1);
        bytes memory proof = sign(0x52, nodeRegistry.signerProofDigest(node, vm.addr(0x52), 1));
        vm.startPrank(node);
        nodeRegistry.rotateSigner(vm.addr(0x52), proof);
        nodeRegistry.retire();
        staking.thaw(COLLATERAL, NODE_STAKE);
        vm.stopPrank();
        judge(id, JURORS);
        vm.prank(node);
        disputes.appeal(id);
        judge(id, JURORS);
        vm.warp(disputes.dispute(id).openedAt + 14 days);
        vm.prank(node);
        staking.withdraw(COLLATERAL);
        disputes.resolve(id);
        IStaking.Position memory left = staking.position(node, COLLATERAL);
        assertEq(left.active + left.thawing, 0, "what was frozen is gone");
        assertTrue(staking.isConvicted(node), "convicted");
    }

    function test_maturingStopsFromTheOpening_soDelayingSavesNothing() public {
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 100e18));
        uint256 id = open(1);
        judge(id, JURORS);
        vm.warp(disputes.dispute(id).openedAt + 29 days);
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Convicted), "in time");
        assertEq(escrow.forfeitEarnings(node), 100e18, "all of it");
    }

    function test_everyDelayTogether_endsWithinThirtyUnits() public {
        IDisputeRecords.Parameters memory set = defaults();
        set.guardianDelay = uint48(3 * UNIT);
        vm.prank(address(timelock));
        disputes.setParameters(set);
        uint256 id = open(1);
        skipDraw(id);
        disputes.resolve(id);
        judge(id, JURORS);
        vm.warp(current(id).revealEnds + 2 * UNIT - 1);
        vm.prank(node);
        disputes.appeal(id);
        skipDraw(id);
        disputes.resolve(id);
        judge(id, JURORS);
        vm.warp(block.timestamp + 3 * UNIT);
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Convicted), "still convicted");
    }

    function test_guardian_canOnlySpare() public {
        uint256 id = open(1);
        judge(id, 0);
        vm.startPrank(sparing);
        vm.expectRevert();
        slashGuardian.cancel(id);
        vm.expectRevert();
        slashGuardian.setGuardian(friend);
        vm.expectRevert();
        disputes.setParameters(defaults());
        vm.expectRevert();
        staking.freeze(node, 1);
        vm.stopPrank();
        Attestation memory first = attest(2, CLAIMED);
        Attestation memory second = attest(2, TRUTH);
        disputes.proveEquivocation(
            first, signedBy(NODE_KEY, first), second, signedBy(NODE_KEY, second)
        );
        assertTrue(staking.isConvicted(node), "objective proofs are out of its reach");
    }

    function test_colludingReporter_stillBurnsNineTenths() public {
        uint256 supply = token.totalSupply();
        Attestation memory first = attest(1, CLAIMED);
        Attestation memory second = attest(1, TRUTH);
        bytes memory one = signedBy(NODE_KEY, first);
        bytes memory two = signedBy(NODE_KEY, second);
        vm.prank(node);
        uint256 taken = disputes.proveEquivocation(first, one, second, two);
        assertGe((supply - token.totalSupply()) * 10, taken * 9, "burned");
    }

    function test_lateRevealAndDoubleClaim_areRefused() public {
        (uint256 id, address juror,) = twoDrawn();
        commit(id, juror, TRUTH);
        uint256[] memory tickets = winning(id, juror);
        vm.prank(juror);
        vm.expectRevert();
        disputes.claimSeats(id, tickets, 0);
        vm.warp(current(id).revealEnds);
        vm.prank(juror);
        vm.expectRevert();
        disputes.revealVerdict(id, 0, TRUTH, SALT);
    }

    function test_jurorFee_isPaidOnceAndNeverTakesFromOthers() public {
        uint256 id = open(1);
        uint256 other = openWithPayer(friend, 2);
        judge(id, JURORS);
        disputes.resolve(id);
        payJury(id, 0);
        for (uint256 i = 0; i < JURORS; ++i) {
            vm.expectRevert();
            disputes.claimJurorFee(id, 0, jurors[i]);
        }
        assertBooks();
        assertEq(disputes.dispute(other).bond.left, 42 * FEE + FROZEN / 100, "untouched");
    }

    function test_appealByAStranger_isRefused() public {
        uint256 id = open(1);
        judge(id, JURORS);
        purse(friend);
        vm.prank(friend);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerNotLoser.selector, id, friend, node
            )
        );
        disputes.appeal(id);
    }

    function test_withheldBeacon_onlyDelays() public {
        uint256 id = open(1);
        uint256 before = token.balanceOf(payer);
        uint256 last = disputes.dispute(id).openedAt + 30 days;
        while (block.timestamp + 2 * BEACON_EPOCH < last) {
            uint256 epoch = current(id).epoch;
            beacon.spoil(epoch);
            vm.warp((epoch + 1) * BEACON_EPOCH);
            disputes.redrawEpoch(id);
        }
        vm.warp(last);
        beacon.spoil(current(id).epoch);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerTooLate.selector, id, last)
        );
        disputes.redrawEpoch(id);
        disputes.resolve(id);
        assertEq(token.balanceOf(payer) - before, 42 * FEE + FROZEN / 100, "the bond is back");
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Lapsed), "lapsed, not judged");
    }

    function test_lapseDuringADraw_doesNotTrapTheJurors() public {
        uint256 id = open(1);
        uint256 lapsesAt = disputes.dispute(id).openedAt + 30 days;
        while (current(id).claimEnds < lapsesAt - 2 * BEACON_EPOCH) {
            uint256 epoch = current(id).epoch;
            beacon.spoil(epoch);
            vm.warp((epoch + 1) * BEACON_EPOCH);
            disputes.redrawEpoch(id);
        }
        drawJury(id);
        assertTrue(current(id).revealEnds > lapsesAt, "the draw ends after the dispute");
        address juror = jurors[0];
        for (uint256 i = 0; claim(id, juror) == 0; ++i) {
            juror = jurors[i];
        }
        commit(id, juror, TRUTH);
        vm.warp(lapsesAt);
        disputes.resolve(id);
        vm.warp(current(id).commitEnds);
        reveal(id, juror, TRUTH);
        (uint256 frozen,) = staking.frozenOf(juror);
        assertEq(frozen, 0, "revealing still frees it");
        assertBooks();
    }

    function test_capPerBeaconEpoch_holdsForOpeningsRedrawsAndAppeals() public {
        beacon.setSeatStake(2 * FROZEN);
        uint256 first = open(1);
        uint256 second = openWithPayer(address(0xa001), 2);
        uint256 third = openWithPayer(address(0xa002), 3);
        uint256 epoch = current(first).epoch;
        assertEq(current(second).epoch, epoch, "two fit");
        assertEq(current(third).epoch, epoch + 1, "the third waits");
        beacon.spoil(epoch);
        vm.warp((epoch + 1) * BEACON_EPOCH);
        disputes.redrawEpoch(first);
        disputes.redrawEpoch(second);
        assertEq(current(first).epoch, epoch + 2, "after what has begun");
        assertEq(current(second).epoch, epoch + 2, "together");
        judge(third, JURORS);
        vm.prank(node);
        disputes.appeal(third);
        (uint256 newest, uint256 drawing) = disputes.drawingOn();
        assertLe(drawing, 2 * FROZEN, "cap");
        assertEq(current(third).epoch, newest, "the appeal draws on it");
    }

    function test_releasedFreeze_isNotGivenUpTwice() public {
        uint256 stale = open(1);
        vm.warp(disputes.dispute(stale).openedAt + 30 days);
        staking.releaseFreeze(address(disputes), node);
        uint256 fresh = openWithPayer(friend, 2);
        // The accused closes the stale dispute to shake off the new freeze.
        disputes.resolve(stale);
        (uint256 frozen,) = staking.frozenBy(address(disputes), node);
        assertEq(frozen, disputes.dispute(fresh).frozen, "the new freeze stands");
        judge(fresh, JURORS);
        disputes.resolve(fresh);
        vm.warp(block.timestamp + 4 * UNIT);
        disputes.resolve(fresh);
        (frozen,) = staking.frozenBy(address(disputes), node);
        assertEq(frozen, 0, "and was settled");
    }

    function test_releasedFreeze_neverTrapsTheDispute() public {
        uint256 before = token.balanceOf(payer);
        uint256 id = open(1);
        vm.warp(disputes.dispute(id).openedAt + 30 days);
        staking.releaseFreeze(address(disputes), node);
        disputes.resolve(id);
        assertEq(phaseOf(id), uint256(IDisputeRecords.Phase.Closed), "closed");
        assertEq(token.balanceOf(payer), before, "bond back");
    }

    function test_removedVerifier_neverTrapsBondsOrStake() public {
        uint256 before = token.balanceOf(payer);
        uint256 id = open(1);
        vm.prank(address(timelock));
        staking.removeVerifier(address(disputes));
        vm.warp(disputes.dispute(id).openedAt + 30 days);
        disputes.resolve(id);
        assertEq(token.balanceOf(payer), before, "bond back");
        staking.releaseFreeze(address(disputes), node);
        (uint256 frozen,) = staking.frozenOf(node);
        assertEq(frozen, 0, "free");
    }

    function test_equivocationDuringADispute_leavesNothingStuck() public {
        vm.prank(node);
        staking.thaw(COLLATERAL, NODE_STAKE - 30_000e18);
        uint256 id = open(1);
        vm.warp(block.timestamp + 1 hours);
        Attestation memory first = attest(2, CLAIMED);
        Attestation memory second = attest(2, TRUTH);
        disputes.proveEquivocation(
            first, signedBy(NODE_KEY, first), second, signedBy(NODE_KEY, second)
        );
        judge(id, JURORS);
        disputes.resolve(id);
        vm.warp(block.timestamp + 4 * UNIT);
        disputes.resolve(id);
        (uint256 frozen,) = staking.frozenOf(node);
        assertEq(frozen, 0, "settled");
        IStaking.Position memory left = staking.position(node, COLLATERAL);
        assertEq(
            left.active + left.thawing, NODE_STAKE - MAX_SLASH - FROZEN, "each fault was punished"
        );
    }

    function test_pauseOfStaking_doesNotStopDisputes() public {
        vm.prank(guardian);
        staking.pause(7 days);
        uint256 id = open(1);
        judge(id, JURORS);
        disputes.resolve(id);
        vm.warp(block.timestamp + 4 * UNIT);
        disputes.resolve(id);
        assertEq(outcomeOf(id), uint256(IDisputeRecords.Outcome.Convicted), "convicted");
    }

    function twoDrawn() private returns (uint256 id, address one, address two) {
        id = open(1);
        drawJury(id);
        for (uint256 i = 0; i < JURORS && two == address(0); ++i) {
            if (claim(id, jurors[i]) == 0) continue;
            if (one == address(0)) one = jurors[i];
            else two = jurors[i];
        }
    }

    function againRefused(Attestation memory attestation) private {
        bytes memory signature = signedBy(NODE_KEY, attestation);
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerAlreadyUsed.selector,
                AttestationHash.digest(attestation, address(nodeRegistry))
            )
        );
        disputes.openDispute(attestation, signature, 0, "sealed");
    }
}
