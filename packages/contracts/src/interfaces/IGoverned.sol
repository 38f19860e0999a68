// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What every upgradeable contract of the protocol shares: its owner is the timelock, and a
/// change that could take, mint, freeze or redirect another's money is announced here 21 days ahead
interface IGoverned {
    error GovernedNotTimelock(address caller);
    error GovernedZeroAddress();
    error GovernedTimeUnitOutOfBounds(uint256 timeUnit, uint256 max);
    error GovernedOutOfBounds(bytes32 parameter, uint256 value, uint256 min, uint256 max);
    error GovernedNotAnnounced(bytes32 change);
    error GovernedAlreadyAnnounced(bytes32 change, uint256 readyAt);
    error GovernedTooEarly(bytes32 change, uint256 readyAt);
    error GovernedAnnouncementStale(bytes32 change, uint256 staleAt);

    /// @notice A change may be executed from `readyAt` until `staleAt`.
    event ChangeAnnounced(bytes32 indexed change, uint256 readyAt, uint256 staleAt);
    /// @notice Follows `ChangeAnnounced` when the change is an upgrade.
    event UpgradeAnnounced(
        bytes32 indexed change, address indexed implementation, bytes32 codeHash, bytes32 dataHash
    );
    event ChangeCancelled(bytes32 indexed change);
    event ChangeExecuted(bytes32 indexed change);

    /// @notice The only account that governs this contract.
    function timelock() external view returns (address);

    /// @notice How many seconds one day of the protocol lasts: 86,400, or fewer on a test network.
    function timeUnit() external view returns (uint256);

    /// @notice Seconds between announcing and executing a grave change: 21 time units.
    function announcementDelay() external view returns (uint256);

    /// @notice When `change` may be executed, zero if it is not announced.
    function announcedAt(bytes32 change) external view returns (uint256 readyAt);

    /// @notice Announces an upgrade to the code now at `implementation` with this initialiser call.
    function announceUpgrade(address implementation, bytes calldata data) external;

    /// @notice Withdraws an announcement.
    function cancelAnnouncement(bytes32 change) external;

    /// @notice The id under which an upgrade is announced; binds code hash and initialiser call.
    function upgradeId(address implementation, bytes calldata data) external view returns (bytes32);
}
