// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITrainingRegistry} from "../interfaces/ITrainingRegistry.sol";
import {FeeMath} from "../libraries/FeeMath.sol";
import {TrainingBase} from "./TrainingBase.sol";

/// @title How training jobs begin and end
abstract contract TrainingJobs is TrainingBase {
    uint256 private constant MIN_COHORT = 4;
    uint256 private constant MIN_OPERATORS = 3;
    uint256 private constant MAX_ROUNDS = 10_000;
    uint256 private constant MIN_DELTA_EXPONENT = 3;
    uint256 private constant MAX_DELTA_EXPONENT = 12;
    uint256 private constant MIN_LIFE_UNITS = 1;
    uint256 private constant MAX_LIFE_UNITS = 365;
    uint256 private constant CANCEL_NOTICE_UNITS = 1;
    uint256 private constant CLAIM_UNITS = 90;

    /// @inheritdoc ITrainingRegistry
    function createJob(Terms calldata terms)
        external
        whenOpen
        nonReentrant
        returns (uint256 jobId)
    {
        _requireSound(terms);
        TrainingStorage storage $ = _training();
        jobId = ++$.jobCount;
        uint256 deposit = FeeMath.grossUp(terms.budget);
        JobRecord storage record = $.jobs[jobId];
        record.terms = terms;
        record.status = Status.Open;
        record.owner = msg.sender;
        record.held = uint128(deposit);
        record.budgetLeft = terms.budget;
        $.totalHeld += uint128(deposit);
        emit JobCreated(jobId, msg.sender, terms.coordinator, terms.termsHash, terms, deposit);
        // OpenZeppelin's ERC-20 reverts where others return false, and holds far less than 2^128.
        if (deposit > 0) token.transferFrom(msg.sender, address(this), deposit);
    }

    /// @inheritdoc ITrainingRegistry
    function completeJob(uint256 jobId, bytes32 receiptRoot, bytes32 modelHash)
        external
        nonReentrant
    {
        JobRecord storage record = _openJob(jobId);
        _requireCoordinator(jobId, record);
        _requireTakesRounds(jobId, record);
        if (receiptRoot == 0 || modelHash == 0) revert TrainingRegistryZeroHash();
        record.receiptRoot = receiptRoot;
        record.modelHash = modelHash;
        uint256 refund = _end(record, Status.Completed);
        emit JobCompleted(jobId, receiptRoot, modelHash, refund);
        if (refund > 0) token.transfer(record.owner, refund);
    }

    /// @inheritdoc ITrainingRegistry
    function cancelJob(uint256 jobId) external {
        JobRecord storage record = _openJob(jobId);
        if (msg.sender != record.owner && block.timestamp <= record.terms.deadline) {
            revert TrainingRegistryNotOwner(jobId, msg.sender);
        }
        if (record.cancelledFrom != 0) {
            revert TrainingRegistryAlreadyCancelled(jobId, record.cancelledFrom);
        }
        uint256 until = block.timestamp + CANCEL_NOTICE_UNITS * timeUnit;
        record.cancelledFrom = uint48(until);
        emit JobCancelled(jobId, msg.sender, until);
    }

    /// @inheritdoc ITrainingRegistry
    function closeJob(uint256 jobId) external nonReentrant returns (uint256 refund) {
        JobRecord storage record = _openJob(jobId);
        uint256 from = record.cancelledFrom;
        if (from == 0 || block.timestamp < from) revert TrainingRegistryStillRunning(jobId, from);
        refund = _end(record, Status.Cancelled);
        emit JobClosed(jobId, refund);
        if (refund > 0) token.transfer(record.owner, refund);
    }

    /// @inheritdoc ITrainingRegistry
    function reclaim(uint256 jobId) external nonReentrant returns (uint256 amount) {
        JobRecord storage record = _knownJob(jobId);
        uint256 from = record.endedAt == 0 ? 0 : record.endedAt + CLAIM_UNITS * timeUnit;
        amount = record.held;
        if (from == 0 || block.timestamp < from || amount == 0) {
            revert TrainingRegistryNothingToReclaim(jobId, from);
        }
        // No claim can be paid any more: nothing is held for one.
        record.held = 0;
        record.committed = 0;
        _training().totalHeld -= uint128(amount);
        emit Reclaimed(jobId, amount);
        token.transfer(record.owner, amount);
    }

    /// @inheritdoc ITrainingRegistry
    function job(uint256 jobId) external view returns (Job memory) {
        JobRecord storage record = _knownJob(jobId);
        return Job({
            status: record.status,
            owner: record.owner,
            roundsCommitted: record.roundsCommitted,
            held: record.held,
            committed: record.committed,
            cancelledFrom: record.cancelledFrom,
            endedAt: record.endedAt,
            receiptRoot: record.receiptRoot,
            modelHash: record.modelHash
        });
    }

    /// @inheritdoc ITrainingRegistry
    function termsOf(uint256 jobId) external view returns (Terms memory) {
        return _knownJob(jobId).terms;
    }

    /// @inheritdoc ITrainingRegistry
    function jobCount() external view returns (uint256) {
        return _training().jobCount;
    }

    /// @inheritdoc ITrainingRegistry
    function totalHeld() external view returns (uint256) {
        return _training().totalHeld;
    }

    /// @dev Keeps what the committed rounds can cost at the highest fee; the rest is the refund.
    function _end(JobRecord storage record, Status status) private returns (uint256 refund) {
        uint256 kept = FeeMath.grossUp(record.committed);
        refund = record.held > kept ? record.held - kept : 0;
        record.status = status;
        record.endedAt = uint48(block.timestamp);
        record.held -= uint128(refund);
        _training().totalHeld -= uint128(refund);
    }

    function _requireSound(Terms calldata terms) private view {
        if (terms.termsHash == 0) revert TrainingRegistryZeroTerms();
        _requireAddress(terms.coordinator);
        if (terms.rounds == 0 || terms.rounds > MAX_ROUNDS) {
            revert TrainingRegistryRoundsOutOfBounds(terms.rounds, MAX_ROUNDS);
        }
        if (
            terms.minCohort < MIN_COHORT || terms.minOperators < MIN_OPERATORS
                || terms.minOperators > terms.minCohort
        ) {
            revert TrainingRegistryCohortTooSmall(terms.minCohort, terms.minOperators);
        }
        uint256 min = block.timestamp + MIN_LIFE_UNITS * timeUnit;
        uint256 max = block.timestamp + MAX_LIFE_UNITS * timeUnit;
        if (terms.deadline < min || terms.deadline > max) {
            revert TrainingRegistryDeadlineOutOfBounds(terms.deadline, min, max);
        }
        bool none = terms.privacyUnit == PrivacyUnit.None;
        bool sound = none
            ? terms.epsilonMilli == 0 && terms.deltaExponent == 0
            : terms.epsilonMilli > 0 && terms.deltaExponent >= MIN_DELTA_EXPONENT
                && terms.deltaExponent <= MAX_DELTA_EXPONENT;
        if (!sound) {
            revert TrainingRegistryPrivacyInvalid(
                terms.privacyUnit, terms.epsilonMilli, terms.deltaExponent
            );
        }
    }
}
