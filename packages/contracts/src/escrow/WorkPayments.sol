// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWorkPayments} from "../interfaces/IWorkPayments.sol";
import {FeeMath} from "../libraries/FeeMath.sol";
import {TierTable} from "../libraries/TierTable.sol";
import {LOCK_UNIT} from "../types/PayerFunds.sol";
import {EscrowParameters} from "../types/EscrowParameters.sol";
import {VoucherCollection} from "./VoucherCollection.sol";

/// @title Payments for proven work: the one way in that needs no voucher
/// @notice Payers' balances stay untouched; the source brings the tokens along.
abstract contract WorkPayments is IWorkPayments, VoucherCollection {
    /// @custom:storage-location erc7201:ddai.storage.WorkPayments
    struct WorkStorage {
        address source;
    }

    /// @dev ERC-7201 of "ddai.storage.WorkPayments".
    bytes32 private constant WORK_SLOT =
        0x59a0e39e9f334ab21ca6acb380ea6360cde2398b89ef7107dfbe788b19248800;

    /// @inheritdoc IWorkPayments
    function payFor(address payer, address node, uint8 workClass, uint256 net)
        external
        nonReentrant
        returns (uint256 fee_)
    {
        if (msg.sender != _work().source) {
            revert PaymentsEscrowNotWorkSource(msg.sender);
        }
        if (net == 0) revert PaymentsEscrowZeroAmount();
        _requireClass(workClass);
        EscrowStorage storage $ = _escrow();
        EscrowParameters parameters = $.parameters;
        _requireMinimum(parameters, node, workClass);
        fee_ = FeeMath.feeOn(net, FeeMath.rate(parameters.feeBps(), _discount($, payer)));
        uint256 burned = fee_ - FeeMath.treasuryPartDown(fee_, parameters.burnShareBps());
        $.held.amount += uint96(net + fee_);
        _credit($, node, net, fee_, burned);
        _emitDeposited($, payer, net + fee_);
        emit Collected(payer, node, msg.sender, workClass, net, fee_, burned);
        if (burned > 0) emissions.accrue(node, workClass, burned);
        // OpenZeppelin's ERC-20 reverts where others return false, and holds far less than 2^96.
        token.transferFrom(msg.sender, address(this), net + fee_);
    }

    /// @inheritdoc IWorkPayments
    function announceWorkSource(address source) external onlyTimelock {
        _announce(keccak256(abi.encode("workSource", source)));
    }

    /// @inheritdoc IWorkPayments
    function registerWorkSource(address source) external onlyTimelock {
        _executeAnnounced(keccak256(abi.encode("workSource", source)));
        _registerWorkSource(source);
    }

    /// @inheritdoc IWorkPayments
    function workSource() external view returns (address) {
        return _work().source;
    }

    function _registerWorkSource(address source) internal {
        _requireAddress(source);
        _work().source = source;
        emit WorkSourceRegistered(source);
    }

    /// @dev A deposit spent at once: the payer's balance is what its events add up to.
    function _emitDeposited(EscrowStorage storage $, address payer, uint256 amount) private {
        emit Deposited(payer, msg.sender, amount, $.payers[payer].funds.balance() + amount);
    }

    function _requireMinimum(EscrowParameters parameters, address node, uint8 workClass)
        private
        view
    {
        uint256 collateral = staking.collateralOf(node);
        uint256 minimum = parameters.minimumStake(workClass);
        if (collateral < minimum) {
            revert PaymentsEscrowStakeBelowMinimum(node, workClass, collateral, minimum);
        }
    }

    function _discount(EscrowStorage storage $, address payer)
        private
        view
        returns (uint256 discount)
    {
        uint256 lock = $.payers[payer].funds.tierLock();
        if (lock > 0) (, discount) = TierTable.tierFor($.tierTable, lock * LOCK_UNIT);
    }

    function _work() private pure returns (WorkStorage storage $) {
        bytes32 slot = WORK_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
