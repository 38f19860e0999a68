// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBondedWork} from "../../src/interfaces/IBondedWork.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {IStorageProofs} from "../../src/interfaces/IStorageProofs.sol";
import {SumTree} from "../../src/libraries/SumTree.sol";
import {StorageTest} from "../base/StorageTest.sol";
import {vm} from "../base/Vm.sol";

contract StorageAttacks is StorageTest {
    address private other = address(0x0e2);

    function test_proofOfAnotherPeriod_isRefused() public {
        store(keeper, 1, 64, 20, 3);
        nextPeriod();
        answer(keeper);
        uint256 period = proofs.currentPeriod();
        bytes memory old = proofOf(keeper, period);
        nextPeriod();
        completePeriod();
        vm.expectRevert();
        proofs.prove(keeper, period + 1, old);
    }

    function test_proofOfAnotherNodeOfTheSameData_isRefused() public {
        addKeeper(other, 0x0e2);
        store(keeper, 1, 64, 20, 3);
        store(other, 1, 64, 20, 3);
        nextPeriod();
        completePeriod();
        uint256 period = proofs.currentPeriod();
        bytes memory copied = proofOf(keeper, period);
        vm.expectRevert();
        proofs.prove(other, period, copied);
    }

    function test_proofOfAnotherDataSet_isRefused() public {
        store(keeper, 1, 64, 20, 3);
        store(keeper, 2, 64, 20, 3);
        nextPeriod();
        completePeriod();
        uint256 period = proofs.currentPeriod();
        // Leaves of a set the node never took, in the place of those drawn.
        held[keeper][0].seed = held[keeper][1].seed = 3;
        bytes memory wrong = proofOf(keeper, period);
        vm.expectRevert();
        proofs.prove(keeper, period, wrong);
    }

    function test_lostDataSet_isNotAnsweredByLeavesOfTheOneKept() public {
        store(keeper, 1, 64, 20, 3);
        store(keeper, 2, 64, 20, 3);
        nextPeriod();
        completePeriod();
        uint256 period = proofs.currentPeriod();
        uint256[] memory positions = proofs.challenge(keeper, period);
        bytes memory kept;
        bool lost = false;
        for (uint256 i = 0; i < positions.length; ++i) {
            // Bits of a position beyond the set's levels would choose nothing.
            if (positions[i] >= 64) lost = true;
            kept = abi.encodePacked(kept, draw(keeper, positions[i] % 64));
        }
        assertTrue(lost, "the lost set was drawn");
        vm.expectRevert();
        proofs.prove(keeper, period, kept);
    }

    function test_oneChangedByteOfALeaf_isRefused() public {
        store(keeper, 1, 8, 20, 3);
        nextPeriod();
        completePeriod();
        uint256 period = proofs.currentPeriod();
        for (uint256 i = 0; i < 5; ++i) {
            bytes memory proof = proofOf(keeper, period);
            proof[i * (267 + 3 * 32) + 100] ^= 0x01;
            vm.expectRevert();
            proofs.prove(keeper, period, proof);
        }
    }

    function test_wrongLeafWeight_isRefused() public {
        store(keeper, 1, 8, 20, 3);
        store(keeper, 2, 8, 20, 3);
        nextPeriod();
        completePeriod();
        uint256 period = proofs.currentPeriod();
        bytes memory proof = proofOf(keeper, period);
        // The count of the first draw's data set, its lowest byte: same depth, another weight.
        proof[261] = 0x07;
        vm.expectRevert();
        proofs.prove(keeper, period, proof);
        proof[261] = 0x08;
        // The sibling's count at the end of the first draw.
        proof[267 + 3 * 32 + 37] = 0x09;
        vm.expectRevert();
        proofs.prove(keeper, period, proof);
    }

    /// @dev A smaller weight for what is lost already would keep the draws away from it.
    function test_acceptWithAForgedWeightOfTheTree_isRefused() public {
        store(keeper, 1, 64, 20, 3);
        uint256 id = offer(keeper, 2, 64, 20, 3);
        IStorageProofs.Path memory at = top(keeper);
        bytes32 root = at.hash;
        at.count = 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                IStorageProofs.StorageWrongPath.selector, root, 64, root, uint256(1)
            )
        );
        vm.prank(keeper);
        proofs.accept(id, at);
        at.count = 0;
        vm.expectRevert(
            abi.encodeWithSelector(
                IStorageProofs.StorageWrongPath.selector, bytes32(0), 0, root, uint256(0)
            )
        );
        vm.prank(keeper);
        proofs.accept(id, at);
        take(keeper, Data(id, 2, 64, false));
        // The same within the tree: the weight of an inner place is part of its parent.
        id = offer(keeper, 3, 64, 20, 3);
        at = pathOf(keeper, 0);
        (at.hash, at.count) = treeOf(keeper, 1);
        at.count = 1;
        vm.expectRevert();
        vm.prank(keeper);
        proofs.accept(id, at);
    }

    function test_acceptAfterTheValueIsKnown_doesNotChangeTheRootChallenged() public {
        store(keeper, 1, 64, 20, 3);
        nextPeriod();
        completePeriod();
        uint256 period = proofs.currentPeriod();
        (bytes32 root,) = proofs.nodeRoot(keeper, period);
        uint256[] memory before = proofs.challenge(keeper, period);
        store(keeper, 2, 64, 20, 3);
        (bytes32 afterwards,) = proofs.nodeRoot(keeper, period);
        assertTrue(root == afterwards, "same root");
        uint256[] memory now_ = proofs.challenge(keeper, period);
        for (uint256 i = 0; i < 5; ++i) {
            assertEq(before[i], now_[i], "same draws");
        }
    }

    function test_lostData_isFoundSooner_theMoreIsLost() public {
        uint256 id = store(keeper, 1, 64, 20, 0);
        nextPeriod();
        completePeriod();
        uint256 period = proofs.currentPeriod();
        held[keeper][0].seed = 99;
        bytes memory garbage = proofOf(keeper, period);
        vm.expectRevert();
        proofs.prove(keeper, period, garbage);
        nextPeriod();
        nextPeriod();
        vm.prank(reporter);
        proofs.reportFault(id, period + 1);
        assertEq(200_000e18 - staking.collateralOf(keeper), PRICE * PENALTY, "slashed");
    }

    function test_fault_escapeByThawingAndRetiring() public {
        uint256 id = store(keeper, 1, 64, 20, 0);
        nextPeriod();
        completePeriod();
        vm.startPrank(keeper);
        staking.thaw(IStaking.Kind.Collateral, 200_000e18);
        nodeRegistry.retire();
        vm.stopPrank();
        nextPeriod();
        nextPeriod();
        proofs.reportFault(id, proofs.currentPeriod() - 1);
        assertEq(
            staking.position(keeper, IStaking.Kind.Collateral).thawing,
            200_000e18 - PRICE * PENALTY,
            "thawing stake pays"
        );
    }

    function test_fault_escapeByRemovingTheDataSet() public {
        uint256 id = store(keeper, 1, 64, 20, 0);
        nextPeriod();
        IStorageProofs.Path memory at;
        vm.expectRevert(
            abi.encodeWithSelector(
                IStorageProofs.StorageStillRunning.selector, id, proofs.dataSet(id).endPeriod
            )
        );
        vm.prank(keeper);
        proofs.remove(id, at);
        vm.prank(keeper);
        proofs.giveNotice(id);
        completePeriod();
        nextPeriod();
        nextPeriod();
        assertEq(proofs.reportFault(id, proofs.currentPeriod() - 1), 1, "notice is no absolution");
    }

    function test_innerNode_cannotPassAsADataSet() public {
        store(keeper, 1, 8, 20, 3);
        store(keeper, 2, 8, 20, 3);
        // An offer whose root is an inner node of the tree changes nothing: preimages differ in length.
        (bytes32 inner,) = treeOf(keeper, 2);
        vm.prank(client);
        uint256 id = proofs.addDataSet(inner, 16, PRICE, 1, 0, keeper);
        IStorageProofs.Path memory at = top(keeper);
        vm.prank(keeper);
        proofs.accept(id, at);
        nextPeriod();
        at.hash = SumTree.leafHash(inner, 16);
        at.directions = 0;
        vm.expectRevert();
        vm.prank(keeper);
        proofs.remove(id, at);
    }

    function test_voidPeriod_hasNoChallengeNoFaultNoPay() public {
        uint256 id = store(keeper, 1, 8, 3, 0);
        uint256 first = proofs.dataSet(id).firstPeriod;
        for (uint256 i = 0; i < 5; ++i) {
            nextPeriod();
        }
        vm.expectRevert(
            abi.encodeWithSelector(IStorageProofs.StorageNoChallenge.selector, first + 3)
        );
        proofs.prove(keeper, first + 3, "");
        assertEq(proofs.reportFault(id, first + 3), 0, "no fault");
        assertEq(proofs.settle(id, first + 3), 0, "no pay");
        assertEq(proofs.totalDeposits(), 0, "all returned");
        assertEq(staking.collateralOf(keeper), 200_000e18, "no slash");
    }

    function test_stakeOfOneMoment_earnsNothing() public {
        store(keeper, 1, 8, 200, 100);
        nextEpoch();
        uint256 epoch = block.timestamp / EPOCH;
        proofs.noteStake(keeper);
        stakeFor(keeper, 1_000_000e18);
        manager.rollSeats();
        nextPeriod();
        answer(keeper);
        nextEpoch();
        assertEq(proofs.claimPossession(keeper, epoch), 200_000e18, "that of the start");
    }

    function test_accrueBonded_byAStrangerOrForAnotherClass() public {
        IBondedWork.Participation memory part = IBondedWork.Participation(keeper, 2, 1, 1e18, 1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IBondedWork.EmissionsNotBondedSource.selector, address(this), uint8(2)
            )
        );
        emissions.accrueBonded(part);
        vm.expectRevert(
            abi.encodeWithSelector(
                IBondedWork.EmissionsNotBondedSource.selector, address(manager), uint8(2)
            )
        );
        vm.prank(address(manager));
        emissions.accrueBonded(part);
    }
}
