// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A random value for every beacon epoch, from committed and revealed secrets of the seats
/// @notice An epoch has a value only if every seat committed and every seat revealed. Nobody knows
/// the value of an epoch that has not begun.
interface IRandomBeacon {
    /// @notice `Pending`: secrets can still be revealed. `Void`: one is missing for good, so whoever
    /// waits for a value must draw from a later epoch. `Complete`: the value is final.
    enum Outcome {
        Pending,
        Void,
        Complete
    }

    /// @notice Seconds of one epoch. Epoch `e` begins at `e` times the length; its secrets are
    /// committed in its first half and revealed in its second.
    function beaconEpochLength() external view returns (uint256);

    /// @notice The running epoch: the block's time divided by the length.
    function beaconEpoch() external view returns (uint256);

    /// @return outcome Whether the epoch has a value. @return value Zero unless complete.
    function randomAt(uint256 epoch) external view returns (Outcome outcome, bytes32 value);

    /// @notice Wei that a seat has at stake. Whatever all draws on one value can win or lose is kept
    /// below it, so that withholding a secret never pays.
    function seatStake() external view returns (uint256);
}
