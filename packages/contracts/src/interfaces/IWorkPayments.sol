// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Paying a node for proven work, without a voucher
/// @notice One registered contract, `StorageProofs`, pays what its clients deposited there through the
/// same fee, burn, maturing and reward units as a collected voucher.
interface IWorkPayments {
    error PaymentsEscrowNotWorkSource(address caller);

    event WorkSourceRegistered(address indexed source);

    /// @notice Takes `net` and the payer's fee, at most a tenth, from the calling source's tokens and
    /// credits the node. Emits `Deposited` and `Collected` with the source as depositor and signer, so
    /// that balances reconcile; no voucher's ledger changes. By the work source only.
    /// @return fee Wei that the payer's tier leaves to pay on top.
    function payFor(address payer, address node, uint8 workClass, uint256 net)
        external
        returns (uint256 fee);

    /// @notice Announces the work source; registering needs the announcement to be 21 time units old
    /// and replaces the former one.
    function announceWorkSource(address source) external;

    function registerWorkSource(address source) external;

    function workSource() external view returns (address);
}
