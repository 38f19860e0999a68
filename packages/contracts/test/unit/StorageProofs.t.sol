// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {IPausable} from "../../src/interfaces/IPausable.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {IStorageProofs} from "../../src/interfaces/IStorageProofs.sol";
import {StorageTest} from "../base/StorageTest.sol";
import {vm} from "../base/Vm.sol";

contract StorageProofsTest is StorageTest {
    function test_addDataSet_depositsPriceTimesPeriodsWithTheHighestFee() public {
        uint256 before = token.balanceOf(client);
        uint256 id = offer(keeper, 1, 8, 20, 3);
        assertEq(before - token.balanceOf(client), 220e18, "with a tenth");
        assertEq(proofs.totalDeposits(), 220e18, "held");
        assertEq(proofs.dataSet(id).endPeriod, 20, "periods");
        assertHeld();
    }

    function test_addDataSet_revertsIf_termsAreOutOfBounds() public {
        vm.startPrank(client);
        vm.expectRevert(IStorageProofs.StorageZeroRoot.selector);
        proofs.addDataSet(0, 8, PRICE, 20, 3, keeper);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStorageProofs.StorageLeafCountOutOfBounds.selector, 0, uint256(2 ** 40)
            )
        );
        proofs.addDataSet(bytes32(uint256(1)), 0, PRICE, 20, 3, keeper);
        vm.expectRevert(IStorageProofs.StorageZeroPrice.selector);
        proofs.addDataSet(bytes32(uint256(1)), 8, 0, 20, 3, keeper);
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StoragePeriodsOutOfBounds.selector, 0, 3_650)
        );
        proofs.addDataSet(bytes32(uint256(1)), 8, PRICE, 0, 0, keeper);
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageTooManyMisses.selector, 20, 20)
        );
        proofs.addDataSet(bytes32(uint256(1)), 8, PRICE, 20, 20, keeper);
        vm.expectRevert(IGoverned.GovernedZeroAddress.selector);
        proofs.addDataSet(bytes32(uint256(1)), 8, PRICE, 20, 3, address(0));
        vm.stopPrank();
    }

    function test_addDataSet_revertsIf_paused_butNothingElseIs() public {
        uint256 id = store(keeper, 1, 8, 20, 3);
        vm.prank(guardian);
        proofs.pause(7 days);
        vm.expectRevert(
            abi.encodeWithSelector(IPausable.PausablePaused.selector, block.timestamp + 7 days)
        );
        vm.prank(client);
        proofs.addDataSet(bytes32(uint256(1)), 8, PRICE, 20, 3, keeper);
        nextPeriod();
        answer(keeper);
        nextPeriod();
        nextPeriod();
        proofs.settle(id, proofs.currentPeriod() - 1);
    }

    function test_cancelDataSet_returnsAnOfferNobodyTook() public {
        uint256 id = offer(keeper, 1, 8, 20, 3);
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageNotClient.selector, address(this), id)
        );
        proofs.cancelDataSet(id);
        vm.prank(client);
        assertEq(proofs.cancelDataSet(id), gross(20), "all");
        assertEq(proofs.totalDeposits(), 0, "nothing held");
        vm.expectRevert(abi.encodeWithSelector(IStorageProofs.StorageUnknownDataSet.selector, id));
        vm.prank(client);
        proofs.cancelDataSet(id);
    }

    function test_cancelDataSet_revertsIf_accepted() public {
        uint256 id = store(keeper, 1, 8, 20, 3);
        vm.expectRevert(abi.encodeWithSelector(IStorageProofs.StorageAlreadyAccepted.selector, id));
        vm.prank(client);
        proofs.cancelDataSet(id);
    }

    function test_accept_countsFromTheNextPeriod() public {
        uint256 id = store(keeper, 1, 8, 20, 3);
        uint256 period = proofs.currentPeriod();
        assertEq(proofs.dataSet(id).firstPeriod, period + 1, "first");
        assertEq(proofs.dataSet(id).endPeriod, period + 21, "end");
        (, uint256 now_) = proofs.nodeRoot(keeper, period);
        (, uint256 next) = proofs.nodeRoot(keeper, period + 1);
        assertEq(now_, 0, "not yet");
        assertEq(next, 8, "then");
    }

    function test_accept_bySigner_andRevertsIf_stranger() public {
        uint256 id = offer(keeper, 1, 8, 20, 3);
        IStorageProofs.Path memory at;
        vm.expectRevert();
        proofs.accept(id, at);
        vm.prank(vm.addr(KEEPER_KEY));
        proofs.accept(id, at);
        vm.expectRevert(abi.encodeWithSelector(IStorageProofs.StorageAlreadyAccepted.selector, id));
        vm.prank(keeper);
        proofs.accept(id, at);
    }

    function test_accept_revertsIf_inactiveOrUnderstakedOrUnregistered() public {
        IStorageProofs.Path memory at;
        uint256 id = offer(keeper, 1, 8, 20, 3);
        vm.prank(keeper);
        staking.thaw(IStaking.Kind.Collateral, 190_000e18);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStorageProofs.StorageStakeBelowMinimum.selector, keeper, 10_000e18, MIN_STORAGE
            )
        );
        vm.prank(keeper);
        proofs.accept(id, at);
        vm.prank(keeper);
        nodeRegistry.retire();
        vm.expectRevert(abi.encodeWithSelector(IStorageProofs.StorageNodeInactive.selector, keeper));
        vm.prank(keeper);
        proofs.accept(id, at);
        uint256 other = offer(address(0xbad), 1, 8, 20, 3);
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageNodeInactive.selector, address(0xbad))
        );
        vm.prank(address(0xbad));
        proofs.accept(other, at);
    }

    function test_accept_revertsIf_pathIsWrongOrMalformed() public {
        store(keeper, 1, 8, 20, 3);
        uint256 id = offer(keeper, 2, 5, 20, 3);
        IStorageProofs.Path memory at;
        vm.expectRevert();
        vm.prank(keeper);
        proofs.accept(id, at);
        take(keeper, Data(id, 2, 5, false));
        at.siblings = new bytes(39);
        id = offer(keeper, 3, 5, 20, 3);
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageMalformedSiblings.selector, 39)
        );
        vm.prank(keeper);
        proofs.accept(id, at);
        at.siblings = new bytes(38 * 33);
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageMalformedSiblings.selector, 38 * 33)
        );
        vm.prank(keeper);
        proofs.accept(id, at);
    }

    function test_accept_intoTheMiddleOfTheTree() public {
        store(keeper, 1, 8, 20, 3);
        store(keeper, 2, 4, 20, 3);
        uint256 id = offer(keeper, 3, 2, 20, 3);
        IStorageProofs.Path memory at = pathOf(keeper, 0);
        (at.hash, at.count) = treeOf(keeper, 1);
        vm.prank(keeper);
        proofs.accept(id, at);
        (, uint256 leaves) = proofs.nodeRoot(keeper, proofs.currentPeriod() + 1);
        assertEq(leaves, 14, "all leaves");
    }

    function test_prove_marksThePeriodAndPaysNothing() public {
        store(keeper, 1, 8, 20, 3);
        nextPeriod();
        uint256 before = token.balanceOf(keeper);
        uint256 period = answer(keeper);
        assertTrue(proofs.isProven(keeper, period), "marked");
        assertEq(token.balanceOf(keeper), before, "no pay");
        assertEq(escrow.earningsOf(keeper).held, 0, "no earnings");
        bytes memory again = proofOf(keeper, period);
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageAlreadyProven.selector, keeper, period)
        );
        proofs.prove(keeper, period, again);
    }

    function test_prove_overSeveralDataSetsAndOddLeafCounts() public {
        store(keeper, 1, 7, 20, 3);
        store(keeper, 2, 1, 20, 3);
        store(keeper, 3, 13, 20, 3);
        for (uint256 i = 0; i < 6; ++i) {
            nextPeriod();
            answer(keeper);
        }
    }

    function test_prove_inThePeriodAfter_againstTheRootOfThen() public {
        store(keeper, 1, 8, 20, 3);
        nextPeriod();
        completePeriod();
        uint256 period = proofs.currentPeriod();
        bytes memory proof = proofOf(keeper, period);
        store(keeper, 2, 4, 20, 3);
        nextPeriod();
        store(keeper, 3, 4, 20, 3);
        proofs.prove(keeper, period, proof);
        assertTrue(proofs.isProven(keeper, period), "two newer roots wait");
    }

    function test_prove_revertsIf_closedPendingOrVoid() public {
        store(keeper, 1, 8, 20, 3);
        nextPeriod();
        uint256 period = proofs.currentPeriod();
        vm.expectRevert(abi.encodeWithSelector(IStorageProofs.StorageNoChallenge.selector, period));
        proofs.prove(keeper, period, "");
        completePeriod();
        bytes memory proof = proofOf(keeper, period);
        nextPeriod();
        nextPeriod();
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StoragePeriodClosed.selector, period, period + 2)
        );
        proofs.prove(keeper, period, proof);
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageNoChallenge.selector, period + 1)
        );
        proofs.prove(keeper, period + 1, proof);
    }

    function test_prove_revertsIf_lengthIsWrong() public {
        store(keeper, 1, 8, 20, 3);
        nextPeriod();
        completePeriod();
        uint256 period = proofs.currentPeriod();
        bytes memory proof = proofOf(keeper, period);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStorageProofs.StorageProofLength.selector, proof.length + 1, proof.length
            )
        );
        proofs.prove(keeper, period, abi.encodePacked(proof, uint8(0)));
        vm.expectRevert();
        proofs.prove(keeper, period, "");
    }

    function test_prove_revertsIf_nodeHasNothing() public {
        nextPeriod();
        completePeriod();
        uint256 period = proofs.currentPeriod();
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageNothingToProve.selector, keeper, period)
        );
        proofs.prove(keeper, period, "");
    }

    function test_giveNotice_endsSevenPeriodsLaterAndReturnsTheRest() public {
        uint256 id = store(keeper, 1, 8, 100, 3);
        uint256 first = proofs.dataSet(id).firstPeriod;
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageNotParty.selector, address(this), id)
        );
        proofs.giveNotice(id);
        uint256 before = token.balanceOf(client);
        vm.prank(client);
        assertEq(proofs.giveNotice(id), first + 7, "notice");
        assertEq(token.balanceOf(client) - before, gross(93), "later periods");
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageEnding.selector, id, first + 7)
        );
        vm.prank(keeper);
        proofs.giveNotice(id);
        assertHeld();
    }

    function test_remove_takesTheDataSetOutFromTheNextPeriodOn() public {
        uint256 short = store(keeper, 1, 8, 1, 0);
        uint256 id = store(keeper, 2, 4, 20, 3);
        IStorageProofs.Path memory at = pathOf(keeper, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStorageProofs.StorageStillRunning.selector, id, proofs.dataSet(id).endPeriod
            )
        );
        vm.prank(keeper);
        proofs.remove(id, at);
        nextPeriod();
        vm.expectRevert();
        proofs.remove(short, at);
        vm.prank(keeper);
        proofs.remove(short, at);
        uint256 period = proofs.currentPeriod();
        (, uint256 leaves) = proofs.nodeRoot(keeper, period);
        assertEq(leaves, 12, "still challenged");
        (, leaves) = proofs.nodeRoot(keeper, period + 1);
        assertEq(leaves, 4, "no longer");
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageAlreadyRemoved.selector, short)
        );
        vm.prank(keeper);
        proofs.remove(short, at);
        held[keeper][0] = held[keeper][1];
        held[keeper].pop();
        completePeriod();
        nextPeriod();
        answer(keeper);
    }

    function test_remove_theLastDataSetLeavesNothing() public {
        uint256 id = store(keeper, 1, 8, 1, 0);
        nextPeriod();
        IStorageProofs.Path memory at;
        vm.prank(keeper);
        proofs.remove(id, at);
        (bytes32 root, uint256 leaves) = proofs.nodeRoot(keeper, proofs.currentPeriod() + 1);
        assertEq(uint256(root) + leaves, 0, "empty");
    }

    function test_setPenaltyPeriods_isBounded() public {
        vm.prank(address(timelock));
        proofs.setPenaltyPeriods(365);
        assertEq(proofs.penaltyPeriods(), 365, "set");
        vm.expectRevert();
        vm.prank(address(timelock));
        proofs.setPenaltyPeriods(366);
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedNotTimelock.selector, address(this))
        );
        proofs.setPenaltyPeriods(30);
    }

    function test_initialize_revertsIf_calledAgain() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        proofs.initialize(PENALTY);
    }
}
