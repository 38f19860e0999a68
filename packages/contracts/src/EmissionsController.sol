// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {DDAIToken} from "./DDAIToken.sol";
import {Governed} from "./governance/Governed.sol";
import {IEmissionsController} from "./interfaces/IEmissionsController.sol";
import {ClassWeights} from "./libraries/ClassWeights.sol";
import {openPair, UnitsPair} from "./types/UnitsPair.sol";
import {STORAGE, WORK_CLASSES} from "./types/WorkClass.sol";

/// @title Emissions controller
/// @notice See {IEmissionsController}. One epoch is open at a time. Closing it is a call that
/// anybody makes, so no collection ever pays for bookkeeping, and an idle network owes no catching
/// up: the budgets of skipped epochs simply stay in the reserve.
contract EmissionsController is IEmissionsController, Governed, ReentrancyGuardTransient {
    using ClassWeights for uint64;
    using ClassWeights for uint16[4];
    using SafeCast for uint256;

    struct LedgerRecord {
        uint128 reserve;
        uint128 open;
        uint128 owed;
        uint128 claimed;
    }

    /// @dev `bonded` is kept with the epoch so that a change never reaches back.
    struct EpochRecord {
        uint32 id;
        uint48 openedAt;
        uint96 budget;
        uint64 weights;
        uint64 bonded;
    }

    /// @dev The budget is whole gwei; what the class pays is the lower of it and the units.
    struct ResultRecord {
        uint96 units;
        uint96 remaining;
        uint64 budgetGwei;
    }

    struct Config {
        uint96 stream;
        uint64 bonded;
        uint64 daoWeights;
        bool daoDecided;
    }

    struct CorridorRecord {
        uint64 min;
        uint64 max;
        uint16 step;
    }

    /// @dev Kept here by `NodeRegistry`: asking it costs more than a claim can spend.
    struct Recipient {
        address payout;
        address signer;
    }

    struct Tally {
        uint128[4] weighted;
        uint128 power;
    }

    /// @custom:storage-location erc7201:ddai.storage.EmissionsController
    struct EmissionsStorage {
        LedgerRecord ledger;
        uint256 funded;
        uint256 firstEpoch;
        EpochRecord epoch;
        mapping(uint256 pair => UnitsPair) openUnits;
        mapping(uint256 unitsKey => uint256) units;
        mapping(uint256 epoch => mapping(uint8 workClass => ResultRecord)) results;
        Config config;
        CorridorRecord corridor;
        mapping(uint256 epoch => Tally) tallies;
        mapping(address voter => uint256 epoch) votedIn;
        mapping(address node => Recipient) recipients;
    }

    /// @dev ERC-7201 of "ddai.storage.EmissionsController".
    bytes32 private constant EMISSIONS_SLOT =
        0x0248dc787e800823d5065075e4fe6968568692ae6709599e8a1f53cd6d337900;
    uint256 private constant BPS = 10_000;
    uint256 private constant GWEI = 1 gwei;
    uint256 private constant INITIAL_RESERVE = 6_000_000_000e18;
    /// @dev 90,000,000 a month of 30 epochs, for 60 months.
    uint256 private constant EPOCH_BUDGET = 3_000_000e18;
    uint256 private constant SCHEDULED_EPOCHS = 1_800;
    uint256 private constant CLAIM_EPOCHS = 365;
    uint256 private constant MAX_CLAIMS = 365;
    uint256 private constant MAX_EPOCH_UNITS = 30;
    uint256 private constant QUORUM_FLOOR = 50_000_000e18;
    uint256 private constant QUORUM_BPS = 400;

    DDAIToken public immutable token;
    /// @notice The only source of fee-backed units.
    address public immutable escrow;
    /// @notice Tells who may claim for a node and where its rewards go.
    address public immutable nodeRegistry;
    IVotes public immutable votes;
    /// @inheritdoc IEmissionsController
    uint256 public immutable epochLength;

    /// @param epochLength Seconds, 1 to 30 time units.
    struct Immutables {
        DDAIToken token;
        address escrow;
        address nodeRegistry;
        IVotes votes;
        address timelock;
        uint256 timeUnit;
        uint256 epochLength;
    }

    struct Settings {
        uint16[4] weights;
        Corridor corridor;
        uint16[4] bondedShares;
        uint256 stream;
    }

    constructor(Immutables memory set) Governed(set.timelock, set.timeUnit) {
        _requireAddress(address(set.token));
        _requireAddress(set.escrow);
        _requireAddress(set.nodeRegistry);
        _requireAddress(address(set.votes));
        _requireBounds("epochLength", set.epochLength, set.timeUnit, MAX_EPOCH_UNITS * set.timeUnit);
        token = set.token;
        escrow = set.escrow;
        nodeRegistry = set.nodeRegistry;
        votes = set.votes;
        epochLength = set.epochLength;
    }

    function initialize(Settings calldata settings) external initializer {
        EmissionsStorage storage $ = _emissions();
        $.ledger.reserve = uint128(INITIAL_RESERVE);
        $.funded = INITIAL_RESERVE;
        $.firstEpoch = _currentEpoch();
        _setCorridor(settings.corridor);
        for (uint8 workClass = 0; workClass < WORK_CLASSES; ++workClass) {
            _setBondedShare(workClass, settings.bondedShares[workClass]);
        }
        _setStream(settings.stream);
        _requireInCorridor(settings.weights);
        _open($, settings.weights.pack());
    }

    /// @inheritdoc IEmissionsController
    function accrue(address node, uint8 workClass, uint256 units) external returns (uint256 epoch) {
        if (msg.sender != escrow) revert EmissionsNotWorkSource(msg.sender);
        _requireClass(workClass);
        EmissionsStorage storage $ = _emissions();
        UnitsPair pair = $.openUnits[workClass / 2].add(workClass, units);
        $.openUnits[workClass / 2] = pair;
        epoch = pair.epoch();
        $.units[_unitsKey(epoch, workClass, node)] += units;
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
            owed += _closeClass($, epoch, workClass);
        }
        uint256 returned = uint256($.ledger.open) - owed;
        $.ledger.open = 0;
        $.ledger.reserve += uint128(returned);
        $.ledger.owed += uint128(owed);
        emit EpochClosed(closed, block.timestamp, owed, returned);
        _open($, _decideWeights($, epoch));
    }

    /// @inheritdoc IEmissionsController
    function claim(address node, uint8 workClass, uint256[] calldata epochs)
        external
        nonReentrant
        returns (uint256 amount)
    {
        _requireClass(workClass);
        if (epochs.length == 0) revert EmissionsEmptyEpochs();
        if (epochs.length > MAX_CLAIMS) revert EmissionsTooManyEpochs(epochs.length, MAX_CLAIMS);
        EmissionsStorage storage $ = _emissions();
        address payout = _payoutFor($, node);
        for (uint256 i = 0; i < epochs.length; ++i) {
            if (i > 0 && epochs[i] <= epochs[i - 1]) {
                revert EmissionsUnsortedEpochs(epochs[i - 1], epochs[i]);
            }
            amount += _claimOne($, node, payout, workClass, epochs[i]);
        }
        LedgerRecord storage record = $.ledger;
        (uint128 owed, uint128 claimed) = (record.owed, record.claimed);
        (record.owed, record.claimed) = (owed - uint128(amount), claimed + uint128(amount));
        token.transfer(payout, amount);
    }

    /// @inheritdoc IEmissionsController
    function setRecipient(address node, address payout, address signer) external {
        if (msg.sender != nodeRegistry) revert EmissionsNotNodeRegistry(msg.sender);
        _emissions().recipients[node] = Recipient(payout, signer);
    }

    /// @inheritdoc IEmissionsController
    function expire(uint256 epoch) external returns (uint256 amount) {
        EmissionsStorage storage $ = _emissions();
        if ($.epoch.id <= epoch + CLAIM_EPOCHS) {
            revert EmissionsNotExpired(epoch, epoch + CLAIM_EPOCHS);
        }
        for (uint8 workClass = 0; workClass < WORK_CLASSES; ++workClass) {
            amount += $.results[epoch][workClass].remaining;
            delete $.results[epoch][workClass];
        }
        if (amount == 0) revert EmissionsNothingToExpire(epoch);
        $.ledger.owed -= uint128(amount);
        $.ledger.reserve += uint128(amount);
        emit Expired(epoch, amount);
    }

    /// @inheritdoc IEmissionsController
    function fund(uint256 amount) external nonReentrant {
        if (amount == 0) revert EmissionsZeroAmount();
        EmissionsStorage storage $ = _emissions();
        $.ledger.reserve += amount.toUint128();
        $.funded += amount;
        emit Funded(msg.sender, amount);
        token.transferFrom(msg.sender, address(this), amount);
    }

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
    function ledger() external view returns (Ledger memory) {
        LedgerRecord memory record = _emissions().ledger;
        return Ledger(record.reserve, record.open, record.owed, record.claimed);
    }

    /// @inheritdoc IEmissionsController
    function totalFunded() external view returns (uint256) {
        return _emissions().funded;
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
    function unitsOf(address node, uint8 workClass, uint256 epoch) external view returns (uint256) {
        return _emissions().units[_unitsKey(epoch, workClass, node)];
    }

    /// @inheritdoc IEmissionsController
    function rewardOf(address node, uint8 workClass, uint256 epoch)
        external
        view
        returns (uint256)
    {
        EmissionsStorage storage $ = _emissions();
        ResultRecord memory result = $.results[epoch][workClass];
        return
            result.units == 0 ? 0 : _rewardDown(result, $.units[_unitsKey(epoch, workClass, node)]);
    }

    /// @inheritdoc IEmissionsController
    function classResult(uint256 epoch, uint8 workClass)
        external
        view
        returns (ClassResult memory)
    {
        ResultRecord memory result = _emissions().results[epoch][workClass];
        return ClassResult(result.units, _payable(result), result.remaining);
    }

    /// @inheritdoc IEmissionsController
    function openUnits(uint8 workClass) external view returns (uint256) {
        _requireClass(workClass);
        return _openUnits(_emissions(), workClass);
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

    /// @dev The bonded part of the budget has no units yet; like every leftover it returns.
    function _closeClass(EmissionsStorage storage $, EpochRecord memory epoch, uint8 workClass)
        private
        returns (uint256 owed)
    {
        uint256 units = _openUnits($, workClass);
        if (units == 0) return 0;
        uint256 budget = uint256(epoch.budget) * epoch.weights.share(workClass)
            * (BPS - epoch.bonded.share(workClass)) / (BPS * BPS);
        ResultRecord memory result = ResultRecord({
            units: units.toUint96(), remaining: 0, budgetGwei: uint64(budget / GWEI)
        });
        owed = _payable(result);
        result.remaining = uint96(owed);
        $.results[epoch.id][workClass] = result;
        emit ClassClosed(epoch.id, workClass, units, budget, owed);
    }

    function _open(EmissionsStorage storage $, uint64 weights) private {
        uint256 id = _currentEpoch();
        uint256 free = _streamable($, id);
        uint256 budget = Math.min($.config.stream, free);
        if (id < $.firstEpoch + SCHEDULED_EPOCHS) budget += EPOCH_BUDGET;
        $.ledger.reserve -= uint128(budget);
        $.ledger.open = uint128(budget);
        $.epoch = EpochRecord({
            id: id.toUint32(),
            openedAt: uint48(block.timestamp),
            budget: uint96(budget),
            weights: weights,
            bonded: $.config.bonded
        });
        $.openUnits[0] = openPair(id);
        $.openUnits[1] = openPair(id);
        emit EpochOpened(id, block.timestamp, budget, weights.unpack());
    }

    function _decideWeights(EmissionsStorage storage $, EpochRecord memory epoch)
        private
        returns (uint64 weights)
    {
        weights = _decidedWeights($, epoch);
        if ($.config.daoDecided) {
            $.config.daoDecided = false;
            $.config.daoWeights = 0;
        }
    }

    function _claimOne(
        EmissionsStorage storage $,
        address node,
        address payout,
        uint8 workClass,
        uint256 epoch
    ) private returns (uint256 reward) {
        uint256 units = $.units[_unitsKey(epoch, workClass, node)];
        ResultRecord memory result = $.results[epoch][workClass];
        if (result.units == 0 || units == 0) {
            revert EmissionsNothingToClaim(node, workClass, epoch);
        }
        reward = _rewardDown(result, units);
        $.units[_unitsKey(epoch, workClass, node)] = 0;
        $.results[epoch][workClass].remaining = result.remaining - uint96(reward);
        emit Claimed(node, payout, workClass, epoch, units, reward);
    }

    function _setCorridor(Corridor memory corridor_) private {
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

    function _setStream(uint256 perEpoch) private {
        _requireBounds("stream", perEpoch, 0, EPOCH_BUDGET);
        _emissions().config.stream = uint96(perEpoch);
        emit StreamSet(perEpoch);
    }

    function _setBondedShare(uint8 workClass, uint256 shareBps) private {
        _requireClass(workClass);
        // Query and Compute have nothing that could be proven without a payer.
        _requireBounds("bondedShareBps", shareBps, 0, workClass >= STORAGE ? BPS : 0);
        Config storage config = _emissions().config;
        uint16[4] memory shares = config.bonded.unpack();
        shares[workClass] = uint16(shareBps);
        config.bonded = shares.pack();
        emit BondedShareSet(workClass, shareBps);
    }

    function _currentEpoch() private view returns (uint256) {
        return block.timestamp / epochLength;
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
        return ClassWeights.mean(weighted, power).pack();
    }

    function _payoutFor(EmissionsStorage storage $, address node) private view returns (address) {
        Recipient storage recipient = $.recipients[node];
        if (msg.sender != node && msg.sender != recipient.signer) {
            revert EmissionsNotOperatorOrSigner(msg.sender, node);
        }
        address payout = recipient.payout;
        return payout == address(0) ? node : payout;
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

    function _requireInCorridor(uint16[4] memory weights) private view {
        CorridorRecord memory record = _emissions().corridor;
        uint256 sum = 0;
        for (uint8 i = 0; i < WORK_CLASSES; ++i) {
            (uint256 min, uint256 max) = (record.min.share(i), record.max.share(i));
            if (weights[i] < min || weights[i] > max) {
                revert EmissionsWeightOutsideCorridor(i, weights[i], min, max);
            }
            sum += weights[i];
        }
        if (sum != BPS) revert EmissionsWeightsSum(sum);
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

    function _payable(ResultRecord memory result) private pure returns (uint256) {
        return Math.min(result.units, result.budgetGwei * GWEI);
    }

    /// @dev Never more than the units: this is the whole theorem.
    function _rewardDown(ResultRecord memory result, uint256 units) private pure returns (uint256) {
        return units * _payable(result) / result.units;
    }

    /// @dev One hash instead of three.
    function _unitsKey(uint256 epoch, uint8 workClass, address node)
        private
        pure
        returns (uint256)
    {
        return epoch << 168 | uint256(workClass) << 160 | uint160(node);
    }

    function _requireClass(uint8 workClass) private pure {
        if (workClass >= WORK_CLASSES) revert EmissionsUnknownClass(workClass);
    }

    function _emissions() private pure returns (EmissionsStorage storage $) {
        bytes32 slot = EMISSIONS_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
