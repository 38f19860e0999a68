// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IEmissionsController} from "../interfaces/IEmissionsController.sol";
import {ClassWeights} from "../libraries/ClassWeights.sol";
import {WORK_CLASSES} from "../types/WorkClass.sol";
import {EmissionsBase} from "./EmissionsBase.sol";

/// @title How an epoch's budget is split over work classes: the DAO's corridor, the stakers' votes
abstract contract WeightVotes is EmissionsBase {
    using ClassWeights for uint64;
    using ClassWeights for uint16[4];

    uint256 private constant QUORUM_FLOOR = 50_000_000e18;
    uint256 private constant QUORUM_BPS = 400;

    /// @inheritdoc IEmissionsController
    function voteWeights(uint16[4] calldata weights) external {
        EmissionsStorage storage $ = _emissions();
        EpochRecord memory epoch = $.epoch;
        if ($.votedIn[msg.sender] == epoch.id) revert EmissionsAlreadyVoted(msg.sender, epoch.id);
        _requireInCorridor(weights);
        _requireWithinStep($, epoch.weights, weights);
        uint256 power = votes.getPastVotes(msg.sender, epoch.openedAt);
        if (power == 0) revert EmissionsNoVotingPower(msg.sender, epoch.openedAt);
        $.votedIn[msg.sender] = epoch.id;
        Tally storage tally = $.tallies[epoch.id];
        for (uint256 i = 0; i < WORK_CLASSES; ++i) {
            tally.weighted[i] += uint128(power * weights[i]);
        }
        tally.power += uint128(power);
        emit WeightsVoted(msg.sender, epoch.id, weights, power);
    }

    /// @inheritdoc IEmissionsController
    function setWeights(uint16[4] calldata weights) external onlyTimelock {
        _requireInCorridor(weights);
        Config storage config = _emissions().config;
        config.daoWeights = weights.pack();
        config.daoDecided = true;
        emit WeightsSet(weights);
    }

    /// @inheritdoc IEmissionsController
    function setCorridor(Corridor calldata corridor_) external onlyTimelock {
        _setCorridor(corridor_);
        // A vector in force or already decided must not find itself outside.
        EmissionsStorage storage $ = _emissions();
        _requireInCorridor($.epoch.weights.unpack());
        if ($.config.daoDecided) _requireInCorridor($.config.daoWeights.unpack());
    }

    /// @inheritdoc IEmissionsController
    function nextWeights() external view returns (uint16[4] memory) {
        EmissionsStorage storage $ = _emissions();
        return _decidedWeights($, $.epoch).unpack();
    }

    /// @inheritdoc IEmissionsController
    function corridor() external view returns (Corridor memory) {
        CorridorRecord memory record = _emissions().corridor;
        return Corridor(record.min.unpack(), record.max.unpack(), record.step);
    }

    /// @inheritdoc IEmissionsController
    function weightTally() external view returns (uint256[4] memory weighted, uint256 power) {
        EmissionsStorage storage $ = _emissions();
        return _tally($, $.epoch.id);
    }

    /// @inheritdoc IEmissionsController
    function weightQuorum() external view returns (uint256) {
        return _quorum(_emissions().epoch.openedAt);
    }

    function _decideWeights(EmissionsStorage storage $, EpochRecord memory epoch)
        internal
        returns (uint64 weights)
    {
        weights = _decidedWeights($, epoch);
        if ($.config.daoDecided) {
            $.config.daoDecided = false;
            $.config.daoWeights = 0;
        }
    }

    function _setCorridor(Corridor memory corridor_) internal {
        uint256 sumMin = 0;
        uint256 sumMax = 0;
        for (uint8 i = 0; i < WORK_CLASSES; ++i) {
            if (corridor_.min[i] > corridor_.max[i] || corridor_.max[i] > BPS) {
                revert EmissionsCorridorInvalid(i, corridor_.min[i], corridor_.max[i]);
            }
            sumMin += corridor_.min[i];
            sumMax += corridor_.max[i];
        }
        // Otherwise no vector fits into it.
        _requireBounds("corridorMinSum", sumMin, 0, BPS);
        _requireBounds("corridorMaxSum", sumMax, BPS, BPS * WORK_CLASSES);
        _requireBounds("corridorStep", corridor_.step, 1, BPS);
        _emissions().corridor =
            CorridorRecord(corridor_.min.pack(), corridor_.max.pack(), corridor_.step);
        emit CorridorSet(corridor_.min, corridor_.max, corridor_.step);
    }

    /// @dev The DAO's word goes before the stakers' vote; without quorum nothing changes.
    function _decidedWeights(EmissionsStorage storage $, EpochRecord memory epoch)
        private
        view
        returns (uint64)
    {
        if ($.config.daoDecided) return $.config.daoWeights;
        (uint256[4] memory weighted, uint256 power) = _tally($, epoch.id);
        if (power == 0 || power < _quorum(epoch.openedAt)) return epoch.weights;
        uint16[4] memory voted = ClassWeights.mean(weighted, power);
        // The corridor may have been narrowed since the votes were cast.
        (uint8 outside, uint256 sum) = _measure(voted);
        return outside == WORK_CLASSES && sum == BPS ? voted.pack() : epoch.weights;
    }

    function _tally(EmissionsStorage storage $, uint256 epoch)
        private
        view
        returns (uint256[4] memory weighted, uint256 power)
    {
        Tally storage tally = $.tallies[epoch];
        for (uint256 i = 0; i < WORK_CLASSES; ++i) {
            weighted[i] = tally.weighted[i];
        }
        power = tally.power;
    }

    function _quorum(uint256 openedAt) private view returns (uint256) {
        return Math.max(votes.getPastTotalSupply(openedAt) * QUORUM_BPS / BPS, QUORUM_FLOOR);
    }

    function _requireInCorridor(uint16[4] memory weights) internal view {
        (uint8 outside, uint256 sum) = _measure(weights);
        if (outside < WORK_CLASSES) {
            CorridorRecord memory record = _emissions().corridor;
            revert EmissionsWeightOutsideCorridor(
                outside, weights[outside], record.min.share(outside), record.max.share(outside)
            );
        }
        if (sum != BPS) revert EmissionsWeightsSum(sum);
    }

    /// @return outside The first class whose weight lies outside the corridor; none: their number.
    function _measure(uint16[4] memory weights) private view returns (uint8 outside, uint256 sum) {
        CorridorRecord memory record = _emissions().corridor;
        outside = uint8(WORK_CLASSES);
        for (uint8 i = uint8(WORK_CLASSES); i > 0;) {
            --i;
            uint256 weight = weights[i];
            if (weight < record.min.share(i) || weight > record.max.share(i)) outside = i;
            sum += weight;
        }
    }

    function _requireWithinStep(
        EmissionsStorage storage $,
        uint64 current,
        uint16[4] memory weights
    ) private view {
        uint256 step = $.corridor.step;
        for (uint8 i = 0; i < WORK_CLASSES; ++i) {
            uint256 now_ = current.share(i);
            uint256 min = Math.saturatingSub(now_, step);
            if (weights[i] < min || weights[i] > now_ + step) {
                revert EmissionsWeightOutsideCorridor(i, weights[i], min, now_ + step);
            }
        }
    }
}
