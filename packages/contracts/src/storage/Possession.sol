// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBondedWork} from "../interfaces/IBondedWork.sol";
import {IRandomBeacon} from "../interfaces/IRandomBeacon.sol";
import {IStorageProofs} from "../interfaces/IStorageProofs.sol";
import {SumTree} from "../libraries/SumTree.sol";
import {STORAGE} from "../types/WorkClass.sol";
import {DataSets} from "./DataSets.sol";

/// @title Answering challenges, and what answered periods earn beside their price
/// @notice Five leaves are drawn out of all leaves of a node, each with the same chance, so a data
/// set is hit in proportion to its size. Whoever lost a share q passes a period with (1 - q)^5.
abstract contract Possession is DataSets {
    uint256 private constant DRAWS = 5;
    uint256 private constant LEAF_BYTES = 256;
    /// @dev Leaf, 6 bytes count, 1 byte levels, 4 bytes directions.
    uint256 private constant HEAD_BYTES = LEAF_BYTES + 11;

    /// @inheritdoc IStorageProofs
    function prove(address node, uint256 period, bytes calldata proof) external {
        uint256 current = _period();
        if (period + 1 < current) revert StoragePeriodClosed(period, current);
        StorageProofsStorage storage $ = _storage();
        NodeRecord memory record = $.nodes[node];
        bytes32 root;
        uint256 leaves;
        {
            RootRecord storage at = _rootAt($, node, record.latestRoot, period);
            (root, leaves) = (at.root, at.leaves);
        }
        if (leaves == 0) revert StorageNothingToProve(node, period);
        uint256 bits = $.proven[node][period / 256];
        if (bits >> (period % 256) & 1 == 1) revert StorageAlreadyProven(node, period);

        _check(_seed(node, period, root), root, leaves, proof);
        $.proven[node][period / 256] = bits | 1 << (period % 256);
        emit PossessionProven(node, period);
        if (_mayNote(record)) _note($, node, record);
    }

    /// @inheritdoc IStorageProofs
    function noteStake(address node) external {
        StorageProofsStorage storage $ = _storage();
        NodeRecord memory record = $.nodes[node];
        if (!_mayNote(record)) revert StorageTooLateToNote(block.timestamp / epochLength);
        _note($, node, record);
    }

    /// @inheritdoc IStorageProofs
    function claimPossession(address node, uint256 epoch) external returns (uint256 units) {
        if (epoch >= block.timestamp / epochLength) revert StorageEpochRunning(epoch);
        StorageProofsStorage storage $ = _storage();
        uint256 stake = _notedStake($.nodes[node], epoch);
        if (stake == 0) revert StorageNoStakeNoted(node, epoch);
        // Answers to a period are due until the end of the next: those due in the epoch began one
        // period before it.
        uint256 periods = epochLength / periodLength;
        uint256 from = epoch * periods - 1;
        (uint256 complete, uint256 answered) = _tally($, node, from, from + periods);
        return emissions.accrueBonded(
            IBondedWork.Participation({
                node: node,
                workClass: STORAGE,
                epoch: epoch,
                stake: stake,
                delivered: answered,
                scheduled: complete
            })
        );
    }

    /// @inheritdoc IStorageProofs
    function isProven(address node, uint256 period) external view returns (bool) {
        return _storage().proven[node][period / 256] >> (period % 256) & 1 == 1;
    }

    /// @inheritdoc IStorageProofs
    function challenge(address node, uint256 period)
        external
        view
        returns (uint256[] memory positions)
    {
        StorageProofsStorage storage $ = _storage();
        RootRecord storage record = _rootAt($, node, $.nodes[node].latestRoot, period);
        (IRandomBeacon.Outcome outcome, bytes32 value) = beacon.randomAt(period);
        if (outcome != IRandomBeacon.Outcome.Complete || record.leaves == 0) return positions;
        bytes32 seed = keccak256(abi.encode(value, node, period, record.root));
        positions = new uint256[](DRAWS);
        for (uint256 draw = 0; draw < DRAWS; ++draw) {
            positions[draw] = _position(seed, draw, record.leaves);
        }
    }

    /// @inheritdoc IStorageProofs
    function notedStake(address node, uint256 epoch) external view returns (uint256) {
        return _notedStake(_storage().nodes[node], epoch);
    }

    /// @inheritdoc IStorageProofs
    function currentPeriod() external view returns (uint256) {
        return _period();
    }

    /// @dev The first note of an epoch is its start's; a parity that the epoch before left untouched
    /// must not be read as its.
    function _note(StorageProofsStorage storage $, address node, NodeRecord memory record) private {
        uint256 epoch = block.timestamp / epochLength;
        uint256 stake = staking.collateralOf(node);
        if (uint256(record.notedEpoch) + 1 != epoch) (record.stakeEven, record.stakeOdd) = (0, 0);
        if (epoch % 2 == 0) record.stakeEven = uint96(stake);
        else record.stakeOdd = uint96(stake);
        record.notedEpoch = uint32(epoch);
        $.nodes[node] = record;
    }

    function _seed(address node, uint256 period, bytes32 root) private view returns (bytes32) {
        (IRandomBeacon.Outcome outcome, bytes32 value) = beacon.randomAt(period);
        if (outcome != IRandomBeacon.Outcome.Complete) revert StorageNoChallenge(period);
        return keccak256(abi.encode(value, node, period, root));
    }

    /// @dev In the first half of an epoch, once.
    function _mayNote(NodeRecord memory record) private view returns (bool) {
        return block.timestamp % epochLength < epochLength / 2
            && record.notedEpoch != block.timestamp / epochLength;
    }

    function _notedStake(NodeRecord memory record, uint256 epoch) private pure returns (uint256) {
        if (record.notedEpoch != epoch && record.notedEpoch != epoch + 1) return 0;
        return epoch % 2 == 0 ? record.stakeEven : record.stakeOdd;
    }

    function _check(bytes32 seed, bytes32 root, uint256 leaves, bytes calldata proof) private pure {
        uint256 offset;
        assembly {
            offset := proof.offset
        }
        uint256 end = offset + proof.length;
        for (uint256 draw = 0; draw < DRAWS; ++draw) {
            // The head is read before its length is known to be there: calldata beyond the end is
            // zero or foreign, and the offset after the last draw must be the end exactly.
            offset = _checkDraw(draw, _position(seed, draw, leaves), root, offset);
        }
        if (offset != end) revert StorageProofLength(proof.length, proof.length + offset - end);
    }

    /// @return next Offset behind this draw's part of the proof.
    function _checkDraw(uint256 draw, uint256 position, bytes32 root, uint256 offset)
        private
        pure
        returns (uint256 next)
    {
        uint256 count;
        uint256 levels;
        uint256 directions;
        assembly {
            let head := calldataload(add(offset, 256))
            count := shr(208, head)
            levels := and(shr(200, head), 0xff)
            directions := and(shr(168, head), 0xffffffff)
        }
        if (levels > SumTree.MAX_LEVELS) {
            revert StorageMalformedSiblings(levels * SumTree.SIBLING_BYTES);
        }
        uint256 depth = SumTree.depthOf(count);
        uint256 siblings = offset + HEAD_BYTES;
        uint256 sums = siblings + 32 * depth;
        next = sums + SumTree.SIBLING_BYTES * levels;

        uint256 before = SumTree.leavesBefore(directions, sums, levels);
        if (position < before || position - before >= count) {
            revert StorageOutsideDataSet(draw, position, before, count);
        }
        bytes32 hash = SumTree.dataRoot(offset, position - before, siblings, depth);
        (hash,) = SumTree.climb(SumTree.leafHash(hash, count), count, directions, sums, levels);
        if (hash != root) revert StorageWrongProof(draw, root, hash);
    }

    function _position(bytes32 seed, uint256 draw, uint256 leaves) private pure returns (uint256) {
        uint256 drawn;
        assembly ("memory-safe") {
            mstore(0, seed)
            mstore(0x20, draw)
            drawn := keccak256(0, 0x40)
        }
        return drawn % leaves;
    }
}
