// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A promise of a cumulative amount to one node, signed by a key that the payer authorised.
/// @param payer The account that is charged.
/// @param signer The authorised key (a gateway's) whose signature stands below.
/// @param node The operator address of the node that worked.
/// @param workClass What the work was, see `WorkClass.sol`.
/// @param cumulative Everything promised so far to this node by this payer, signer and class, in
/// wei, before the fee.
struct Voucher {
    address payer;
    address signer;
    address node;
    uint8 workClass;
    uint128 cumulative;
}
