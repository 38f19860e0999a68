// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A pause that ends by itself and stops only what brings new money in
interface IPausable {
    error PausablePaused(uint256 until);
    error PausableNotGuardian(address caller);
    error PausableTooLong(uint256 duration, uint256 max);
    error PausableCoolingDown(uint256 until);

    event Paused(address indexed by, uint256 until);
    event Unpaused(address indexed by);

    /// @notice Stops new deposits and stakes for `duration` seconds, at most 7 time units; not again
    /// within 7 time units after it ends. By the timelock or the pause guardian.
    function pause(uint256 duration) external;

    /// @notice Ends a pause early; the cool-down counts from now.
    function unpause() external;

    /// @notice Unix seconds until which entry is stopped; in the past when it is open.
    function pausedUntil() external view returns (uint256);
}
