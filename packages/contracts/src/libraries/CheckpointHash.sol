// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {ICheckpointManager} from "../interfaces/ICheckpointManager.sol";
import {TypedData} from "./TypedData.sol";

/// @title What a validator signs, under the domain of `CheckpointManager`
library CheckpointHash {
    bytes32 internal constant DOMAIN_NAME_HASH = keccak256("DDAI CheckpointManager");
    bytes32 internal constant TYPEHASH =
        keccak256("Checkpoint(uint256 height,bytes32 blockHash,bytes32 executionDigest)");

    function digest(
        uint256 height,
        bytes32 blockHash,
        bytes32 executionDigest,
        address checkpointManager
    ) internal view returns (bytes32) {
        bytes32 structHash = keccak256(abi.encode(TYPEHASH, height, blockHash, executionDigest));
        return TypedData.digest(DOMAIN_NAME_HASH, checkpointManager, structHash);
    }

    /// @return signer Zero for a malformed signature, and for one with a high s.
    function recover(
        uint256 height,
        bytes32 blockHash,
        ICheckpointManager.Vote calldata vote,
        address checkpointManager
    ) internal view returns (address signer) {
        bytes32 hash = digest(height, blockHash, vote.executionDigest, checkpointManager);
        (signer,,) = ECDSA.tryRecover(hash, vote.r, vote.vs);
    }
}
