// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EscrowBase} from "./escrow/EscrowBase.sol";
import {NodeEarnings} from "./escrow/NodeEarnings.sol";
import {PayerAccounts} from "./escrow/PayerAccounts.sol";
import {WorkPayments} from "./escrow/WorkPayments.sol";
import {IPaymentsEscrow} from "./interfaces/IPaymentsEscrow.sol";
import {FeeMath} from "./libraries/FeeMath.sol";
import {EscrowParameters, STAKE_UNIT} from "./types/EscrowParameters.sol";
import {WORK_CLASSES} from "./types/WorkClass.sol";

/// @title Payments escrow
/// @notice See {IPaymentsEscrow}. The parts lie in `escrow/`; here is what the DAO sets.
contract PaymentsEscrow is PayerAccounts, WorkPayments, NodeEarnings {
    /// @param minimumStakes Wei of collateral by work class; whole DDAI.
    /// @param workSources Who pays for proven work, by work class; zero where nobody does.
    struct Settings {
        uint256 feeBps;
        uint256 burnShareBps;
        uint256[4] minimumStakes;
        uint256 tierTable;
        address treasury;
        address[4] workSources;
    }

    uint256 private constant BPS = 10_000;
    /// @dev Most of every fee is burned, so that rewards (at most what is burned) can matter.
    uint256 private constant MIN_BURN_SHARE_BPS = 5_000;
    uint256 private constant MAX_MINIMUM_STAKE = 10_000_000e18;

    constructor(Immutables memory set) EscrowBase(set) {}

    function initialize(Settings calldata settings) external initializer {
        _setFee(settings.feeBps, settings.burnShareBps);
        for (uint8 workClass = 0; workClass < WORK_CLASSES; ++workClass) {
            _setMinimumStake(workClass, settings.minimumStakes[workClass]);
            address source = settings.workSources[workClass];
            if (source != address(0)) _registerWorkSource(workClass, source);
        }
        _setTreasury(settings.treasury);
        _escrow().tierTable = settings.tierTable;
    }

    /// @inheritdoc IPaymentsEscrow
    function setFee(uint256 feeBps, uint256 burnShareBps) external onlyTimelock {
        _setFee(feeBps, burnShareBps);
    }

    /// @inheritdoc IPaymentsEscrow
    function setMinimumStake(uint8 workClass, uint256 amount) external onlyTimelock {
        _setMinimumStake(workClass, amount);
    }

    /// @inheritdoc IPaymentsEscrow
    function setTreasury(address treasury_) external onlyTimelock {
        _setTreasury(treasury_);
    }

    /// @inheritdoc IPaymentsEscrow
    function setTierTable(uint256 table) external {
        if (msg.sender != featureTiers) revert PaymentsEscrowNotFeatureTiers(msg.sender);
        _escrow().tierTable = table;
    }

    /// @inheritdoc IPaymentsEscrow
    function fee() external view returns (uint256 feeBps, uint256 burnShareBps) {
        EscrowParameters parameters = _escrow().parameters;
        return (parameters.feeBps(), parameters.burnShareBps());
    }

    /// @inheritdoc IPaymentsEscrow
    function minimumStake(uint8 workClass) external view returns (uint256) {
        _requireClass(workClass);
        return _escrow().parameters.minimumStake(workClass);
    }

    /// @inheritdoc IPaymentsEscrow
    function treasury() external view returns (address) {
        return _escrow().treasury;
    }

    /// @inheritdoc IPaymentsEscrow
    function tierTable() external view returns (uint256) {
        return _escrow().tierTable;
    }

    function _setFee(uint256 feeBps, uint256 burnShareBps) private {
        _requireBounds("feeBps", feeBps, 0, FeeMath.MAX_FEE_BPS);
        _requireBounds("burnShareBps", burnShareBps, MIN_BURN_SHARE_BPS, BPS);
        _escrow().parameters = _escrow().parameters.withFee(feeBps, burnShareBps);
        emit FeeSet(feeBps, burnShareBps);
    }

    function _setMinimumStake(uint8 workClass, uint256 amount) private {
        _requireClass(workClass);
        // Never zero: a convicted node counts as having nothing, and must not be paid.
        _requireBounds("minimumStake", amount, STAKE_UNIT, MAX_MINIMUM_STAKE);
        uint256 whole = amount / STAKE_UNIT;
        _escrow().parameters = _escrow().parameters.withMinimumStake(workClass, whole);
        emit MinimumStakeSet(workClass, whole * STAKE_UNIT);
    }

    function _setTreasury(address treasury_) private {
        _requireAddress(treasury_);
        _escrow().treasury = treasury_;
        emit TreasurySet(treasury_);
    }
}
