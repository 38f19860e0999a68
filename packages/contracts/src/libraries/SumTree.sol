// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title A node's tree of data sets, in which every inner node commits to the leaves on either side
/// @notice Preimages differ in length (leaf of data 256 bytes, inner node of a data set 64, data set
/// 38, inner node here 76), so none can be taken for another. Assembly, because a proof hashes about
/// a hundred levels.
library SumTree {
    uint256 internal constant SIBLING_BYTES = 38;
    uint256 internal constant MAX_LEVELS = 32;

    function leafHash(bytes32 root, uint256 count) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(root, uint48(count)));
    }

    function parent(bytes32 left, uint256 leftCount, bytes32 right, uint256 rightCount)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encodePacked(left, uint48(leftCount), right, uint48(rightCount)));
    }

    /// @notice From a node up to the root. @param offset Of the siblings in calldata.
    /// @return root What the path leads to. @return total Its leaves.
    function climb(bytes32 hash, uint256 count, uint256 directions, uint256 offset, uint256 levels)
        internal
        pure
        returns (bytes32 root, uint256 total)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            for { let level := 0 } lt(level, levels) { level := add(level, 1) } {
                let siblingCount := shr(208, calldataload(add(offset, 0x20)))
                switch and(shr(level, directions), 1)
                case 0 {
                    mstore(add(free, 0x20), shl(208, count))
                    mstore(free, hash)
                    calldatacopy(add(free, 38), offset, 38)
                }
                default {
                    mstore(add(free, 70), shl(208, count))
                    mstore(add(free, 38), hash)
                    calldatacopy(free, offset, 38)
                }
                hash := keccak256(free, 76)
                count := add(count, siblingCount)
                offset := add(offset, 38)
            }
            root := hash
            total := count
        }
    }

    /// @notice Leaves to the left of a node: the sum of all siblings that are left children.
    function leavesBefore(uint256 directions, uint256 offset, uint256 levels)
        internal
        pure
        returns (uint256 before)
    {
        assembly ("memory-safe") {
            for { let level := 0 } lt(level, levels) { level := add(level, 1) } {
                if and(shr(level, directions), 1) {
                    before := add(before, shr(208, calldataload(add(offset, 0x20))))
                }
                offset := add(offset, 38)
            }
        }
    }

    /// @notice Root of a data set out of one leaf of 256 bytes at `offset` of the calldata.
    /// @param index Its position, whose bits are the directions. @param siblings Their offset.
    function dataRoot(uint256 offset, uint256 index, uint256 siblings, uint256 depth)
        internal
        pure
        returns (bytes32 hash)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, offset, 256)
            hash := keccak256(free, 256)
            for { let level := 0 } lt(level, depth) { level := add(level, 1) } {
                let side := shl(5, and(shr(level, index), 1))
                mstore(side, hash)
                mstore(xor(side, 0x20), calldataload(siblings))
                hash := keccak256(0, 0x40)
                siblings := add(siblings, 0x20)
            }
        }
    }

    /// @notice Levels of a data set of `count` leaves.
    function depthOf(uint256 count) internal pure returns (uint256 depth) {
        unchecked {
            return count < 2 ? 0 : Math.log2(count - 1) + 1;
        }
    }
}
