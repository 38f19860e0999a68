// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EmissionsBase} from "./emissions/EmissionsBase.sol";
import {EpochBudgets} from "./emissions/EpochBudgets.sol";
import {IEmissionsController} from "./interfaces/IEmissionsController.sol";
import {ClassWeights} from "./libraries/ClassWeights.sol";
import {WORK_CLASSES} from "./types/WorkClass.sol";

/// @title Emissions controller
/// @notice See {IEmissionsController}. Budgets and votes lie in `emissions/`; here are the reserve,
/// claims and their expiry.
contract EmissionsController is EpochBudgets {
    using ClassWeights for uint16[4];
    using SafeCast for uint256;

    /// @param workSources Who accrues bonded units, by work class; zero where there are none.
    /// @param bondedYieldPpb Most that a bonded unit earns in an epoch, in billionths.
    struct Settings {
        uint16[4] weights;
        Corridor corridor;
        uint16[4] bondedShares;
        uint256 stream;
        address[4] workSources;
        uint256 bondedYieldPpb;
    }

    uint256 private constant INITIAL_RESERVE = 6_000_000_000e18;
    uint256 private constant CLAIM_EPOCHS = 365;

    constructor(Immutables memory set) EmissionsBase(set) {}

    function initialize(Settings calldata settings) external initializer {
        EmissionsStorage storage $ = _emissions();
        $.ledger.reserve = uint128(INITIAL_RESERVE);
        $.funded = INITIAL_RESERVE;
        $.firstEpoch = _currentEpoch();
        _setCorridor(settings.corridor);
        for (uint8 workClass = 0; workClass < WORK_CLASSES; ++workClass) {
            _setBondedShare(workClass, settings.bondedShares[workClass]);
            address source = settings.workSources[workClass];
            if (source != address(0)) _registerWorkSource(workClass, source);
        }
        _setBondedYield(settings.bondedYieldPpb);
        _setStream(settings.stream);
        _requireInCorridor(settings.weights);
        _open($, settings.weights.pack());
    }

    /// @inheritdoc IEmissionsController
    function claim(address node, uint8 workClass, uint256[] calldata epochs)
        external
        nonReentrant
        returns (uint256 amount)
    {
        _requireClass(workClass);
        _requireEpochs(epochs);
        EmissionsStorage storage $ = _emissions();
        address payout = _payoutFor($, node);
        for (uint256 i = 0; i < epochs.length; ++i) {
            amount += _claimOne($, node, payout, workClass, epochs[i]);
        }
        _payReward($, payout, amount);
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
        amount += _expireBonded(epoch);
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
    function ledger() external view returns (Ledger memory) {
        LedgerRecord memory record = _emissions().ledger;
        return Ledger(record.reserve, record.open, record.owed, record.claimed);
    }

    /// @inheritdoc IEmissionsController
    function totalFunded() external view returns (uint256) {
        return _emissions().funded;
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

    /// @dev Never more than the units: this is the whole theorem.
    function _rewardDown(ResultRecord memory result, uint256 units) private pure returns (uint256) {
        return units * _payable(result) / result.units;
    }
}
