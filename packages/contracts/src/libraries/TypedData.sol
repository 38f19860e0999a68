// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title EIP-712 digests over the live chain id
/// @notice The domain is hashed anew each time, from constants: cheaper than reading a cached one
/// from storage, and a fork of the chain gets another domain at once.
library TypedData {
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant VERSION_HASH = keccak256("1");

    function domainSeparator(bytes32 nameHash, address verifyingContract)
        internal
        view
        returns (bytes32)
    {
        return keccak256(
            abi.encode(DOMAIN_TYPEHASH, nameHash, VERSION_HASH, block.chainid, verifyingContract)
        );
    }

    function digest(bytes32 nameHash, address verifyingContract, bytes32 structHash)
        internal
        view
        returns (bytes32)
    {
        return keccak256(
            abi.encodePacked(hex"1901", domainSeparator(nameHash, verifyingContract), structHash)
        );
    }
}
