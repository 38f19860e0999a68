// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {STORAGE} from "../../src/types/WorkClass.sol";
import {StorageTest} from "../base/StorageTest.sol";
import {vm} from "../base/Vm.sol";

/// @dev See `StorageSlots.t.sol`: where the namespaces of work and beacon start.
contract WorkSlotsTest is StorageTest {
    function test_namespaces_startWhereErc7201Says() public {
        assertEq(
            uint96(at(address(manager), namespace("ddai.storage.CheckpointManager"))),
            manager.validatorSet().weight,
            "CheckpointManager: the set's head comes first"
        );
        assertEq(
            uint32(at(address(manager), namespace("ddai.storage.RandomBeacon"))),
            manager.beaconEpoch(),
            "RandomBeacon: the last round comes first"
        );
        assertEq(
            uint128(at(address(faults), namespace("ddai.storage.CheckpointFaults"))),
            WRONG_HASH,
            "CheckpointFaults: the slashes come first"
        );
        uint256 id = offer(keeper, 1, 8, 20, 3);
        bytes32 slot = keccak256(abi.encode(id, namespace("ddai.storage.StorageProofs")));
        assertTrue(
            vm.load(address(proofs), slot) == proofs.dataSet(id).root,
            "StorageProofs: data sets are the first mapping"
        );
        slot = keccak256(abi.encode(uint256(STORAGE), namespace("ddai.storage.WorkPayments")));
        assertEq(
            uint160(uint256(vm.load(address(escrow), slot))),
            uint160(address(proofs)),
            "WorkPayments: the source"
        );
        uint256 sources = namespace("ddai.storage.BondedWork") + 3;
        slot = keccak256(abi.encode(uint256(STORAGE), sources));
        assertEq(
            uint160(uint256(vm.load(address(emissions), slot))),
            uint160(address(proofs)),
            "BondedWork: sources come fourth"
        );
    }

    function at(address target, uint256 slot) private view returns (uint256) {
        return uint256(vm.load(target, bytes32(slot)));
    }

    function namespace(string memory id) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(uint256(keccak256(bytes(id))) - 1))) & ~uint256(0xff);
    }
}
