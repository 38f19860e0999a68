// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IBondedWork} from "../interfaces/IBondedWork.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {IStaking} from "../interfaces/IStaking.sol";
import {ClassWeights} from "../libraries/ClassWeights.sol";
import {STORAGE, WORK_CLASSES} from "../types/WorkClass.sol";
import {EmissionsBase} from "./EmissionsBase.sol";

/// @title The bonded part of the budget: who may accrue units, and what they earn
/// @notice When an epoch closes, the bonded budgets move to what is owed; units are taken for one
/// epoch length; then what they do not earn returns to the reserve.
abstract contract BondedWork is IBondedWork, EmissionsBase {
    using ClassWeights for uint64;

    /// @dev One slot while units are taken. The budget is whole gwei.
    struct BondedRecord {
        uint96 units;
        uint64 budgetGwei;
        uint32 yieldPpb;
        uint48 openUntil;
        bool settled;
        uint96 remaining;
    }

    /// @custom:storage-location erc7201:ddai.storage.BondedWork
    struct BondedStorage {
        mapping(uint256 epoch => mapping(uint8 workClass => BondedRecord)) results;
        mapping(uint256 unitsKey => uint256) units;
        mapping(uint256 epoch => mapping(address node => uint256)) usedStake;
        mapping(uint8 workClass => address) sources;
        uint256 yieldPpb;
    }

    /// @dev ERC-7201 of "ddai.storage.BondedWork".
    bytes32 private constant BONDED_SLOT =
        0x028d3c51a1ce41b77a3386db7cd5814e386d2bd2a6ede0bac7211216dda04700;
    uint256 private constant GWEI = 1 gwei;
    uint256 private constant BILLION = 1e9;
    /// @dev 0.1% for each time unit: 36.5% a year is the most that any DAO can promise to stake.
    uint256 private constant MAX_YIELD_PPB = 1_000_000;

    /// @inheritdoc IBondedWork
    function accrueBonded(Participation calldata part) external returns (uint256 units) {
        BondedStorage storage $ = _bonded();
        if (msg.sender != $.sources[part.workClass]) {
            revert EmissionsNotBondedSource(msg.sender, part.workClass);
        }
        BondedRecord storage record = _bondedRecord($, part.workClass, part.epoch);
        if (block.timestamp >= record.openUntil) {
            revert EmissionsUnitsClosed(part.workClass, part.epoch, record.openUntil);
        }
        uint256 key = _unitsKey(part.epoch, part.workClass, part.node);
        if ($.units[key] != 0) {
            revert EmissionsAlreadyAccrued(part.node, part.workClass, part.epoch);
        }
        units = _unitsDown($, part);
        if (units == 0) return 0;
        $.units[key] = units;
        // Parts of stakes, which fit.
        record.units += uint96(units);
        emit BondedAccrued(part.node, part.workClass, part.epoch, units);
    }

    /// @inheritdoc IBondedWork
    function settleBonded(uint8 workClass, uint256 epoch) external returns (uint256 returned) {
        BondedRecord storage record = _bondedRecord(_bonded(), workClass, epoch);
        if (record.settled) revert EmissionsAlreadySettled(workClass, epoch);
        return _settleBonded(record, workClass, epoch);
    }

    /// @inheritdoc IBondedWork
    function claimBonded(address node, uint8 workClass, uint256[] calldata epochs)
        external
        nonReentrant
        returns (uint256 amount)
    {
        _requireEpochs(epochs);
        EmissionsStorage storage $ = _emissions();
        address payout = _payoutFor($, node);
        for (uint256 i = 0; i < epochs.length; ++i) {
            amount += _claimBondedOne(node, payout, workClass, epochs[i]);
        }
        _payReward($, payout, amount);
    }

    /// @inheritdoc IBondedWork
    function announceWorkSource(uint8 workClass, address source) external onlyTimelock {
        _announce(_workSourceId(workClass, source));
    }

    /// @inheritdoc IBondedWork
    function registerWorkSource(uint8 workClass, address source) external onlyTimelock {
        _executeAnnounced(_workSourceId(workClass, source));
        _registerWorkSource(workClass, source);
    }

    /// @inheritdoc IBondedWork
    function removeWorkSource(uint8 workClass) external onlyTimelock {
        address source = _bonded().sources[workClass];
        if (source == address(0)) revert EmissionsNotBondedClass(workClass);
        delete _bonded().sources[workClass];
        emit WorkSourceRemoved(workClass, source);
    }

    /// @inheritdoc IBondedWork
    function setBondedYield(uint256 yieldPpb) external onlyTimelock {
        _setBondedYield(yieldPpb);
    }

    /// @inheritdoc IBondedWork
    function workSource(uint8 workClass) external view returns (address) {
        return _bonded().sources[workClass];
    }

    /// @inheritdoc IBondedWork
    function bondedYield() external view returns (uint256) {
        return _bonded().yieldPpb;
    }

    /// @inheritdoc IBondedWork
    function bondedResult(uint8 workClass, uint256 epoch)
        external
        view
        returns (BondedResult memory)
    {
        BondedRecord memory record = _bonded().results[epoch][workClass];
        return BondedResult({
            units: record.units,
            budget: uint256(record.budgetGwei) * GWEI,
            yieldPpb: record.yieldPpb,
            openUntil: record.openUntil,
            settled: record.settled,
            remaining: _unreturned(record)
        });
    }

    /// @inheritdoc IBondedWork
    function bondedUnitsOf(address node, uint8 workClass, uint256 epoch)
        external
        view
        returns (uint256)
    {
        return _bonded().units[_unitsKey(epoch, workClass, node)];
    }

    /// @inheritdoc IBondedWork
    function bondedRewardOf(address node, uint8 workClass, uint256 epoch)
        external
        view
        returns (uint256)
    {
        BondedStorage storage $ = _bonded();
        BondedRecord memory record = $.results[epoch][workClass];
        if (record.units == 0 || block.timestamp < record.openUntil) return 0;
        uint256 units = $.units[_unitsKey(epoch, workClass, node)];
        return units * _bondedPayable(record) / record.units;
    }

    /// @dev Keeps the class's bonded budget for units to come. A class without a source has none.
    /// @return kept Wei, whole gwei.
    function _openBonded(EpochRecord memory epoch, uint8 workClass)
        internal
        returns (uint256 kept)
    {
        BondedStorage storage $ = _bonded();
        uint256 shareBps = epoch.bonded.share(workClass);
        if (shareBps == 0 || $.sources[workClass] == address(0)) return 0;
        uint256 gweis =
            uint256(epoch.budget) * epoch.weights.share(workClass) * shareBps / (BPS * BPS * GWEI);
        BondedRecord storage record = $.results[epoch.id][workClass];
        record.budgetGwei = uint64(gweis);
        record.yieldPpb = uint32($.yieldPpb);
        record.openUntil = uint48(block.timestamp + epochLength);
        kept = gweis * GWEI;
        emit BondedOpened(epoch.id, workClass, kept, record.openUntil);
    }

    /// @dev What a claim can no longer touch. @return amount Wei that return to the reserve.
    function _expireBonded(uint256 epoch) internal returns (uint256 amount) {
        BondedStorage storage $ = _bonded();
        for (uint8 workClass = STORAGE; workClass < WORK_CLASSES; ++workClass) {
            amount += _unreturned($.results[epoch][workClass]);
            delete $.results[epoch][workClass];
        }
    }

    function _registerWorkSource(uint8 workClass, address source) internal {
        if (workClass < STORAGE || workClass >= WORK_CLASSES) {
            revert EmissionsNotBondedClass(workClass);
        }
        _requireAddress(source);
        _bonded().sources[workClass] = source;
        emit WorkSourceRegistered(workClass, source);
    }

    function _setBondedYield(uint256 yieldPpb) internal {
        _requireBounds("bondedYield", yieldPpb, 0, MAX_YIELD_PPB * epochLength / timeUnit);
        _bonded().yieldPpb = yieldPpb;
        emit BondedYieldSet(yieldPpb);
    }

    function _claimBondedOne(address node, address payout, uint8 workClass, uint256 epoch)
        private
        returns (uint256 reward)
    {
        BondedStorage storage $ = _bonded();
        BondedRecord storage record = _bondedRecord($, workClass, epoch);
        if (!record.settled) _settleBonded(record, workClass, epoch);
        uint256 key = _unitsKey(epoch, workClass, node);
        uint256 units = $.units[key];
        if (units == 0) revert EmissionsNothingToClaim(node, workClass, epoch);
        reward = units * _bondedPayable(record) / record.units;
        $.units[key] = 0;
        record.remaining -= uint96(reward);
        emit BondedClaimed(node, payout, workClass, epoch, units, reward);
    }

    function _settleBonded(BondedRecord storage record, uint8 workClass, uint256 epoch)
        private
        returns (uint256 returned)
    {
        if (block.timestamp < record.openUntil) {
            revert EmissionsUnitsStillOpen(workClass, epoch, record.openUntil);
        }
        uint256 earned = _bondedPayable(record);
        returned = uint256(record.budgetGwei) * GWEI - earned;
        record.settled = true;
        record.remaining = uint96(earned);
        LedgerRecord storage ledger_ = _emissions().ledger;
        ledger_.owed -= uint128(returned);
        ledger_.reserve += uint128(returned);
        emit BondedSettled(epoch, workClass, earned, returned);
    }

    /// @dev A node's classes are read now; were they changed between two accruals, the parts still
    /// never add up to more than the stake.
    function _unitsDown(BondedStorage storage $, Participation calldata part)
        private
        returns (uint256)
    {
        if (part.scheduled == 0) return 0;
        uint256 collateral = IStaking(address(votes)).collateralOf(part.node);
        uint256 stake = Math.min(part.stake, collateral);
        uint256 served = _bits(INodeRegistry(nodeRegistry).classesOf(part.node));
        if (stake == 0 || served == 0) return 0;
        uint256 used = $.usedStake[part.epoch][part.node];
        uint256 divided = Math.min(stake / served, Math.saturatingSub(collateral, used));
        $.usedStake[part.epoch][part.node] = used + divided;
        return divided * Math.min(part.delivered, part.scheduled) / part.scheduled;
    }

    function _bondedRecord(BondedStorage storage $, uint8 workClass, uint256 epoch)
        private
        view
        returns (BondedRecord storage record)
    {
        record = $.results[epoch][workClass];
        if (record.openUntil == 0) revert EmissionsNoBondedPart(workClass, epoch);
    }

    function _unreturned(BondedRecord memory record) private pure returns (uint256) {
        return record.settled ? record.remaining : uint256(record.budgetGwei) * GWEI;
    }

    function _bondedPayable(BondedRecord memory record) private pure returns (uint256) {
        return Math.min(
            uint256(record.budgetGwei) * GWEI, uint256(record.units) * record.yieldPpb / BILLION
        );
    }

    function _bits(uint8 classes) private pure returns (uint256 count) {
        for (uint256 rest = classes; rest != 0; rest &= rest - 1) {
            ++count;
        }
    }

    function _workSourceId(uint8 workClass, address source) private pure returns (bytes32) {
        return keccak256(abi.encode("workSource", workClass, source));
    }

    function _bonded() private pure returns (BondedStorage storage $) {
        bytes32 slot = BONDED_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
