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

    /// @dev Five words of the domain, then `0x1901 || domain || struct` in the same free memory.
    function digest(bytes32 nameHash, address verifyingContract, bytes32 structHash)
        internal
        view
        returns (bytes32 hash)
    {
        bytes32 domainTypehash = DOMAIN_TYPEHASH;
        bytes32 versionHash = VERSION_HASH;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, domainTypehash)
            mstore(add(free, 0x20), nameHash)
            mstore(add(free, 0x40), versionHash)
            mstore(add(free, 0x60), chainid())
            mstore(add(free, 0x80), verifyingContract)
            let domain := keccak256(free, 0xa0)
            mstore(free, hex"1901")
            mstore(add(free, 0x02), domain)
            mstore(add(free, 0x22), structHash)
            hash := keccak256(free, 0x42)
        }
    }

    /// @notice The domain alone, for many digests in one call.
    function separator(bytes32 nameHash, address verifyingContract)
        internal
        view
        returns (bytes32)
    {
        return keccak256(
            abi.encode(DOMAIN_TYPEHASH, nameHash, VERSION_HASH, block.chainid, verifyingContract)
        );
    }

    /// @notice `0x1901 || domain || struct` in scratch memory.
    function digestIn(bytes32 domain, bytes32 structHash) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, hex"1901")
            mstore(add(free, 0x02), domain)
            mstore(add(free, 0x22), structHash)
            hash := keccak256(free, 0x42)
        }
    }
}
