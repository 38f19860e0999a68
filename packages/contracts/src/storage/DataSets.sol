// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStorageProofs} from "../interfaces/IStorageProofs.sol";
import {FeeMath} from "../libraries/FeeMath.sol";
import {SumTree} from "../libraries/SumTree.sol";
import {STORAGE} from "../types/WorkClass.sol";
import {StorageBase} from "./StorageBase.sol";

/// @title Offers, their acceptance into a node's tree, notice and removal
/// @notice Whatever changes a tree counts from the next period on, of which nobody has committed a
/// secret yet: the root challenged was fixed before its value could be known.
abstract contract DataSets is StorageBase {
    uint256 private constant MAX_LEAVES = 2 ** 40;
    /// @dev Together with a tree's 32 levels far from `uint48`.
    uint256 private constant MAX_NODE_LEAVES = 2 ** 47;
    uint256 private constant MAX_PERIODS = 3_650;
    uint256 private constant NOTICE_PERIODS = 7;

    /// @inheritdoc IStorageProofs
    function addDataSet(
        bytes32 root,
        uint256 leafCount,
        uint256 pricePerPeriod,
        uint256 periods,
        uint256 maxMisses,
        address node
    ) external whenOpen nonReentrant returns (uint256 id) {
        if (root == bytes32(0)) revert StorageZeroRoot();
        if (leafCount == 0 || leafCount > MAX_LEAVES) {
            revert StorageLeafCountOutOfBounds(leafCount, MAX_LEAVES);
        }
        if (pricePerPeriod == 0) revert StorageZeroPrice();
        if (periods == 0 || periods > MAX_PERIODS) {
            revert StoragePeriodsOutOfBounds(periods, MAX_PERIODS);
        }
        if (maxMisses >= periods) revert StorageTooManyMisses(maxMisses, periods);
        _requireAddress(node);
        // Far above all tokens there are, so that nothing below overflows.
        _requireBounds("pricePerPeriod", pricePerPeriod, 1, type(uint80).max);
        StorageProofsStorage storage $ = _storage();
        id = ++$.lastId;
        DataSetRecord storage record = $.dataSets[id];
        record.root = root;
        (record.client, record.price) = (msg.sender, uint96(pricePerPeriod));
        (record.node, record.endPeriod) = (node, uint32(periods));
        (record.leafCount, record.maxMisses) = (uint48(leafCount), uint16(maxMisses));
        uint256 amount = FeeMath.grossUp(pricePerPeriod) * periods;
        $.deposits += uint128(amount);
        _emitAdded(id, record, amount);
        token.transferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IStorageProofs
    function cancelDataSet(uint256 id) external nonReentrant returns (uint256 returned) {
        StorageProofsStorage storage $ = _storage();
        DataSetRecord storage record = _dataSet($, id);
        if (msg.sender != record.client) revert StorageNotClient(msg.sender, id);
        if (record.firstPeriod != 0) revert StorageAlreadyAccepted(id);
        returned = FeeMath.grossUp(record.price) * record.endPeriod;
        delete $.dataSets[id];
        $.deposits -= uint128(returned);
        emit DataSetCancelled(id, returned);
        token.transfer(msg.sender, returned);
    }

    /// @inheritdoc IStorageProofs
    function accept(uint256 id, Path calldata at) external {
        StorageProofsStorage storage $ = _storage();
        DataSetRecord storage record = _dataSet($, id);
        if (record.firstPeriod != 0) revert StorageAlreadyAccepted(id);
        address node = record.node;
        _requireNode(node);
        if (!nodeRegistry.isActive(node, STORAGE)) revert StorageNodeInactive(node);
        uint256 stake = staking.collateralOf(node);
        uint256 minimum = escrow.minimumStake(STORAGE);
        if (stake < minimum) revert StorageStakeBelowMinimum(node, stake, minimum);

        uint256 first = _period() + 1;
        (uint256 count, bytes32 leaf) =
            (record.leafCount, SumTree.leafHash(record.root, record.leafCount));
        if (at.count > 0) {
            leaf = SumTree.parent(at.hash, at.count, leaf, count);
            count += at.count;
        } else if (at.hash != bytes32(0)) {
            revert StorageWrongPath(bytes32(0), 0, at.hash, 0);
        }
        _replace($, node, at, at.hash, at.count, leaf, count);
        record.firstPeriod = uint32(first);
        record.endPeriod += uint32(first);
        (record.settledUntil, record.faultsUntil) = (uint32(first), uint32(first));
        emit DataSetAccepted(id, node, first, record.endPeriod);
    }

    /// @inheritdoc IStorageProofs
    function giveNotice(uint256 id) external nonReentrant returns (uint256 endPeriod) {
        StorageProofsStorage storage $ = _storage();
        DataSetRecord storage record = _accepted($, id);
        if (msg.sender != record.client && msg.sender != record.node) {
            if (nodeRegistry.operatorOf(msg.sender) != record.node) {
                revert StorageNotParty(msg.sender, id);
            }
            nodeRegistry.payoutFor(record.node, msg.sender);
        }
        endPeriod = _period() + 1 + NOTICE_PERIODS;
        if (endPeriod >= record.endPeriod) revert StorageEnding(id, record.endPeriod);
        uint256 returned = FeeMath.grossUp(record.price) * (record.endPeriod - endPeriod);
        record.endPeriod = uint32(endPeriod);
        $.deposits -= uint128(returned);
        emit NoticeGiven(id, msg.sender, endPeriod, returned);
        token.transfer(record.client, returned);
    }

    /// @inheritdoc IStorageProofs
    function remove(uint256 id, Path calldata at) external {
        StorageProofsStorage storage $ = _storage();
        DataSetRecord storage record = _accepted($, id);
        address node = record.node;
        _requireNode(node);
        if (record.removed) revert StorageAlreadyRemoved(id);
        if (_period() + 1 < record.endPeriod) revert StorageStillRunning(id, record.endPeriod);
        record.removed = true;
        bytes32 leaf = SumTree.leafHash(record.root, record.leafCount);
        _promoteSibling($, node, at, leaf, record.leafCount);
        emit DataSetRemoved(id, node);
    }

    /// @inheritdoc IStorageProofs
    function nodeRoot(address node, uint256 period)
        external
        view
        returns (bytes32 root, uint256 leaves)
    {
        StorageProofsStorage storage $ = _storage();
        RootRecord storage record = _rootAt($, node, $.nodes[node].latestRoot, period);
        return (record.root, record.leaves);
    }

    /// @dev The leaf's sibling takes the place of their parent.
    function _promoteSibling(
        StorageProofsStorage storage $,
        address node,
        Path calldata at,
        bytes32 leaf,
        uint256 count
    ) private {
        uint256 levels = _levels(at.siblings);
        (uint256 offset, bytes32 sibling, uint256 siblingCount) = (0, bytes32(0), 0);
        _requireRoot($, node, at, leaf, count);
        if (levels > 0) {
            bytes calldata siblings = at.siblings;
            assembly {
                offset := add(siblings.offset, 38)
                sibling := calldataload(siblings.offset)
                siblingCount := shr(208, calldataload(add(siblings.offset, 0x20)))
            }
            (sibling, siblingCount) =
                SumTree.climb(sibling, siblingCount, at.directions >> 1, offset, levels - 1);
        }
        _setRoot($, node, sibling, siblingCount);
    }

    function _replace(
        StorageProofsStorage storage $,
        address node,
        Path calldata at,
        bytes32 before,
        uint256 countBefore,
        bytes32 afterwards,
        uint256 countAfterwards
    ) private {
        _requireRoot($, node, at, before, countBefore);
        bytes calldata siblings = at.siblings;
        uint256 offset;
        assembly {
            offset := siblings.offset
        }
        (bytes32 root, uint256 leaves) =
            SumTree.climb(afterwards, countAfterwards, at.directions, offset, _levels(siblings));
        _setRoot($, node, root, leaves);
    }

    function _setRoot(StorageProofsStorage storage $, address node, bytes32 root, uint256 leaves)
        private
    {
        _requireBounds("leaves", leaves, 0, MAX_NODE_LEAVES);
        uint256 from = _period() + 1;
        RootRecord storage record = $.roots[node][from];
        if ($.nodes[node].latestRoot != from) {
            record.previous = $.nodes[node].latestRoot;
            $.nodes[node].latestRoot = uint32(from);
        }
        record.root = root;
        record.leaves = uint64(leaves);
        emit NodeRootSet(node, from, root, leaves);
    }

    function _emitAdded(uint256 id, DataSetRecord storage record, uint256 amount) private {
        emit DataSetAdded(
            id,
            record.client,
            record.node,
            record.root,
            record.leafCount,
            record.price,
            record.endPeriod,
            record.maxMisses,
            amount
        );
    }

    /// @dev Reverts for anybody but the operator and its current signer.
    function _requireNode(address node) private view {
        if (msg.sender != node) nodeRegistry.payoutFor(node, msg.sender);
    }

    /// @dev The count too: a root hash alone does not commit to the count of the whole.
    function _requireRoot(
        StorageProofsStorage storage $,
        address node,
        Path calldata at,
        bytes32 hash,
        uint256 count
    ) private view {
        bytes calldata siblings = at.siblings;
        uint256 offset;
        assembly {
            offset := siblings.offset
        }
        (bytes32 found, uint256 total) =
            SumTree.climb(hash, count, at.directions, offset, _levels(siblings));
        RootRecord storage record = $.roots[node][$.nodes[node].latestRoot];
        if (found != record.root || total != record.leaves) {
            revert StorageWrongPath(record.root, record.leaves, found, total);
        }
    }

    function _levels(bytes calldata siblings) private pure returns (uint256 levels) {
        levels = siblings.length / SumTree.SIBLING_BYTES;
        if (siblings.length % SumTree.SIBLING_BYTES != 0 || levels > SumTree.MAX_LEVELS) {
            revert StorageMalformedSiblings(siblings.length);
        }
    }
}
