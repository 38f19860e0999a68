// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBondedWork} from "../../src/interfaces/IBondedWork.sol";
import {IEmissionsController} from "../../src/interfaces/IEmissionsController.sol";
import {QUERY, STORAGE, VALIDATION} from "../../src/types/WorkClass.sol";
import {WorkTest} from "../base/WorkTest.sol";
import {vm} from "../base/Vm.sol";

/// @dev All 1,800 epochs of the schedule, each with weight votes, collections, bonded accruals,
/// claims in time, late or never, and expiries. Seeded, so every run is the same.
contract WholeScheduleTest is WorkTest {
    uint256 private constant EPOCHS = 1_800;
    /// @dev A payer pays so much every 97 epochs that more is burned than the class's budget.
    uint256 private constant RUSH = 97;

    address private payer = address(0xa11ce);
    address private whale = address(0xd40);
    address private keeper = address(0xb0b);
    address[2] private workers = [address(0xca1), address(0xca2)];

    uint256 private first;
    uint256 private claimed;
    uint256 private bondedClaimed;
    uint256 private expired;
    uint256 private votesCast;
    mapping(address node => mapping(uint8 workClass => uint256)) private signed;
    /// @dev The theorem's two sides, by class and epoch.
    mapping(uint256 epoch => mapping(uint8 workClass => uint256)) private burned;
    mapping(uint256 epoch => mapping(uint8 workClass => uint256)) private rewarded;

    function setUp() public override {
        super.setUp();
        stakeFor(keeper, 1_000_000e18);
        registerNode(keeper, 0x51, STORES | VALIDATES);
        stakeFor(workers[0], MIN_COMPUTE);
        stakeFor(workers[1], MIN_COMPUTE);
        stakeFor(whale, 60_000_000e18);
        depositFor(payer, 2_000_000_000e18);
        nextEpoch();
        first = emissions.openEpoch().id;
    }

    function test_wholeSchedule_isConservedToTheWeiEveryEpoch() public {
        vm.pauseGasMetering();
        for (uint256 i = 0; i < EPOCHS; ++i) {
            uint256 epoch = emissions.openEpoch().id;
            uint256 r = uint256(keccak256(abi.encode("epoch", i)));
            // Votes of an epoch's first second are known from the next one on.
            vm.warp(block.timestamp + 1);
            if (i % 300 == 0) authorize(payer, gateway);
            voteOnce(r);
            work(epoch, r, i % RUSH == 0);
            nextEpoch();
            accrue(epoch, r);
            claimSome(epoch, r);
            if (epoch > first + 366) expire(epoch - 366);
            assertBalanced();
        }
        assertGe(votesCast, EPOCHS / 3, "votes were cast");
        assertGe(claimed, 1e18, "fee-backed rewards were claimed");
        assertGe(bondedClaimed, 1e18, "bonded ones too");
        assertGe(expired, 1e18, "and some were left to expire");
    }

    /// @dev A hundredth from one class to another, as far as the corridor allows.
    function voteOnce(uint256 r) private {
        uint16[4] memory weights = emissions.openEpoch().weights;
        IEmissionsController.Corridor memory corridor = emissions.corridor();
        (uint256 from, uint256 to) = (r % 4, (r >> 8) % 4);
        if (from == to || weights[from] < corridor.min[from] + 100) return;
        if (weights[to] + 100 > corridor.max[to]) return;
        weights[from] -= 100;
        weights[to] += 100;
        vm.prank(whale);
        emissions.voteWeights(weights);
        ++votesCast;
    }

    function work(uint256 epoch, uint256 r, bool rush) private {
        for (uint256 i = 0; i < 2; ++i) {
            uint8 workClass = uint8((r >> (16 + i)) % 3);
            uint256 amount = rush ? 20_000_000e18 : (r >> (32 * (i + 1))) % 50_000e18 + 1;
            signed[workers[i]][workClass] += amount;
            uint256 before = escrow.setAsideToBurn();
            collect(
                voucher(payer, GATEWAY_KEY, workers[i], workClass, signed[workers[i]][workClass])
            );
            burned[epoch][workClass] += escrow.setAsideToBurn() - before;
        }
    }

    function accrue(uint256 epoch, uint256 r) private {
        for (uint8 workClass = STORAGE; workClass <= VALIDATION; ++workClass) {
            if (r >> (200 + workClass) & 1 == 0) continue;
            vm.prank(workClass == STORAGE ? address(proofs) : address(manager));
            emissions.accrueBonded(
                IBondedWork.Participation(keeper, workClass, epoch, 1_000_000e18, r % 4, 4)
            );
        }
    }

    /// @dev What the closed epoch owes, by one of four now, by one never, by the others a year less
    /// a few epochs late; bonded rewards of the epoch before, whose units are complete.
    function claimSome(uint256 epoch, uint256 r) private {
        uint256 late = epoch > first + 300 ? epoch - 300 : epoch;
        for (uint256 i = 0; i < 2; ++i) {
            for (uint8 workClass = QUERY; workClass <= STORAGE; ++workClass) {
                if ((r >> (8 * i + workClass)) % 4 == 0) take(workers[i], workClass, epoch);
                if ((r >> (8 * i + workClass)) % 4 > 1) take(workers[i], workClass, late);
            }
        }
        if (epoch == first || r % 3 == 0) return;
        for (uint8 workClass = STORAGE; workClass <= VALIDATION; ++workClass) {
            if (emissions.bondedUnitsOf(keeper, workClass, epoch - 1) == 0) {
                emissions.settleBonded(workClass, epoch - 1);
                continue;
            }
            vm.prank(keeper);
            bondedClaimed += emissions.claimBonded(keeper, workClass, one(epoch - 1));
        }
    }

    function take(address node, uint8 workClass, uint256 epoch) private {
        if (emissions.rewardOf(node, workClass, epoch) == 0) return;
        vm.prank(node);
        uint256 reward = emissions.claim(node, workClass, one(epoch));
        claimed += reward;
        rewarded[epoch][workClass] += reward;
        assertLe(rewarded[epoch][workClass], burned[epoch][workClass], "class and epoch");
    }

    function expire(uint256 epoch) private {
        (bool done, bytes memory result) =
            address(emissions).call(abi.encodeCall(emissions.expire, (epoch)));
        if (done) expired += abi.decode(result, (uint256));
    }

    function assertBalanced() private view {
        IEmissionsController.Ledger memory ledger = emissions.ledger();
        assertEq(
            ledger.reserve + ledger.open + ledger.owed + ledger.claimed,
            emissions.totalFunded(),
            "ledger"
        );
        assertEq(ledger.claimed, claimed + bondedClaimed, "claimed");
        assertEq(
            token.balanceOf(address(emissions)),
            ledger.reserve + ledger.open + ledger.owed,
            "tokens"
        );
    }

    function one(uint256 epoch) private pure returns (uint256[] memory epochs) {
        epochs = new uint256[](1);
        epochs[0] = epoch;
    }
}
