// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWorkPayments} from "../interfaces/IWorkPayments.sol";
import {FeeMath} from "../libraries/FeeMath.sol";
import {EscrowParameters} from "../types/EscrowParameters.sol";
import {PayerFunds} from "../types/PayerFunds.sol";
import {VoucherCollection} from "./VoucherCollection.sol";

/// @title Payments for proven work: the one way in that needs no voucher
/// @notice Payers' balances stay untouched; the source brings the tokens along.
abstract contract WorkPayments is IWorkPayments, VoucherCollection {
    /// @custom:storage-location erc7201:ddai.storage.WorkPayments
    struct WorkStorage {
        mapping(uint8 workClass => address) sources;
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
        if (msg.sender != _work().sources[workClass]) {
            revert PaymentsEscrowNotWorkSource(workClass, msg.sender);
        }
        if (net == 0) revert PaymentsEscrowZeroAmount();
        EscrowStorage storage $ = _escrow();
        Batch memory batch = _open($, node);
        (batch.voucher.node, batch.voucher.workClass) = (node, workClass);
        _requirePayable(batch, batch.voucher);
        PayerFunds funds = $.payers[payer].funds;
        fee_ = FeeMath.feeOn(net, _rate($, batch.parameters, funds));
        uint256 burned = fee_ - FeeMath.treasuryPartDown(fee_, batch.parameters.burnShareBps());
        (batch.net, batch.fee, batch.burned) = (net, fee_, burned);
        batch.units[workClass] = burned;
        $.held.amount += uint96(net + fee_);
        _credit($, batch);
        // A deposit spent at once: the payer's balance is what its events add up to.
        emit Deposited(payer, msg.sender, net + fee_, funds.balance() + net + fee_);
        emit Collected(payer, node, msg.sender, workClass, net, fee_, burned);
        // OpenZeppelin's ERC-20 reverts where others return false, and holds far less than 2^96.
        token.transferFrom(msg.sender, address(this), net + fee_);
    }

    /// @inheritdoc IWorkPayments
    function announceWorkSource(uint8 workClass, address source) external onlyTimelock {
        _announce(keccak256(abi.encode("workSource", workClass, source)));
    }

    /// @inheritdoc IWorkPayments
    function registerWorkSource(uint8 workClass, address source) external onlyTimelock {
        _executeAnnounced(keccak256(abi.encode("workSource", workClass, source)));
        _registerWorkSource(workClass, source);
    }

    /// @inheritdoc IWorkPayments
    function workSource(uint8 workClass) external view returns (address) {
        return _work().sources[workClass];
    }

    function _registerWorkSource(uint8 workClass, address source) internal {
        _requireClass(workClass);
        _requireAddress(source);
        _work().sources[workClass] = source;
        emit WorkSourceRegistered(workClass, source);
    }

    function _work() private pure returns (WorkStorage storage $) {
        bytes32 slot = WORK_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
