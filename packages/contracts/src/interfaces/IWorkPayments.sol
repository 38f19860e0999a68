// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Paying a node for proven work, without a voucher
/// @notice One registered contract a work class, `StorageProofs` and `TrainingRegistry`, pays what its
/// clients deposited there through the same fee, burn, maturing and reward units as a collected voucher.
interface IWorkPayments {
    error PaymentsEscrowNotWorkSource(uint8 workClass, address caller);

    event WorkSourceRegistered(uint8 indexed workClass, address indexed source);

    /// @notice Takes `net` and the payer's fee, at most a tenth, from the calling source's tokens and
    /// credits the node. Emits `Deposited` for the payer and `Collected` with the source as the signer.
    /// By the work class's source only.
    /// @return fee Wei that the payer's tier leaves to pay on top.
    function payFor(address payer, address node, uint8 workClass, uint256 net)
        external
        returns (uint256 fee);

    /// @notice Announces a class's work source; registering needs the announcement to be 21 time units
    /// old and replaces the former one.
    function announceWorkSource(uint8 workClass, address source) external;

    function registerWorkSource(uint8 workClass, address source) external;

    /// @notice Zero for a class that has none.
    function workSource(uint8 workClass) external view returns (address);
}
