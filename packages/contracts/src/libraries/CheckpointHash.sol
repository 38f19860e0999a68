// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICheckpointManager} from "../interfaces/ICheckpointManager.sol";
import {TypedData} from "./TypedData.sol";

/// @title What a validator signs, under the domain of `CheckpointManager`
library CheckpointHash {
    bytes32 internal constant DOMAIN_NAME_HASH = keccak256("DDAI CheckpointManager");
    bytes32 internal constant TYPEHASH =
        keccak256("Checkpoint(uint256 height,bytes32 blockHash,bytes32 executionDigest)");

    bytes32 private constant S_MASK =
        0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff;
    /// @dev Half the order of secp256k1: a higher s is the malleable twin of a lower one.
    uint256 private constant HALF_ORDER =
        0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    function digest(
        uint256 height,
        bytes32 blockHash,
        bytes32 executionDigest,
        address checkpointManager
    ) internal view returns (bytes32) {
        return digestIn(separator(checkpointManager), height, blockHash, executionDigest);
    }

    function separator(address checkpointManager) internal view returns (bytes32) {
        return TypedData.domain(DOMAIN_NAME_HASH, checkpointManager);
    }

    /// @dev In memory that the next vote uses again: a checkpoint has up to 64.
    /// @return signer Zero for a malformed signature, and for one with a high s.
    function recover(
        bytes32 domain,
        uint256 height,
        bytes32 blockHash,
        ICheckpointManager.Vote calldata vote
    ) internal view returns (address signer) {
        bytes32 hash = digestIn(domain, height, blockHash, vote.executionDigest);
        (bytes32 r, bytes32 vs) = (vote.r, vote.vs);
        bytes32 s = vs & S_MASK;
        if (uint256(s) > HALF_ORDER) return address(0);
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, hash)
            mstore(add(free, 0x20), add(shr(255, vs), 27))
            mstore(add(free, 0x40), r)
            mstore(add(free, 0x60), s)
            mstore(0, 0)
            pop(staticcall(gas(), 1, free, 0x80, 0, 0x20))
            signer := mload(0)
        }
    }

    function digestIn(bytes32 domain, uint256 height, bytes32 blockHash, bytes32 executionDigest)
        internal
        pure
        returns (bytes32)
    {
        bytes32 typehash = TYPEHASH;
        bytes32 structHash;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typehash)
            mstore(add(free, 0x20), height)
            mstore(add(free, 0x40), blockHash)
            mstore(add(free, 0x60), executionDigest)
            structHash := keccak256(free, 0x80)
        }
        return TypedData.digest(domain, structHash);
    }
}
