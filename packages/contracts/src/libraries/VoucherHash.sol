// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Voucher} from "../types/Voucher.sol";
import {TypedData} from "./TypedData.sol";

/// @title What a voucher's signer signs, and where its collected amount is kept
library VoucherHash {
    bytes32 internal constant DOMAIN_NAME_HASH = keccak256("DDAI PaymentsEscrow");
    bytes32 internal constant TYPEHASH = keccak256(
        "Voucher(address payer,address signer,address node,uint8 workClass,uint128 cumulative)"
    );

    function digest(Voucher memory voucher, address escrow) internal view returns (bytes32) {
        return TypedData.digest(DOMAIN_NAME_HASH, escrow, structHash(voucher));
    }

    function domain(address escrow) internal view returns (bytes32) {
        return TypedData.domain(DOMAIN_NAME_HASH, escrow);
    }

    /// @dev Copies the five words of a voucher over another one, and makes in one go the checks that
    /// the compiler would make word by word: what is signed, counted and paid has one encoding.
    function copy(Voucher calldata from, Voucher memory to) internal pure {
        assembly ("memory-safe") {
            calldatacopy(to, from, 0xa0)
            let addresses := or(or(mload(to), mload(add(to, 0x20))), mload(add(to, 0x40)))
            let beyond := or(shr(160, addresses), shr(8, mload(add(to, 0x60))))
            if or(beyond, shr(128, mload(add(to, 0x80)))) { revert(0, 0) }
        }
    }

    /// @dev A voucher in memory is its five words in order, so its EIP-712 encoding is the type hash
    /// and these: the word before them is lent and given back.
    function structHash(Voucher memory voucher) internal pure returns (bytes32 hash) {
        bytes32 typehash = TYPEHASH;
        assembly ("memory-safe") {
            let start := sub(voucher, 0x20)
            let lent := mload(start)
            mstore(start, typehash)
            hash := keccak256(start, 0xc0)
            mstore(start, lent)
        }
    }

    /// @dev One key per payer, signer, node and class (a voucher's first four words): two gateways of
    /// one payer count separately.
    function ledgerKey(Voucher memory voucher) internal pure returns (bytes32 key) {
        assembly ("memory-safe") {
            key := keccak256(voucher, 0x80)
        }
    }

    function ledgerKey(address payer, address signer, address node, uint8 workClass)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(payer, signer, node, workClass));
    }
}
