// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {EmissionsController} from "../../src/EmissionsController.sol";
import {IBondedWork} from "../../src/interfaces/IBondedWork.sol";
import {IEmissionsController} from "../../src/interfaces/IEmissionsController.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {COMPUTE, STORAGE, VALIDATION} from "../../src/types/WorkClass.sol";
import {WorkTest} from "../base/WorkTest.sol";
import {vm} from "../base/Vm.sol";

contract BondedWorkTest is WorkTest {
    uint256 private constant DAILY = 3_000_000e18;
    /// @dev 15% of the day, half of it bonded.
    uint256 private constant BONDED = DAILY * 15 / 100 / 2;

    address private node = address(0xb0b);
    uint256 private epoch;

    function setUp() public override {
        super.setUp();
        stakeFor(node, 1_000_000e18);
        registerNode(node, 0x51, STORES | VALIDATES);
        epoch = emissions.openEpoch().id;
    }

    function test_closeEpoch_keepsTheBondedBudgetForUnitsToCome() public {
        nextEpoch();
        IBondedWork.BondedResult memory result = emissions.bondedResult(STORAGE, epoch);
        assertEq(result.budget, BONDED, "half of the class");
        assertEq(result.openUntil, block.timestamp + EPOCH, "one epoch to accrue");
        assertEq(result.yieldPpb, YIELD, "its yield");
        assertEq(emissions.ledger().owed, 2 * BONDED, "owed");
        assertConserved();
    }

    function test_accrueBonded_dividesTheStakeAmongTheClasses() public {
        nextEpoch();
        assertEq(accrue(STORAGE, 1_000_000e18, 3, 4), 375_000e18, "half the stake, three of four");
        assertEq(accrue(VALIDATION, 1_000_000e18, 1, 1), 500_000e18, "the other half");
        assertEq(emissions.bondedUnitsOf(node, STORAGE, epoch), 375_000e18, "units");
        assertEq(emissions.bondedResult(STORAGE, epoch).units, 375_000e18, "of all");
    }

    function test_accrueBonded_changedClassesDoNotUseAStakeTwice() public {
        nextEpoch();
        vm.prank(node);
        nodeRegistry.update(STORES, 8, bytes32(0), "");
        assertEq(accrue(STORAGE, 1_000_000e18, 1, 1), 1_000_000e18, "all for one");
        vm.prank(node);
        nodeRegistry.update(VALIDATES, 8, bytes32(uint256(1)), "");
        assertEq(accrue(VALIDATION, 1_000_000e18, 1, 1), 0, "nothing left");
    }

    function test_accrueBonded_takesTheLowerStakeAndAShareOfAtMostOne() public {
        nextEpoch();
        assertEq(accrue(STORAGE, 10_000_000e18, 9, 4), 500_000e18, "what is there now, once");
        assertEq(accrue(VALIDATION, 400_000e18, 0, 0), 0, "nothing scheduled");
        assertEq(accrue(VALIDATION, 400_000e18, 1, 1), 200_000e18, "what was there then");
    }

    function test_accrueBonded_revertsIf_twiceOrEarlyOrLate() public {
        vm.expectRevert(
            abi.encodeWithSelector(IBondedWork.EmissionsNoBondedPart.selector, STORAGE, epoch)
        );
        accrue(STORAGE, 1e18, 1, 1);
        nextEpoch();
        accrue(STORAGE, 1e18, 1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IBondedWork.EmissionsAlreadyAccrued.selector, node, STORAGE, epoch
            )
        );
        accrue(STORAGE, 1e18, 1, 1);
        vm.warp(block.timestamp + EPOCH);
        vm.expectRevert(
            abi.encodeWithSelector(
                IBondedWork.EmissionsUnitsClosed.selector, VALIDATION, epoch, block.timestamp
            )
        );
        accrue(VALIDATION, 1e18, 1, 1);
    }

    function test_claimBonded_paysAtMostTheYield() public {
        nextEpoch();
        accrue(STORAGE, 1_000_000e18, 1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IBondedWork.EmissionsUnitsStillOpen.selector,
                STORAGE,
                epoch,
                block.timestamp + EPOCH
            )
        );
        claim(STORAGE);
        assertEq(emissions.bondedRewardOf(node, STORAGE, epoch), 0, "not yet");
        nextEpoch();
        uint256 expected = 500_000e18 * YIELD / 1e9;
        assertEq(emissions.bondedRewardOf(node, STORAGE, epoch), expected, "view");
        assertEq(claim(STORAGE), expected, "yield");
        assertEq(token.balanceOf(node), expected, "paid");
        assertEq(emissions.bondedResult(STORAGE, epoch).remaining, 0, "the rest is back");
        assertConserved();
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNothingToClaim.selector, node, STORAGE, epoch
            )
        );
        claim(STORAGE);
    }

    function test_claimBonded_sharesTheBudgetWhenUnitsEarnMore() public {
        address second = address(0xca1);
        vm.prank(address(timelock));
        emissions.setBondedYield(1_000_000);
        stakeFor(node, 899_000_000e18);
        stakeFor(second, 300_000_000e18);
        registerNode(second, 0x52, STORES);
        vm.prank(node);
        nodeRegistry.update(STORES, 8, bytes32(0), "");
        nextEpoch();
        accrue(STORAGE, 900_000_000e18, 1, 1);
        vm.prank(address(proofs));
        emissions.accrueBonded(
            IBondedWork.Participation(second, STORAGE, epoch, 300_000_000e18, 1, 1)
        );
        nextEpoch();
        assertEq(claim(STORAGE), BONDED * 3 / 4, "three quarters of the budget");
        assertConserved();
    }

    function test_settleBonded_returnsWhatNobodyEarned() public {
        nextEpoch();
        nextEpoch();
        uint256 reserve = emissions.ledger().reserve;
        assertEq(emissions.settleBonded(STORAGE, epoch), BONDED, "all");
        assertEq(emissions.ledger().reserve, reserve + BONDED, "reserve");
        vm.expectRevert(
            abi.encodeWithSelector(IBondedWork.EmissionsAlreadySettled.selector, STORAGE, epoch)
        );
        emissions.settleBonded(STORAGE, epoch);
        assertConserved();
    }

    function test_expire_returnsBondedPartsToo() public {
        nextEpoch();
        accrue(STORAGE, 1_000_000e18, 1, 1);
        vm.warp(block.timestamp + 366 * EPOCH);
        emissions.closeEpoch();
        // Settled for one class, forgotten for the other.
        emissions.settleBonded(STORAGE, epoch);
        uint256 unclaimed = 500_000e18 * YIELD / 1e9;
        assertEq(emissions.expire(epoch), unclaimed + BONDED, "both");
        assertConserved();
        vm.expectRevert(
            abi.encodeWithSelector(IBondedWork.EmissionsNoBondedPart.selector, STORAGE, epoch)
        );
        claim(STORAGE);
    }

    function test_claimBonded_revertsIf_unsortedOrEmptyOrStranger() public {
        nextEpoch();
        accrue(STORAGE, 1_000_000e18, 1, 1);
        nextEpoch();
        uint256[] memory epochs = new uint256[](2);
        (epochs[0], epochs[1]) = (epoch, epoch);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsUnsortedEpochs.selector, epoch, epoch
            )
        );
        vm.prank(node);
        emissions.claimBonded(node, STORAGE, epochs);
        vm.expectRevert(IEmissionsController.EmissionsEmptyEpochs.selector);
        vm.prank(node);
        emissions.claimBonded(node, STORAGE, new uint256[](0));
        vm.expectRevert(
            abi.encodeWithSelector(IEmissionsController.EmissionsTooManyEpochs.selector, 366, 365)
        );
        vm.prank(node);
        emissions.claimBonded(node, STORAGE, new uint256[](366));
        epochs = new uint256[](1);
        epochs[0] = epoch;
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNotOperatorOrSigner.selector, address(this), node
            )
        );
        emissions.claimBonded(node, STORAGE, epochs);
    }

    function test_registerWorkSource_waits21UnitsAndReplaces() public {
        address source = address(0x50c);
        vm.startPrank(address(timelock));
        bytes32 change = keccak256(abi.encode("workSource", STORAGE, source));
        vm.expectRevert(abi.encodeWithSelector(IGoverned.GovernedNotAnnounced.selector, change));
        emissions.registerWorkSource(STORAGE, source);
        emissions.announceWorkSource(STORAGE, source);
        vm.warp(block.timestamp + 21 * UNIT - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedTooEarly.selector, change, block.timestamp + 1)
        );
        emissions.registerWorkSource(STORAGE, source);
        vm.warp(block.timestamp + 1);
        emissions.registerWorkSource(STORAGE, source);
        assertEq(emissions.workSource(STORAGE), source, "registered");
        emissions.announceWorkSource(COMPUTE, source);
        vm.warp(block.timestamp + 21 * UNIT);
        vm.expectRevert(
            abi.encodeWithSelector(IBondedWork.EmissionsNotBondedClass.selector, COMPUTE)
        );
        emissions.registerWorkSource(COMPUTE, source);
        vm.stopPrank();
    }

    function test_removeWorkSource_endsTheBondedPart() public {
        vm.startPrank(address(timelock));
        emissions.removeWorkSource(STORAGE);
        vm.expectRevert(
            abi.encodeWithSelector(IBondedWork.EmissionsNotBondedClass.selector, STORAGE)
        );
        emissions.removeWorkSource(STORAGE);
        vm.stopPrank();
        nextEpoch();
        assertEq(emissions.bondedResult(STORAGE, epoch).openUntil, 0, "none");
        assertEq(emissions.ledger().owed, BONDED, "only Validation's");
        assertConserved();
    }

    function test_setBondedYield_isCappedInCode() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector,
                bytes32("bondedYield"),
                1_000_001,
                0,
                1_000_000
            )
        );
        vm.prank(address(timelock));
        emissions.setBondedYield(1_000_001);
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedNotTimelock.selector, address(this))
        );
        emissions.setBondedYield(1);
        nextEpoch();
        vm.prank(address(timelock));
        emissions.setBondedYield(1);
        assertEq(emissions.bondedResult(STORAGE, epoch).yieldPpb, YIELD, "never reaches back");
    }

    function testFuzz_conservation_whateverIsAccruedAndClaimed(
        uint256 storageStake,
        uint256 validationStake,
        uint256 delivered
    ) public {
        nextEpoch();
        uint256 due = bound(delivered, 1, 256);
        accrue(STORAGE, bound(storageStake, 0, 2_000_000e18), due / 2, due);
        accrue(VALIDATION, bound(validationStake, 0, 2_000_000e18), due, due);
        nextEpoch();
        for (uint8 workClass = STORAGE; workClass <= VALIDATION; ++workClass) {
            if (emissions.bondedUnitsOf(node, workClass, epoch) != 0) claim(workClass);
            assertConserved();
        }
        assertEq(
            token.balanceOf(address(emissions)), RESERVE - emissions.ledger().claimed, "tokens"
        );
    }

    function accrue(uint8 workClass, uint256 stake, uint256 delivered, uint256 scheduled)
        private
        returns (uint256)
    {
        IBondedWork.Participation memory part =
            IBondedWork.Participation(node, workClass, epoch, stake, delivered, scheduled);
        vm.prank(workClass == STORAGE ? address(proofs) : address(manager));
        return emissions.accrueBonded(part);
    }

    function claim(uint8 workClass) private returns (uint256) {
        uint256[] memory epochs = new uint256[](1);
        epochs[0] = epoch;
        vm.prank(node);
        return emissions.claimBonded(node, workClass, epochs);
    }
}
