// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The last look at a judged slash: may cancel it before it executes, and nothing else
/// @notice A jury can be wrong or bought; a slash cannot be undone. Whoever the DAO names here can
/// only spare a node, never take, freeze, redirect or delay. Objective proofs are out of its reach.
interface ISlashGuardian {
    error SlashGuardianNotGuardian(address caller);

    event GuardianSet(address indexed guardian);
    event SlashCancelled(uint256 indexed disputeId, address indexed guardian);

    /// @notice Cancels the conviction of a dispute. By the guardian only.
    function cancel(uint256 disputeId) external;

    /// @notice Names the guardian; zero leaves every verdict to the juries. By the timelock.
    function setGuardian(address guardian) external;

    function guardian() external view returns (address);
}
