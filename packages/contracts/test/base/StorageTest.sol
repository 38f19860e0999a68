// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStorageProofs} from "../../src/interfaces/IStorageProofs.sol";
import {FeeMath} from "../../src/libraries/FeeMath.sol";
import {SumTree} from "../../src/libraries/SumTree.sol";
import {WorkTest} from "./WorkTest.sol";
import {vm} from "./Vm.sol";

/// @dev A node's data sets and the proofs over them. Sets are put on top of each other: each accepted
/// one becomes the right child of a new root. Of a `uniform` set all leaves are equal, so that a tree
/// of any depth can be proven.
abstract contract StorageTest is WorkTest {
    struct Data {
        uint256 id;
        uint256 seed;
        uint256 count;
        bool uniform;
    }

    address internal client = address(0xc11e);
    address internal keeper = address(0x5704);
    address internal reporter = address(0x4e9);
    uint256 internal constant KEEPER_KEY = 0x570;
    uint256 internal constant PRICE = 10e18;
    mapping(address node => Data[]) internal held;

    function setUp() public virtual override {
        super.setUp();
        // In office from the next period on, when what is stored now begins to count.
        formSet(4, 200_000e18);
        manager.rollSeats();
        addKeeper(keeper, KEEPER_KEY);
        fund(client, 10_000_000e18);
        vm.prank(client);
        token.approve(address(proofs), type(uint256).max);
    }

    function addKeeper(address node, uint256 key) internal {
        stakeFor(node, 200_000e18);
        registerNode(node, key, STORES);
    }

    function offer(address node, uint256 seed, uint256 count, uint256 periods, uint256 misses)
        internal
        returns (uint256 id)
    {
        bytes32 root = dataRoot(Data(0, seed, count, false));
        vm.prank(client);
        return proofs.addDataSet(root, count, PRICE, periods, misses, node);
    }

    function take(address node, Data memory data) internal {
        IStorageProofs.Path memory at = top(node);
        vm.prank(node);
        proofs.accept(data.id, at);
        held[node].push(data);
    }

    /// @dev Offered and accepted: counts from the next period.
    function store(address node, uint256 seed, uint256 count, uint256 periods, uint256 misses)
        internal
        returns (uint256 id)
    {
        id = offer(node, seed, count, periods, misses);
        take(node, Data(id, seed, count, false));
    }

    function storeUniform(address node, uint256 seed, uint256 depth) internal returns (uint256 id) {
        Data memory data = Data(0, seed, 1 << depth, true);
        bytes32 root = dataRoot(data);
        vm.prank(client);
        id = proofs.addDataSet(root, data.count, PRICE, 1_000, 3, node);
        data.id = id;
        take(node, data);
    }

    function top(address node) internal view returns (IStorageProofs.Path memory at) {
        (at.hash, at.count) = treeOf(node, held[node].length);
    }

    /// @dev Root of the first `size` sets of a node.
    function treeOf(address node, uint256 size)
        internal
        view
        returns (bytes32 root, uint256 leaves)
    {
        for (uint256 i = 0; i < size; ++i) {
            Data memory data = held[node][i];
            bytes32 hash = SumTree.leafHash(dataRoot(data), data.count);
            root = i == 0 ? hash : SumTree.parent(root, leaves, hash, data.count);
            leaves += data.count;
        }
    }

    /// @dev Where set `index` of a node lies.
    function pathOf(address node, uint256 index)
        internal
        view
        returns (IStorageProofs.Path memory at)
    {
        if (index > 0) {
            (bytes32 left, uint256 count) = treeOf(node, index);
            at.directions = 1;
            at.siblings = abi.encodePacked(left, uint48(count));
        }
        for (uint256 i = index + 1; i < held[node].length; ++i) {
            Data memory data = held[node][i];
            at.siblings = abi.encodePacked(
                at.siblings, SumTree.leafHash(dataRoot(data), data.count), uint48(data.count)
            );
        }
    }

    function proofOf(address node, uint256 period) internal view returns (bytes memory proof) {
        uint256[] memory positions = proofs.challenge(node, period);
        for (uint256 i = 0; i < positions.length; ++i) {
            proof = abi.encodePacked(proof, draw(node, positions[i]));
        }
    }

    function draw(address node, uint256 position) internal view returns (bytes memory) {
        uint256 index = 0;
        while (position >= held[node][index].count) position -= held[node][index++].count;
        Data memory data = held[node][index];
        IStorageProofs.Path memory at = pathOf(node, index);
        bytes memory head = abi.encodePacked(
            leaf(data, position),
            uint48(data.count),
            uint8(at.siblings.length / 38),
            uint32(at.directions)
        );
        return abi.encodePacked(head, dataSiblings(data, position), at.siblings);
    }

    function dataSiblings(Data memory data, uint256 position)
        internal
        pure
        returns (bytes memory siblings)
    {
        uint256 depth = SumTree.depthOf(data.count);
        bytes32 uniform = keccak256(leaf(data, 0));
        for (uint256 level = 0; level < depth; ++level) {
            bytes32 sibling = data.uniform ? uniform : subtree(data, level, position >> level ^ 1);
            siblings = abi.encodePacked(siblings, sibling);
            uniform = keccak256(abi.encodePacked(uniform, uniform));
        }
    }

    function dataRoot(Data memory data) internal pure returns (bytes32 root) {
        uint256 depth = SumTree.depthOf(data.count);
        if (!data.uniform) return subtree(data, depth, 0);
        root = keccak256(leaf(data, 0));
        for (uint256 level = 0; level < depth; ++level) {
            root = keccak256(abi.encodePacked(root, root));
        }
    }

    function subtree(Data memory data, uint256 level, uint256 index)
        internal
        pure
        returns (bytes32)
    {
        if (level > 0) {
            return keccak256(
                abi.encodePacked(
                    subtree(data, level - 1, 2 * index), subtree(data, level - 1, 2 * index + 1)
                )
            );
        }
        return index < data.count ? keccak256(leaf(data, index)) : bytes32(0);
    }

    function leaf(Data memory data, uint256 index) internal pure returns (bytes memory) {
        bytes32[8] memory words;
        for (uint256 i = 0; i < 8; ++i) {
            words[i] = keccak256(abi.encode(data.seed, data.uniform ? 0 : index, i));
        }
        return abi.encodePacked(words);
    }

    /// @dev Completes the running period and proves it; ends in its second half.
    function answer(address node) internal returns (uint256 period) {
        period = proofs.currentPeriod();
        completePeriod();
        proofs.prove(node, period, proofOf(node, period));
    }

    /// @dev A completed period in which the node does nothing.
    function miss() internal {
        completePeriod();
        nextPeriod();
    }

    function gross(uint256 periods) internal pure returns (uint256) {
        return FeeMath.grossUp(PRICE) * periods;
    }

    function assertHeld() internal view {
        assertEq(token.balanceOf(address(proofs)), proofs.totalDeposits(), "tokens are deposits");
    }
}
