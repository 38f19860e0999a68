// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStorageProofs} from "../interfaces/IStorageProofs.sol";
import {IWorkPayments} from "../interfaces/IWorkPayments.sol";
import {FeeMath} from "../libraries/FeeMath.sol";
import {RuleSlash} from "../libraries/RuleSlash.sol";
import {STORAGE} from "../types/WorkClass.sol";
import {Possession} from "./Possession.sol";

/// @title Paying proven periods, returning the rest, punishing misses
/// @notice Both walk a cursor over bitmaps, 256 periods a step: a period skipped costs nothing to find.
abstract contract Settlement is Possession {
    /// @dev A node below its minimum has this long after the end to come back and be paid.
    uint256 private constant RECLAIM_PERIODS = 30;
    uint256 private constant MAX_PENALTY_PERIODS = 365;

    /// @inheritdoc IStorageProofs
    function settle(uint256 id, uint256 cursor) external nonReentrant returns (uint256 paid) {
        StorageProofsStorage storage $ = _storage();
        DataSetRecord storage record = _accepted($, id);
        uint256 from = record.settledUntil;
        _requireCursor(id, cursor, from, record.endPeriod);
        (address client, address node, uint256 price) = (record.client, record.node, record.price);
        (, uint256 proven) = _tally($, node, from, cursor);
        record.settledUntil = uint32(cursor);
        uint256 held = FeeMath.grossUp(price) * (cursor - from);
        $.deposits -= uint128(held);
        uint256 returned = held;
        if (proven > 0 && _isPaid(node, record.endPeriod)) {
            paid = price * proven;
            // Refuses a node whose stake is below the minimum; the whole call then fails.
            returned -= paid + IWorkPayments(address(escrow)).payFor(client, node, STORAGE, paid);
        }
        emit DataSetSettled(id, cursor, proven, paid, returned);
        if (returned > 0) token.transfer(client, returned);
    }

    /// @inheritdoc IStorageProofs
    function reportFault(uint256 id, uint256 cursor)
        external
        nonReentrant
        returns (uint256 missed)
    {
        StorageProofsStorage storage $ = _storage();
        DataSetRecord storage record = _accepted($, id);
        uint256 from = record.faultsUntil;
        _requireCursor(id, cursor, from, record.endPeriod);
        address node = record.node;
        (uint256 complete, uint256 answered) = _tally($, node, from, cursor);
        missed = complete - answered;
        uint256 misses = missed + record.misses;
        // A fault for each time that more were missed than agreed, however many a call looks through.
        uint256 faults = misses / (uint256(record.maxMisses) + 1);
        record.faultsUntil = uint32(cursor);
        record.misses = uint16(misses % (uint256(record.maxMisses) + 1));
        emit FaultReported(id, cursor, missed, faults);
        if (faults == 0) return missed;
        RuleSlash.take(
            staking,
            node,
            uint256(record.price) * $.penaltyPeriods * faults,
            false,
            keccak256(abi.encode("possession", id, cursor))
        );
    }

    /// @inheritdoc IStorageProofs
    function setPenaltyPeriods(uint256 periods) external onlyTimelock {
        _setPenaltyPeriods(periods);
    }

    /// @inheritdoc IStorageProofs
    function dataSet(uint256 id) external view returns (DataSet memory) {
        DataSetRecord storage record = _dataSet(_storage(), id);
        return DataSet({
            root: record.root,
            client: record.client,
            node: record.node,
            leafCount: record.leafCount,
            pricePerPeriod: record.price,
            firstPeriod: record.firstPeriod,
            endPeriod: record.endPeriod,
            settledUntil: record.settledUntil,
            faultsUntil: record.faultsUntil,
            maxMisses: record.maxMisses,
            misses: record.misses,
            removed: record.removed
        });
    }

    /// @inheritdoc IStorageProofs
    function totalDeposits() external view returns (uint256) {
        return _storage().deposits;
    }

    /// @inheritdoc IStorageProofs
    function penaltyPeriods() external view returns (uint256) {
        return _storage().penaltyPeriods;
    }

    function _setPenaltyPeriods(uint256 periods) internal {
        _requireBounds("penaltyPeriods", periods, 1, MAX_PENALTY_PERIODS);
        _storage().penaltyPeriods = uint16(periods);
        emit PenaltyPeriodsSet(periods);
    }

    /// @dev Ahead of where the cursor stands, at most to the end, and only over periods whose answers
    /// are closed: those before the last one.
    function _requireCursor(uint256 id, uint256 cursor, uint256 from, uint256 end) private view {
        uint256 closed = _period() - 1;
        uint256 max = end < closed ? end : closed;
        if (cursor <= from || cursor > max) revert StorageWrongCursor(id, cursor, from, max);
    }

    /// @dev A client's money must not be held for ever by a node that cannot be paid.
    function _isPaid(address node, uint256 end) private view returns (bool) {
        if (staking.isConvicted(node)) return false;
        return _period() < end + RECLAIM_PERIODS
            || staking.collateralOf(node) >= escrow.minimumStake(STORAGE);
    }
}
