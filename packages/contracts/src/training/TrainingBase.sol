// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {DDAIToken} from "../DDAIToken.sol";
import {Governed} from "../governance/Governed.sol";
import {Pausable} from "../governance/Pausable.sol";
import {IProtocolRegistry} from "../interfaces/IProtocolRegistry.sol";
import {ITrainingRegistry} from "../interfaces/ITrainingRegistry.sol";
import {IWorkPayments} from "../interfaces/IWorkPayments.sol";

/// @title What all parts of the training registry share: storage, neighbours, who may do what
abstract contract TrainingBase is ITrainingRegistry, Pausable, ReentrancyGuardTransient {
    struct RoundRecord {
        bytes32 rewardRoot;
        bytes32 recordHead;
        uint128 unclaimed;
        mapping(address node => bool) claimed;
    }

    /// @param budgetLeft Wei of the budget that no round has committed.
    struct JobRecord {
        Terms terms;
        Status status;
        address owner;
        uint16 roundsCommitted;
        uint48 cancelledFrom;
        uint48 endedAt;
        uint128 held;
        uint128 committed;
        uint128 budgetLeft;
        bytes32 receiptRoot;
        bytes32 modelHash;
        mapping(uint256 number => RoundRecord) rounds;
    }

    /// @custom:storage-location erc7201:ddai.storage.TrainingRegistry
    struct TrainingStorage {
        uint256 jobCount;
        mapping(uint256 jobId => JobRecord) jobs;
        uint128 totalHeld;
    }

    /// @dev ERC-7201 of "ddai.storage.TrainingRegistry".
    bytes32 private constant TRAINING_SLOT =
        0x83629eef8dfaa17514987deac933e492fb6725986f1be88673ca096c6dc8b700;

    DDAIToken public immutable token;
    /// @notice Pays participants; takes from here what `claimRound` names.
    IWorkPayments public immutable escrow;

    constructor(
        DDAIToken token_,
        IWorkPayments escrow_,
        IProtocolRegistry protocolRegistry_,
        address timelock_,
        uint256 timeUnit_
    ) Governed(timelock_, timeUnit_) Pausable(protocolRegistry_) {
        _requireAddress(address(token_));
        _requireAddress(address(escrow_));
        token = token_;
        escrow = escrow_;
    }

    function _knownJob(uint256 jobId) internal view returns (JobRecord storage record) {
        record = _training().jobs[jobId];
        if (record.status == Status.None) revert TrainingRegistryUnknownJob(jobId);
    }

    function _openJob(uint256 jobId) internal view returns (JobRecord storage record) {
        record = _knownJob(jobId);
        if (record.status != Status.Open) revert TrainingRegistryNotOpen(jobId, record.status);
    }

    function _requireCoordinator(uint256 jobId, JobRecord storage record) internal view {
        if (msg.sender != record.terms.coordinator) {
            revert TrainingRegistryNotCoordinator(jobId, msg.sender);
        }
    }

    /// @dev A cancelled job takes rounds that were served for one more time unit.
    function _requireTakesRounds(uint256 jobId, JobRecord storage record) internal view {
        uint256 since = record.cancelledFrom;
        if (since != 0 && block.timestamp >= since) {
            revert TrainingRegistryRoundsClosed(jobId, since);
        }
    }

    function _training() internal pure returns (TrainingStorage storage $) {
        bytes32 slot = TRAINING_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
