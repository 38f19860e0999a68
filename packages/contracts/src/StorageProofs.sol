// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Settlement} from "./storage/Settlement.sol";
import {StorageBase} from "./storage/StorageBase.sol";

/// @title Storage proofs
/// @notice See {IStorageProofs}. The parts lie in `storage/`. Tokens here are `totalDeposits`.
contract StorageProofs is Settlement {
    constructor(Immutables memory set) StorageBase(set) {}

    /// @param penaltyPeriods_ How many periods' price a fault costs.
    function initialize(uint256 penaltyPeriods_) external initializer {
        _setPenaltyPeriods(penaltyPeriods_);
        // The escrow is immutable here and pulls only what `settle` tells it to pay.
        token.approve(address(escrow), type(uint256).max);
    }
}
