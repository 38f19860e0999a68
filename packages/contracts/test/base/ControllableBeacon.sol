// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRandomBeacon} from "../../src/interfaces/IRandomBeacon.sol";

/// @dev A beacon whose values tests choose. It is not random and needs no seats.
contract ControllableBeacon is IRandomBeacon {
    struct Round {
        Outcome outcome;
        bytes32 value;
    }

    uint256 public immutable beaconEpochLength;
    uint256 public seatStake;
    mapping(uint256 epoch => Round) private rounds;

    constructor(uint256 length, uint256 stake) {
        beaconEpochLength = length;
        seatStake = stake;
    }

    function setSeatStake(uint256 stake) external {
        seatStake = stake;
    }

    function complete(uint256 epoch, bytes32 value) external {
        rounds[epoch] = Round(Outcome.Complete, value);
    }

    function spoil(uint256 epoch) external {
        rounds[epoch] = Round(Outcome.Void, 0);
    }

    function beaconEpoch() external view returns (uint256) {
        return block.timestamp / beaconEpochLength;
    }

    function randomAt(uint256 epoch) external view returns (Outcome outcome, bytes32 value) {
        return (rounds[epoch].outcome, rounds[epoch].value);
    }
}
