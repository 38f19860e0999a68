// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title EIP-712 digests over the live chain id
/// @notice The domain is hashed anew in each call, from constants: cheaper than reading a cached one
/// from storage, and a fork of the chain gets another domain at once.
library TypedData {
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant VERSION_HASH = keccak256("1");

    function digest(bytes32 nameHash, address verifyingContract, bytes32 structHash)
        internal
        view
        returns (bytes32)
    {
        return digest(domain(nameHash, verifyingContract), structHash);
    }

    /// @notice The domain's separator on this chain. Valid for the transaction only.
    function domain(bytes32 nameHash, address verifyingContract) internal view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN_TYPEHASH, nameHash, VERSION_HASH, block.chainid, verifyingContract)
        );
    }

    /// @dev `0x1901 || domain || struct` in free memory.
    function digest(bytes32 domainSeparator, bytes32 structHash)
        internal
        pure
        returns (bytes32 hash)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, hex"1901")
            mstore(add(free, 0x02), domainSeparator)
            mstore(add(free, 0x22), structHash)
            hash := keccak256(free, 0x42)
        }
    }
}
