// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBondedWork} from "../../src/interfaces/IBondedWork.sol";
import {IStorageProofs} from "../../src/interfaces/IStorageProofs.sol";
import {STORAGE, VALIDATION} from "../../src/types/WorkClass.sol";
import {StorageTest} from "../base/StorageTest.sol";
import {vm} from "../base/Vm.sol";

/// @dev Drives storage, beacon and bonded rewards at random. It is its own handler.
contract WorkInvariants is StorageTest {
    uint256 private constant NODES = 3;
    uint256[] private ids;
    mapping(uint8 workClass => uint256) private earned;
    mapping(uint8 workClass => uint256) private units;

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(this);
    }

    function setUp() public override {
        super.setUp();
        for (uint256 i = 1; i < NODES; ++i) {
            addKeeper(nodeAt(i), 0x9000 + i);
        }
    }

    function doStore(uint256 which, uint256 count, uint256 periods) external {
        if (ids.length > 12) return;
        ids.push(
            store(nodeAt(which % NODES), ids.length, bound(count, 1, 8), bound(periods, 4, 30), 3)
        );
    }

    function doPeriod(uint256 answering) external {
        manager.rollSeats();
        uint256 period = manager.beaconEpoch();
        if (block.timestamp % PERIOD >= PERIOD / 2 || manager.beaconRound(period).required == 0) {
            return nextPeriod();
        }
        if (manager.beaconRound(period).committed == 0) {
            completePeriod();
            for (uint256 i = 0; i < NODES; ++i) {
                if (answering >> i & 1 == 0 || proofs.challenge(nodeAt(i), period).length == 0) {
                    continue;
                }
                proofs.prove(nodeAt(i), period, proofOf(nodeAt(i), period));
            }
        }
        nextPeriod();
    }

    function doSettle(uint256 which, uint256 cursor, bool fault) external {
        if (ids.length == 0) return;
        uint256 id = ids[which % ids.length];
        uint256 until = proofs.currentPeriod() - bound(cursor, 1, 4);
        if (fault) proofs.reportFault(id, until);
        else proofs.settle(id, until);
    }

    function doNotice(uint256 which) external {
        vm.prank(client);
        proofs.giveNotice(ids[which % ids.length]);
    }

    function doCloseEpoch() external {
        vm.warp((block.timestamp / EPOCH + 1) * EPOCH);
        emissions.closeEpoch();
        for (uint256 i = 0; i < NODES; ++i) {
            proofs.noteStake(nodeAt(i));
        }
    }

    function doAccrue(uint256 which, uint256 stake, uint256 delivered, bool validation) external {
        uint8 workClass = validation ? VALIDATION : STORAGE;
        address node = nodeAt(which % NODES);
        uint256 epoch = emissions.openEpoch().id - 1;
        vm.prank(validation ? address(manager) : address(proofs));
        units[
            workClass
        ] += emissions.accrueBonded(
            IBondedWork.Participation(
                node, workClass, epoch, bound(stake, 0, 1e27), bound(delivered, 0, 300), 200
            )
        );
    }

    function doClaim(uint256 which, bool validation) external {
        uint8 workClass = validation ? VALIDATION : STORAGE;
        uint256[] memory epochs = new uint256[](1);
        epochs[0] = emissions.openEpoch().id - 2;
        vm.prank(nodeAt(which % NODES));
        earned[workClass] += emissions.claimBonded(nodeAt(which % NODES), workClass, epochs);
    }

    function invariant_ledgerIsConserved() external view {
        assertConserved();
        assertEq(
            token.balanceOf(address(emissions)), RESERVE - emissions.ledger().claimed, "tokens"
        );
    }

    function invariant_storageHoldsItsDeposits() external view {
        assertHeld();
        uint256 due = 0;
        for (uint256 i = 0; i < ids.length; ++i) {
            IStorageProofs.DataSet memory data = proofs.dataSet(ids[i]);
            due += gross(data.endPeriod - data.settledUntil);
        }
        assertEq(proofs.totalDeposits(), due, "what is not settled yet");
    }

    function invariant_escrowHoldsWhatItOwes() external view {
        assertEq(
            token.balanceOf(address(escrow)),
            escrow.totalMaturing() + escrow.untakenFees() + escrow.setAsideToBurn(),
            "earnings, fees and burns of storage"
        );
        assertEq(escrow.totalBalances(), 0, "payers' balances never move");
    }

    function invariant_bondedRewardIsAtMostTheYield() external view {
        for (uint8 workClass = STORAGE; workClass <= VALIDATION; ++workClass) {
            assertLe(earned[workClass], units[workClass] * YIELD / 1e9, "y times units");
        }
    }

    function nodeAt(uint256 i) private view returns (address) {
        return i == 0 ? keeper : address(uint160(0x5704000 + i));
    }
}
