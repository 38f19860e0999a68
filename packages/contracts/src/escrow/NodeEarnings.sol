// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPaymentsEscrow} from "../interfaces/IPaymentsEscrow.sol";
import {FeeMath} from "../libraries/FeeMath.sol";
import {MaturingEarnings} from "../libraries/MaturingEarnings.sol";
import {EscrowBase} from "./EscrowBase.sol";

/// @title What leaves the escrow after collecting: earnings, burns and fees, and all its totals
abstract contract NodeEarnings is EscrowBase {
    using MaturingEarnings for MaturingEarnings.Book;

    /// @inheritdoc IPaymentsEscrow
    function withdrawEarnings(address node) external nonReentrant returns (uint256 amount) {
        address payout = nodeRegistry.payoutFor(node, msg.sender);
        EscrowStorage storage $ = _escrow();
        (uint256 lastBucket,) = _maturedUntil(node);
        amount = $.earnings.settle(node, lastBucket);
        if (amount == 0) revert PaymentsEscrowNothingMatured(node);
        $.totals = $.totals.less(amount, 0, 0);
        emit EarningsWithdrawn(node, payout, amount);
        _payOut($, payout, amount);
    }

    /// @inheritdoc IPaymentsEscrow
    function forfeitEarnings(address node) external nonReentrant returns (uint256 amount) {
        (uint256 lastBucket, bool convicted) = _maturedUntil(node);
        if (!convicted) revert PaymentsEscrowNothingForfeited(node);
        EscrowStorage storage $ = _escrow();
        amount = $.earnings.forfeit(node, lastBucket);
        if (amount == 0) revert PaymentsEscrowNothingForfeited(node);
        $.totals = $.totals.less(amount, 0, 0).add(0, amount, 0);
        emit EarningsForfeited(node, amount);
    }

    /// @inheritdoc IPaymentsEscrow
    function burnSetAside() external nonReentrant returns (uint256 amount) {
        EscrowStorage storage $ = _escrow();
        amount = $.totals.setAside();
        if (amount == 0) revert PaymentsEscrowZeroAmount();
        $.totals = $.totals.less(0, amount, 0);
        $.held.amount -= uint96(amount);
        $.held.burned += uint96(amount);
        emit SetAsideBurned(amount);
        token.burn(amount);
    }

    /// @inheritdoc IPaymentsEscrow
    function takeFees() external nonReentrant returns (uint256 amount) {
        EscrowStorage storage $ = _escrow();
        uint256 gweis = $.totals.untakenGwei();
        if (gweis == 0) revert PaymentsEscrowZeroAmount();
        amount = gweis * FeeMath.TREASURY_UNIT;
        address to = $.treasury;
        $.totals = $.totals.less(0, 0, gweis);
        emit FeesTaken(to, amount);
        _payOut($, to, amount);
    }

    /// @inheritdoc IPaymentsEscrow
    function earningsOf(address node) external view returns (Earnings memory earnings) {
        EscrowStorage storage $ = _escrow();
        (uint256 lastBucket, bool convicted) = _maturedUntil(node);
        earnings.held = $.earnings.held(node);
        earnings.withdrawable = $.earnings.withdrawable(node, lastBucket);
        earnings.forfeitable = convicted ? earnings.held - earnings.withdrawable : 0;
    }

    /// @inheritdoc IPaymentsEscrow
    function totalMaturing() external view returns (uint256) {
        return _escrow().totals.maturing();
    }

    /// @inheritdoc IPaymentsEscrow
    function totalBalances() external view returns (uint256) {
        EscrowStorage storage $ = _escrow();
        return uint256($.held.amount) - $.totals.maturing() - $.totals.setAside()
            - $.totals.untakenGwei() * FeeMath.TREASURY_UNIT;
    }

    /// @inheritdoc IPaymentsEscrow
    function untakenFees() external view returns (uint256) {
        return _escrow().totals.untakenGwei() * FeeMath.TREASURY_UNIT;
    }

    /// @inheritdoc IPaymentsEscrow
    function setAsideToBurn() external view returns (uint256) {
        return _escrow().totals.setAside();
    }

    /// @inheritdoc IPaymentsEscrow
    function totalBurned() external view returns (uint256) {
        return _escrow().held.burned;
    }
}
