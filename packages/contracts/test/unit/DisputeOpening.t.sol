// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DisputeManager} from "../../src/DisputeManager.sol";
import {DisputesBase} from "../../src/disputes/DisputesBase.sol";
import {IDisputeRecords} from "../../src/interfaces/IDisputeRecords.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {AttestationHash} from "../../src/libraries/AttestationHash.sol";
import {Attestation} from "../../src/types/Attestation.sol";
import {COMPUTE} from "../../src/types/WorkClass.sol";
import {DisputeTest} from "../base/DisputeTest.sol";
import {vm} from "../base/Vm.sol";

contract DisputeOpeningTest is DisputeTest {
    uint256 private constant BOND = 42 * FEE + FROZEN / 100;

    function test_openDispute_freezesAndTakesTheBond() public {
        uint256 before = token.balanceOf(payer);
        uint256 id = open(1);
        (uint256 frozen,) = staking.frozenOf(node);
        assertEq(frozen, FROZEN, "a fifth is frozen");
        assertEq(before - token.balanceOf(payer), BOND, "42 seats and one per cent");
        assertEq(disputes.bondFor(FROZEN, false), BOND, "as told before");
        assertEq(disputes.bondFor(FROZEN, true), 126 * FEE + FROZEN / 100, "of an appeal");
        assertEq(disputes.openDisputeOf(payer, node), id, "open");
        IDisputeRecords.Dispute memory record = disputes.dispute(id);
        assertEq(record.payer, payer, "payer");
        assertEq(record.node, node, "node");
        assertEq(record.openedAt, block.timestamp, "openedAt");
        assertEq(record.tickets, 250, "all stake by ticket size");
        assertEq(uint256(record.resultHash), uint256(CLAIMED), "result");
        assertEq(uint256(record.inputHash), uint256(keccak256("sealed")), "input");
        assertEq(record.bond.left, BOND, "bond");
        assertEq(record.bond.heldUpPart, FROZEN / 100, "part");
        assertEq(current(id).epoch, beacon.beaconEpoch() + 1, "first value nobody knows");
        assertBooks();
    }

    function test_openDispute_freezesOnlyWhatOthersLeft() public {
        Attestation memory second = attest(1, CLAIMED);
        open(2);
        for (uint160 i = 1; i <= 4; ++i) {
            openWithPayer(address(0xa000 + i), i + 2);
        }
        (uint256 frozen,) = staking.frozenOf(node);
        assertEq(frozen, NODE_STAKE, "all frozen");
        second.payer = address(0xa009);
        purse(second.payer);
        refuses(
            second,
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNothingToFreeze.selector, node)
        );
    }

    function test_openDispute_freezesAtMostASeatStake() public {
        beacon.setSeatStake(3_000e18);
        uint256 id = open(1);
        assertEq(disputes.dispute(id).frozen, 3_000e18, "what one value may decide");
    }

    function test_openDispute_roundsTheFreezeAndItsPartUp() public {
        beacon.setSeatStake(1);
        IDisputeRecords.Dispute memory record = disputes.dispute(open(1));
        assertEq(record.frozen, 1, "one wei");
        assertEq(record.bond.heldUpPart, 1, "one per cent of it is one");
    }

    function test_openDispute_isPossibleUntilSevenUnitsAfterExpiryUncollected() public {
        Attestation memory attestation = attest(1, CLAIMED);
        vm.warp(attestation.expires + 7 days);
        openWith(attestation);
    }

    function test_openDispute_revertsIf_longAgoAndEverythingMatured() public {
        Attestation memory attestation = attest(1, CLAIMED);
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 100e18));
        vm.warp(attestation.expires + 9 days);
        refuses(attestation, closed(attestation.expires + 7 days));
    }

    function test_openDispute_isPossibleWhileEarningsMature() public {
        Attestation memory attestation = attest(1, CLAIMED);
        vm.warp(attestation.expires + 20 days);
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 100e18));
        vm.warp(block.timestamp + 7 days);
        openWith(attestation);
    }

    function test_openDispute_revertsIf_thirtyUnitsAfterExpiry() public {
        Attestation memory attestation = attest(1, CLAIMED);
        vm.warp(attestation.expires + 30 days);
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 100e18));
        vm.warp(block.timestamp + 1);
        refuses(attestation, closed(attestation.expires + 30 days));
    }

    function test_openDispute_revertsIf_notByItsPayer() public {
        Attestation memory attestation = attest(1, CLAIMED);
        bytes memory signature = signedBy(NODE_KEY, attestation);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerNotPayer.selector, address(this), payer
            )
        );
        disputes.openDispute(attestation, signature, 0, "sealed");
    }

    function test_openDispute_revertsIf_notDeterministic() public {
        Attestation memory attestation = attest(1, CLAIMED);
        attestation.deterministic = false;
        refuses(
            attestation,
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNotDeterministic.selector)
        );
    }

    function test_openDispute_revertsIf_notSignedByTheNode() public {
        Attestation memory attestation = attest(1, CLAIMED);
        bytes memory forged = signedBy(0xbad, attestation);
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerWrongSigner.selector, node, vm.addr(0xbad), address(0)
            )
        );
        disputes.openDispute(attestation, forged, 0, "sealed");
    }

    function test_openDispute_revertsIf_inputIsEmptyOrTooLong() public {
        Attestation memory attestation = attest(1, CLAIMED);
        bytes memory signature = signedBy(NODE_KEY, attestation);
        vm.startPrank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerInputSize.selector, 0, 32_768)
        );
        disputes.openDispute(attestation, signature, 0, "");
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerInputSize.selector, 32_769, 32_768)
        );
        disputes.openDispute(attestation, signature, 0, new bytes(32_769));
        disputes.openDispute(attestation, signature, 0, new bytes(32_768));
        vm.stopPrank();
    }

    function test_openDispute_revertsIf_oneIsOpenBetweenThem() public {
        uint256 id = open(1);
        refuses(
            attest(2, CLAIMED),
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerDisputeOpen.selector, payer, node, id
            )
        );
    }

    function test_openDispute_revertsIf_beaconHasNoStake() public {
        beacon.setSeatStake(0);
        refuses(
            attest(1, CLAIMED),
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNoSeatStake.selector)
        );
    }

    function test_openDispute_revertsIf_allEpochsSoonAreFull() public {
        beacon.setSeatStake(FROZEN);
        // Epochs of half a unit that end within three: five, or six from an epoch's first second.
        for (uint160 i = 1; i <= 5; ++i) {
            openWithPayer(address(0xa000 + i), i);
        }
        fund(node, NODE_STAKE);
        vm.startPrank(node);
        staking.stake(NODE_STAKE);
        vm.stopPrank();
        (uint256 epoch,) = disputes.drawingOn();
        refuses(
            attest(9, CLAIMED),
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerQueueFull.selector,
                epoch + 1,
                (epoch + 2) * BEACON_EPOCH,
                block.timestamp + 3 days
            )
        );
    }

    function test_postKeys_isForThePayerAndBounded() public {
        uint256 id = open(1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerNotPayer.selector, address(this), payer
            )
        );
        disputes.postKeys(id, "key");
        vm.startPrank(payer);
        disputes.postKeys(id, "key");
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerInputSize.selector, 0, 32_768)
        );
        disputes.postKeys(id, "");
        vm.stopPrank();
    }

    function test_setParameters_holdsForLaterDisputesOnly() public {
        uint256 first = open(1);
        IDisputeRecords.Parameters memory set = defaults();
        set.jurorFee = 7e18;
        vm.prank(address(timelock));
        disputes.setParameters(set);
        assertEq(disputes.latestParameters(), 1, "the second");
        assertEq(disputes.parameters(0).jurorFee, FEE, "the first is kept");
        assertEq(disputes.parameters(1).jurorFee, 7e18, "the new one");
        uint256 second = openWithPayer(address(0xa001), 2);
        assertEq(disputes.dispute(first).parametersId, 0, "old");
        assertEq(disputes.dispute(second).parametersId, 1, "new");
        assertEq(disputes.dispute(second).bond.left, 42 * 7e18 + FROZEN / 100, "new fee");
    }

    function test_setParameters_isBounded() public {
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedNotTimelock.selector, address(this))
        );
        disputes.setParameters(defaults());
        IDisputeRecords.Parameters memory set = defaults();
        set.jurorFee = 0.01e18 - 1;
        outOfBounds(set, "jurorFee", set.jurorFee, 0.01e18, 1_000e18);
        set.jurorFee = 1_000e18 + 1;
        outOfBounds(set, "jurorFee", set.jurorFee, 0.01e18, 1_000e18);
        set = defaults();
        set.jurorPenalty = uint96(FEE - 1);
        outOfBounds(set, "jurorPenalty", set.jurorPenalty, FEE, 10_000e18);
        set.jurorPenalty = 10_000e18 + 1;
        outOfBounds(set, "jurorPenalty", set.jurorPenalty, FEE, 10_000e18);
        set = defaults();
        set.ticketSize = 1e18 - 1;
        outOfBounds(set, "ticketSize", set.ticketSize, 1e18, 100_000e18);
        set.ticketSize = 100_000e18 + 1;
        outOfBounds(set, "ticketSize", set.ticketSize, 1e18, 100_000e18);
        set = defaults();
        set.wrongAnswerCutBps = 499;
        outOfBounds(set, "wrongAnswerCutBps", 499, 500, 5_000);
        set.wrongAnswerCutBps = 5_001;
        outOfBounds(set, "wrongAnswerCutBps", 5_001, 500, 5_000);
        set = defaults();
        set = defaults();
        set.guardianDelay = uint48(UNIT - 1);
        outOfBounds(set, "guardianDelay", UNIT - 1, UNIT, 3 * UNIT);
        set.guardianDelay = uint48(3 * UNIT + 1);
        outOfBounds(set, "guardianDelay", 3 * UNIT + 1, UNIT, 3 * UNIT);
    }

    function test_initialize_onceAndConstructorRefusesMissingNeighbours() public {
        vm.expectRevert();
        disputes.initialize(defaults());
        DisputesBase.Immutables memory set = neighbours();
        set.slashGuardian = address(0);
        vm.expectRevert(IGoverned.GovernedZeroAddress.selector);
        new DisputeManager(set);
    }

    function test_staking_knowsTheDisputesAsAVerifierThatMayConvict() public view {
        (bool registered, IStaking.VerifierTerms memory terms) = staking.verifier(address(disputes));
        assertTrue(registered && terms.mayConvict, "registered");
        assertEq(terms.maxSlash, MAX_SLASH, "cap");
    }

    function test_storage_startsWhereErc7201Says() public {
        open(1);
        bytes32 slot = keccak256(abi.encode(uint256(keccak256("ddai.storage.DisputeManager")) - 1))
            & ~bytes32(uint256(0xff));
        (, uint256 bonds,) = disputes.totals();
        assertEq(uint96(uint256(vm.load(address(disputes), slot))), bonds, "totals come first");
        slot = keccak256(abi.encode(uint256(keccak256("ddai.storage.SlashGuardian")) - 1))
            & ~bytes32(uint256(0xff));
        assertEq(
            address(uint160(uint256(vm.load(address(slashGuardian), slot)))), sparing, "guardian"
        );
    }

    function test_attestation_isUsedByItsDigest() public {
        Attestation memory attestation = attest(1, CLAIMED);
        bytes32 digest = AttestationHash.digest(attestation, address(nodeRegistry));
        assertTrue(!disputes.isUsed(digest), "fresh");
        openWith(attestation);
        assertTrue(disputes.isUsed(digest), "used");
    }

    function refuses(Attestation memory attestation, bytes memory reason) private {
        bytes memory signature = signedBy(NODE_KEY, attestation);
        vm.prank(attestation.payer);
        vm.expectRevert(reason);
        disputes.openDispute(attestation, signature, 0, "sealed");
    }

    function closed(uint256 at) private view returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeRecords.DisputeManagerWindowClosed.selector, node, at);
    }

    function outOfBounds(
        IDisputeRecords.Parameters memory set,
        bytes32 name,
        uint256 value,
        uint256 min,
        uint256 max
    ) private {
        vm.prank(address(timelock));
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedOutOfBounds.selector, name, value, min, max)
        );
        disputes.setParameters(set);
    }
}
