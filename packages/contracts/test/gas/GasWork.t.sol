// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICheckpointManager} from "../../src/interfaces/ICheckpointManager.sol";
import {VALIDATION} from "../../src/types/WorkClass.sol";
import {StorageTest} from "../base/StorageTest.sol";
import {vm} from "../base/Vm.sol";

/// @dev Full transactions of checkpoints, beacon and storage proofs; see `Gas.t.sol`.
contract GasWorkTest is StorageTest {
    string private group;
    uint256 private provenGoal20;
    uint256 private provenGoal32;

    function setUp() public override {
        super.setUp();
        group = vm.envOr("DDAI_GAS_SNAPSHOT", string("cancun"));
        bool prague = keccak256(bytes(group)) == keccak256("prague");
        (provenGoal20, provenGoal32) = prague ? (225_000, 300_000) : (170_000, 215_000);
    }

    function test_gas_submitCheckpoint_4() public {
        checkpoints(4, 4, "checkpoint, 4 signatures");
    }

    function test_gas_submitCheckpoint_16() public {
        checkpoints(16, 11, "checkpoint, 11 signatures of 16");
    }

    function test_gas_submitCheckpoint_64() public {
        checkpoints(64, 43, "checkpoint, 43 signatures of 64");
    }

    function test_gas_rollSet_64() public {
        for (uint256 i = 4; i < 64; ++i) {
            addValidator(i, 200_000e18);
        }
        nextEpoch();
        manager.rollSet();
        within("roll set, 21 of 64 join", 6_000_000);
        for (uint256 i = 0; i < 12; ++i) {
            nextEpoch();
            manager.rollSet();
        }
        within("roll set, 64 unchanged", 4_000_000);
        assertEq(manager.validatorSet().size, 64, "all");
    }

    function test_gas_beacon() public {
        nextPeriod();
        bytes32 commitment = bytes32(uint256(1));
        manager.rollSeats();
        within("roll seats, 4", 200_000);
        address operator = seatOperator(0);
        vm.prank(operator);
        manager.commitRandom(0, commitment);
        within("commit random", 100_000);
    }

    function test_gas_reveal() public {
        nextPeriod();
        manager.rollSeats();
        for (uint256 seat = 0; seat < 4; ++seat) {
            commit(seat);
        }
        secondHalf();
        reveal(0);
        address operator = seatOperator(1);
        bytes32 secret = secretOf(1);
        vm.prank(operator);
        manager.revealRandom(1, secret);
        within("reveal random", 75_000);
    }

    function test_gas_prove_depth20() public {
        storeUniform(keeper, 1, 20);
        prove("possession proof, k = 5, depth 20", provenGoal20);
    }

    function test_gas_prove_depth32() public {
        storeUniform(keeper, 1, 32);
        prove("possession proof, k = 5, depth 32", provenGoal32);
    }

    function test_gas_prove_depth20_ofEightDataSets() public {
        for (uint256 i = 0; i < 8; ++i) {
            storeUniform(keeper, 1 + i, 13 + i % 2);
        }
        prove("possession proof, k = 5, eight data sets, depth 13 to 21", provenGoal20);
    }

    function test_gas_settle() public {
        uint256 id = store(keeper, 1, 8, 100, 99);
        nextPeriod();
        for (uint256 i = 0; i < 3; ++i) {
            answer(keeper);
            nextPeriod();
            if (i > 0) proofs.settle(id, proofs.currentPeriod() - 1);
        }
        within("settle, repeated", 170_000);
    }

    function test_gas_accept() public {
        store(keeper, 1, 8, 100, 99);
        uint256 id = offer(keeper, 2, 8, 100, 99);
        nextPeriod();
        vm.prank(keeper);
        proofs.accept(id, top(keeper));
        within("accept a data set", 150_000);
    }

    function test_gas_claimParticipation() public {
        nextEpoch();
        manager.rollSet();
        uint256 epoch = block.timestamp / EPOCH;
        finalise(4);
        nextEpoch();
        manager.claimParticipation(validatorAt(0), epoch);
        manager.claimParticipation(validatorAt(1), epoch);
        within("claim participation", 170_000);
        nextEpoch();
        uint256[] memory epochs = new uint256[](1);
        epochs[0] = epoch;
        vm.prank(validatorAt(0));
        emissions.claimBonded(validatorAt(0), VALIDATION, epochs);
        vm.prank(validatorAt(1));
        emissions.claimBonded(validatorAt(1), VALIDATION, epochs);
        within("claim bonded", 80_000);
    }

    /// @dev A proof in the first half of an epoch notes the stake at its start too, once. The first of
    /// 256 periods pays 17,100 more for a new word of the bitmap and is left out.
    function prove(string memory name, uint256 goal) private {
        for (uint256 i = 0; i < 8; ++i) {
            nextPeriod();
            uint256 period = proofs.currentPeriod();
            completePeriod();
            bytes memory proof = proofOf(keeper, period);
            proofs.prove(keeper, period, proof);
            if (i == 0) continue;
            if (period % (EPOCH / PERIOD) == 0) {
                within(string.concat(name, ", first of an epoch"), goal);
            }
            if (period % (EPOCH / PERIOD) == 3) within(name, goal);
        }
    }

    function checkpoints(uint256 size, uint256 signers, string memory name) private {
        for (uint256 i = 4; i < size; ++i) {
            addValidator(i, 200_000e18);
        }
        for (uint256 i = 0; i < 13; ++i) {
            nextEpoch();
            manager.rollSet();
        }
        assertEq(manager.validatorSet().size, size, "all");
        // Records lie in a ring of 256: until it is full each costs two new words.
        for (uint256 i = 0; i < 257; ++i) {
            (uint256 height, bytes32 hash) = nextCheckpoint();
            if (i != 0 && i != 256) {
                vm.roll(height);
                continue;
            }
            vm.roll(height + 2);
            ICheckpointManager.Vote[] memory all = votes(0, signers, height, hash);
            manager.submitCheckpoint(height, hash, (1 << signers) - 1, all);
            if (i == 0) vm.snapshotGasLastCall(group, string.concat(name, ", first 256"));
        }
        within(name, 60_000 + 8_000 * signers);
    }

    function within(string memory name, uint256 goal) private {
        assertLe(vm.snapshotGasLastCall(group, name), goal, name);
    }
}
