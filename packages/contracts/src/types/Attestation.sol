// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A node's signed statement of what it answered to what.
/// @param requestId `keccak256(payer, gateway signer, nonce)`.
/// @param payer Who pays for the answer.
/// @param node The operator address of the node.
/// @param workClass The class of the work.
/// @param requestHash Over request id, expiry, full input, model and seed.
/// @param resultHash Over the full answer.
/// @param deterministic Whether the same request must always give the same result.
/// @param expires Unix seconds after which the node refuses the request.
struct Attestation {
    bytes32 requestId;
    address payer;
    address node;
    uint8 workClass;
    bytes32 requestHash;
    bytes32 resultHash;
    bool deterministic;
    uint64 expires;
}
