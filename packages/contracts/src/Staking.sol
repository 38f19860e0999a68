// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {DDAIToken} from "./DDAIToken.sol";
import {IPaymentsEscrow} from "./interfaces/IPaymentsEscrow.sol";
import {IProtocolRegistry} from "./interfaces/IProtocolRegistry.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {Slashing} from "./staking/Slashing.sol";
import {StakingBase} from "./staking/StakingBase.sol";

/// @title Staking
/// @notice See {IStaking}. Votes are active collateral plus active locks. What verifiers may do lies
/// in `staking/Slashing.sol`.
contract Staking is Slashing {
    using SafeCast for uint256;

    /// @param account A verifier registered at deployment, without an announcement.
    struct InitialVerifier {
        address account;
        VerifierTerms terms;
    }

    constructor(
        DDAIToken token_,
        IPaymentsEscrow escrow_,
        IProtocolRegistry protocolRegistry_,
        address timelock_,
        uint256 timeUnit_,
        uint256 thawPeriod_
    ) StakingBase(token_, escrow_, protocolRegistry_, timelock_, timeUnit_, thawPeriod_) {}

    function initialize(uint256 reporterShareBps_, InitialVerifier[] calldata initial)
        external
        initializer
    {
        _setReporterShare(reporterShareBps_);
        for (uint256 i = 0; i < initial.length; ++i) {
            _register(initial[i].account, initial[i].terms);
        }
    }

    /// @inheritdoc IStaking
    function stake(uint256 amount) external {
        _deposit(Kind.Collateral, amount);
    }

    /// @inheritdoc IStaking
    function lock(uint256 amount) external {
        _deposit(Kind.TierLock, amount);
    }

    /// @inheritdoc IStaking
    function thaw(Kind kind, uint256 amount) external returns (uint256 thawEnds) {
        if (amount == 0) revert StakingZeroAmount();
        Holding storage holding = _holding(kind, msg.sender);
        uint256 active = holding.active;
        if (amount > active) revert StakingInsufficient(msg.sender, kind, amount, active);
        thawEnds = block.timestamp + thawPeriod;
        holding.active = uint96(active - amount);
        holding.thawing += uint96(amount);
        holding.thawEnds = uint32(thawEnds);
        _removeVotes(msg.sender, amount);
        emit Thawed(msg.sender, kind, amount, thawEnds);
        if (kind == Kind.TierLock) escrow.setTierLock(msg.sender, active - amount);
    }

    /// @inheritdoc IStaking
    function cancelThaw(Kind kind) external {
        Holding storage holding = _holding(kind, msg.sender);
        uint256 amount = holding.thawing;
        if (amount == 0) revert StakingNothingThawing(msg.sender, kind);
        holding.thawing = 0;
        holding.thawEnds = 0;
        holding.active += uint96(amount);
        _addVotes(msg.sender, amount);
        emit ThawCancelled(msg.sender, kind, amount);
        if (kind == Kind.TierLock) escrow.setTierLock(msg.sender, holding.active);
    }

    /// @inheritdoc IStaking
    function withdraw(Kind kind) external nonReentrant returns (uint256 amount) {
        StakingStorage storage $ = _staking();
        Holding storage holding = _holding(kind, msg.sender);
        amount = holding.thawing;
        if (amount == 0) revert StakingNothingThawing(msg.sender, kind);
        if (block.timestamp < holding.thawEnds) {
            revert StakingStillThawing(msg.sender, kind, holding.thawEnds);
        }
        if (kind == Kind.Collateral) {
            uint256 frozen = $.freezes[msg.sender].amount;
            uint256 free = Math.saturatingSub(uint256(holding.active) + amount, frozen);
            if (free == 0) revert StakingFrozen(msg.sender, frozen, amount, free);
            amount = Math.min(amount, free);
        }
        holding.thawing -= uint96(amount);
        $.totals.staked -= uint96(amount);
        emit Withdrawn(msg.sender, kind, amount);
        token.transfer(msg.sender, amount);
    }

    /// @inheritdoc IStaking
    function position(address account, Kind kind) external view returns (Position memory) {
        Holding memory holding = _holding(kind, account);
        return Position(holding.active, holding.thawing, holding.thawEnds);
    }

    /// @inheritdoc IStaking
    function totalStaked() external view returns (uint256) {
        return _staking().totals.staked;
    }

    /// @inheritdoc IStaking
    function collateralOf(address node) public view returns (uint256) {
        Holding storage holding = _staking().collateral[node];
        return holding.convictedAt != 0 ? 0 : holding.active;
    }

    /// @inheritdoc IStaking
    function lockOf(address account) public view returns (uint256) {
        return _staking().locks[account].active;
    }

    function _deposit(Kind kind, uint256 amount) private whenOpen nonReentrant {
        if (amount == 0) revert StakingZeroAmount();
        StakingStorage storage $ = _staking();
        Holding storage holding = _holding(kind, msg.sender);
        uint256 before = holding.active;
        if (before == 0 && holding.thawing == 0) {
            // Nothing changes, but indexers learn who votes with it.
            address delegatee = delegates(msg.sender);
            emit DelegateChanged(msg.sender, delegatee, delegatee);
        }
        holding.active = (before + amount).toUint96();
        $.totals.staked += uint96(amount);
        _addVotes(msg.sender, amount);
        emit Staked(msg.sender, kind, amount, before + amount);
        if (kind == Kind.TierLock) escrow.setTierLock(msg.sender, before + amount);
        // OpenZeppelin's ERC-20 reverts where others return false.
        token.transferFrom(msg.sender, address(this), amount);
    }

    function _holding(Kind kind, address account) private view returns (Holding storage) {
        StakingStorage storage $ = _staking();
        return kind == Kind.Collateral ? $.collateral[account] : $.locks[account];
    }
}
