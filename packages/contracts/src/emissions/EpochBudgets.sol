// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IEmissionsController} from "../interfaces/IEmissionsController.sol";
import {ClassWeights} from "../libraries/ClassWeights.sol";
import {openPair, UnitsPair} from "../types/UnitsPair.sol";
import {STORAGE, WORK_CLASSES} from "../types/WorkClass.sol";
import {BondedWork} from "./BondedWork.sol";
import {WeightVotes} from "./WeightVotes.sol";

/// @title Opening and closing epochs
/// @notice One epoch is open at a time. Closing it is a call that anybody makes, so no collection
/// ever pays for bookkeeping, and an idle network owes no catching up: the budgets of skipped epochs
/// simply stay in the reserve.
abstract contract EpochBudgets is WeightVotes, BondedWork {
    using ClassWeights for uint64;
    using ClassWeights for uint16[4];

    uint256 private constant GWEI = 1 gwei;
    /// @dev 90,000,000 a month of 30 epochs, for 60 months.
    uint256 private constant EPOCH_BUDGET = 3_000_000e18;
    uint256 private constant SCHEDULED_EPOCHS = 1_800;

    /// @inheritdoc IEmissionsController
    function accrue(address node, uint8 workClass, uint256 units) external {
        if (msg.sender != escrow) revert EmissionsNotWorkSource(msg.sender);
        _requireClass(workClass);
        EmissionsStorage storage $ = _emissions();
        UnitsPair pair = $.openUnits[workClass / 2].add(workClass, units);
        $.openUnits[workClass / 2] = pair;
        $.units[_unitsKey(pair.epoch(), workClass, node)] += units;
    }

    /// @inheritdoc IEmissionsController
    function closeEpoch() external returns (uint256 closed, uint256 opened) {
        EmissionsStorage storage $ = _emissions();
        EpochRecord memory epoch = $.epoch;
        opened = _currentEpoch();
        if (opened <= epoch.id) {
            revert EmissionsEpochRunning(epoch.id, (uint256(epoch.id) + 1) * epochLength);
        }
        closed = epoch.id;

        uint256 owed = 0;
        for (uint8 workClass = 0; workClass < WORK_CLASSES; ++workClass) {
            owed += _closeClass($, epoch, workClass) + _openBonded(epoch, workClass);
        }
        uint256 returned = uint256($.ledger.open) - owed;
        $.ledger.open = 0;
        $.ledger.reserve += uint128(returned);
        $.ledger.owed += uint128(owed);
        emit EpochClosed(closed, block.timestamp, owed, returned);
        _open($, _decideWeights($, epoch));
    }

    /// @inheritdoc IEmissionsController
    function setStream(uint256 perEpoch) external onlyTimelock {
        _setStream(perEpoch);
    }

    /// @inheritdoc IEmissionsController
    function setBondedShare(uint8 workClass, uint256 shareBps) external onlyTimelock {
        _setBondedShare(workClass, shareBps);
    }

    /// @inheritdoc IEmissionsController
    function openEpoch() external view returns (Epoch memory) {
        EpochRecord memory epoch = _emissions().epoch;
        return Epoch({
            id: epoch.id,
            openedAt: epoch.openedAt,
            endsAt: (uint256(epoch.id) + 1) * epochLength,
            budget: epoch.budget,
            weights: epoch.weights.unpack()
        });
    }

    /// @inheritdoc IEmissionsController
    function openUnits(uint8 workClass) external view returns (uint256) {
        _requireClass(workClass);
        return _openUnits(_emissions(), workClass);
    }

    /// @inheritdoc IEmissionsController
    function streamPerEpoch() external view returns (uint256) {
        return _emissions().config.stream;
    }

    /// @inheritdoc IEmissionsController
    function streamable() external view returns (uint256) {
        EmissionsStorage storage $ = _emissions();
        return _streamable($, $.epoch.id);
    }

    /// @inheritdoc IEmissionsController
    function bondedShareBps(uint8 workClass) external view returns (uint256) {
        _requireClass(workClass);
        return _emissions().config.bonded.share(workClass);
    }

    /// @inheritdoc IEmissionsController
    function firstEpoch() external view returns (uint256) {
        return _emissions().firstEpoch;
    }

    /// @dev The fee-backed part; the bonded one is kept by {BondedWork}.
    function _closeClass(EmissionsStorage storage $, EpochRecord memory epoch, uint8 workClass)
        private
        returns (uint256 owed)
    {
        uint256 units = _openUnits($, workClass);
        if (units == 0) return 0;
        uint256 budget = uint256(epoch.budget) * epoch.weights.share(workClass)
            * (BPS - epoch.bonded.share(workClass)) / (BPS * BPS);
        ResultRecord memory result = ResultRecord({
            // Burned wei: there never were 2^96.
            units: uint96(units),
            remaining: 0,
            budgetGwei: uint64(budget / GWEI)
        });
        owed = _payable(result);
        result.remaining = uint96(owed);
        $.results[epoch.id][workClass] = result;
        emit ClassClosed(epoch.id, workClass, units, budget, owed);
    }

    function _open(EmissionsStorage storage $, uint64 weights) internal {
        uint256 id = _currentEpoch();
        uint256 free = _streamable($, id);
        uint256 budget = Math.min($.config.stream, free);
        if (id < $.firstEpoch + SCHEDULED_EPOCHS) budget += EPOCH_BUDGET;
        $.ledger.reserve -= uint128(budget);
        $.ledger.open = uint128(budget);
        $.epoch = EpochRecord({
            id: uint32(id),
            openedAt: uint48(block.timestamp),
            budget: uint96(budget),
            weights: weights,
            bonded: $.config.bonded
        });
        $.openUnits[0] = openPair(id);
        $.openUnits[1] = openPair(id);
        emit EpochOpened(id, block.timestamp, budget, weights.unpack());
    }

    function _setStream(uint256 perEpoch) internal {
        _requireBounds("stream", perEpoch, 0, EPOCH_BUDGET);
        _emissions().config.stream = uint96(perEpoch);
        emit StreamSet(perEpoch);
    }

    function _setBondedShare(uint8 workClass, uint256 shareBps) internal {
        _requireClass(workClass);
        // Query and Compute have nothing that could be proven without a payer.
        _requireBounds("bondedShareBps", shareBps, 0, workClass >= STORAGE ? BPS : 0);
        Config storage config = _emissions().config;
        uint16[4] memory shares = config.bonded.unpack();
        shares[workClass] = uint16(shareBps);
        config.bonded = shares.pack();
        emit BondedShareSet(workClass, shareBps);
    }

    function _currentEpoch() internal view returns (uint256) {
        return block.timestamp / epochLength;
    }

    /// @dev Reserve that is not promised to this epoch's schedule or a later one's.
    function _streamable(EmissionsStorage storage $, uint256 id) private view returns (uint256) {
        uint256 end = $.firstEpoch + SCHEDULED_EPOCHS;
        // While the epoch is open its scheduled budget has left the reserve already.
        uint256 from = $.epoch.id == id && $.ledger.open != 0 ? id + 1 : id;
        uint256 promised = from < end ? (end - from) * EPOCH_BUDGET : 0;
        return Math.saturatingSub($.ledger.reserve, promised);
    }

    function _openUnits(EmissionsStorage storage $, uint8 workClass)
        private
        view
        returns (uint256)
    {
        return $.openUnits[workClass / 2].units(workClass);
    }

    function _payable(ResultRecord memory result) internal pure returns (uint256) {
        return Math.min(result.units, result.budgetGwei * GWEI);
    }
}
