// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DDAIToken} from "../../src/DDAIToken.sol";
import {Staking} from "../../src/Staking.sol";
import {IPaymentsEscrow} from "../../src/interfaces/IPaymentsEscrow.sol";
import {IProtocolRegistry} from "../../src/interfaces/IProtocolRegistry.sol";

/// @dev A successor with one storage struct of its own, as a real upgrade would add it.
contract UpgradedStaking is Staking {
    struct AddedStorage {
        uint256 added;
    }

    bytes32 private constant ADDED_SLOT = keccak256("ddai.storage.test.Added");

    constructor(
        DDAIToken token_,
        IPaymentsEscrow escrow_,
        IProtocolRegistry registry_,
        address timelock_,
        uint256 unit,
        uint256 thaw
    ) Staking(token_, escrow_, registry_, timelock_, unit, thaw) {}

    function initializeAdded(uint256 value) external reinitializer(2) {
        _added().added = value;
    }

    function added() external view returns (uint256) {
        return _added().added;
    }

    function _added() private pure returns (AddedStorage storage $) {
        bytes32 slot = ADDED_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
