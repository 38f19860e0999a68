// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointBase} from "./checkpoints/CheckpointBase.sol";
import {RandomBeacon} from "./checkpoints/RandomBeacon.sol";

/// @title Checkpoint manager
/// @notice See {ICheckpointManager} and {IBeaconSeats}. The validators' set, checkpoints and
/// the random beacon lie in `checkpoints/`. Holds no tokens.
contract CheckpointManager is RandomBeacon {
    constructor(Immutables memory set) CheckpointBase(set) {}

    /// @param seatStake_ Wei that a beacon seat has at stake.
    function initialize(uint256 seatStake_) external initializer {
        _setSeatStake(seatStake_);
    }
}
