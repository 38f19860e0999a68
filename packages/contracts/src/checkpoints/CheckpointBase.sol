// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Governed} from "../governance/Governed.sol";
import {IBondedWork} from "../interfaces/IBondedWork.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {IPaymentsEscrow} from "../interfaces/IPaymentsEscrow.sol";
import {IStaking} from "../interfaces/IStaking.sol";
import {ICheckpointManager} from "../interfaces/ICheckpointManager.sol";
import {SignatureCounts} from "../types/SignatureCounts.sol";

/// @title What all parts of the checkpoints and the beacon share: storage, neighbours
abstract contract CheckpointBase is ICheckpointManager, Governed {
    /// @dev The first word is all that counting a signature reads. A slot keeps its last member for an
    /// epoch after it left, so that it can still claim. Stakes of two epochs, by their parity.
    struct Member {
        address signer;
        uint96 weight;
        address operator;
        uint32 since;
        uint32 leftAt;
        uint32 rolledAt;
        uint96 stakeEven;
        uint96 stakeOdd;
        bytes32 consensusKey;
    }

    struct SetHead {
        uint96 weight;
        uint48 lastHeight;
        uint48 baseHeight;
        uint32 epoch;
        uint8 slots;
        uint8 size;
    }

    struct CheckpointRecord {
        bytes32 blockHash;
        uint64 signers;
        uint48 height;
        uint32 epoch;
    }

    /// @custom:storage-location erc7201:ddai.storage.CheckpointManager
    struct CheckpointStorage {
        SetHead head;
        mapping(uint256 slot => Member) members;
        mapping(address operator => uint256 slotPlusOne) slots;
        address[] candidates;
        mapping(address operator => uint256 indexPlusOne) candidateIndex;
        mapping(uint256 epoch => uint256) scheduled;
        mapping(uint256 ring => CheckpointRecord) checkpoints;
        mapping(uint256 ringAndWord => SignatureCounts) counts;
    }

    /// @param epochLength Seconds, that of `EmissionsController`.
    /// @param beaconEpochLength Seconds, even, a part of an epoch: an hour of the time unit at least.
    /// @param checkpointInterval Blocks from one checkpoint to the next.
    struct Immutables {
        IStaking staking;
        INodeRegistry nodeRegistry;
        IPaymentsEscrow escrow;
        IBondedWork emissions;
        address timelock;
        uint256 timeUnit;
        uint256 epochLength;
        uint256 beaconEpochLength;
        uint256 checkpointInterval;
    }

    /// @dev ERC-7201 of "ddai.storage.CheckpointManager".
    bytes32 private constant CHECKPOINT_SLOT =
        0x519f7dd911bcb9db3c6e5d43d27695c9093fe67d0f1bcece319be782c7900200;
    uint256 private constant MAX_EPOCH_UNITS = 30;
    uint256 private constant MIN_BEACON_PARTS = 24;
    /// @dev Half a stake's shortest thaw: what was at stake when a seat committed can still be slashed.
    uint256 private constant MAX_BEACON_UNITS = 7;
    /// @dev A checkpoint older than `blockhash` reaches could not be checked when it is submitted.
    uint256 private constant MAX_INTERVAL = 200;
    IStaking public immutable staking;
    INodeRegistry public immutable nodeRegistry;
    /// @notice Tells the minimum stake of `Validation`.
    IPaymentsEscrow public immutable escrow;
    IBondedWork public immutable emissions;
    /// @inheritdoc ICheckpointManager
    uint256 public immutable epochLength;
    /// @inheritdoc ICheckpointManager
    uint256 public immutable checkpointInterval;
    uint256 internal immutable _beaconLength;

    constructor(Immutables memory set) Governed(set.timelock, set.timeUnit) {
        _requireAddress(address(set.staking));
        _requireAddress(address(set.nodeRegistry));
        _requireAddress(address(set.escrow));
        _requireAddress(address(set.emissions));
        uint256 unit = set.timeUnit;
        _requireBounds("epochLength", set.epochLength, unit, MAX_EPOCH_UNITS * unit);
        uint256 length = set.beaconEpochLength;
        _requireBounds(
            "beaconEpochLength",
            length,
            Math.max(2, unit / MIN_BEACON_PARTS),
            Math.min(MAX_BEACON_UNITS * unit, set.epochLength)
        );
        // Two halves, and a whole number in every epoch.
        _requireBounds("beaconEpochLength % 2", length % 2, 0, 0);
        _requireBounds("epochLength % beacon", set.epochLength % length, 0, 0);
        _requireBounds("checkpointInterval", set.checkpointInterval, 1, MAX_INTERVAL);
        staking = set.staking;
        nodeRegistry = set.nodeRegistry;
        escrow = set.escrow;
        emissions = set.emissions;
        epochLength = set.epochLength;
        _beaconLength = length;
        checkpointInterval = set.checkpointInterval;
    }

    function _currentEpoch() internal view returns (uint256) {
        return block.timestamp / epochLength;
    }

    function _checkpoints() internal pure returns (CheckpointStorage storage $) {
        bytes32 slot = CHECKPOINT_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
