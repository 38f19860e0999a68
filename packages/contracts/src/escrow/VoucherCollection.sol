// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IPaymentsEscrow} from "../interfaces/IPaymentsEscrow.sol";
import {FeeMath} from "../libraries/FeeMath.sol";
import {MaturingEarnings} from "../libraries/MaturingEarnings.sol";
import {Allowance, SignerAllowances} from "../libraries/SignerAllowances.sol";
import {TierTable} from "../libraries/TierTable.sol";
import {VoucherHash} from "../libraries/VoucherHash.sol";
import {EscrowParameters} from "../types/EscrowParameters.sol";
import {LOCK_UNIT, PayerFunds} from "../types/PayerFunds.sol";
import {SignedVoucher, Voucher} from "../types/Voucher.sol";
import {WORK_CLASSES} from "../types/WorkClass.sol";
import {EscrowBase} from "./EscrowBase.sol";

/// @title Collecting vouchers: who pays what, out of what, and how the fee is split
abstract contract VoucherCollection is EscrowBase {
    using MaturingEarnings for MaturingEarnings.Book;
    using SignerAllowances for Allowance;

    /// @dev What a voucher pays now, and out of what. In memory, because the stack is short.
    /// @param reserved What the voucher may draw from its node's reservation.
    /// @param expired What of a reservation that ran out goes back to the payer's free balance.
    struct Charge {
        EscrowParameters parameters;
        uint256 rate;
        PayerFunds funds;
        uint256 reserved;
        uint256 expired;
        uint256 net;
        uint256 fee;
        uint256 unreservedNet;
    }

    /// @dev What several vouchers of one node add up to.
    struct Batch {
        address node;
        uint256 collateral;
        uint256 net;
        uint256 fee;
        uint256 burned;
        uint256[WORK_CLASSES] units;
    }

    /// @inheritdoc IPaymentsEscrow
    function collect(Voucher calldata voucher, bytes calldata signature)
        external
        nonReentrant
        returns (uint256 net, uint256 fee_)
    {
        EscrowStorage storage $ = _escrow();
        Voucher memory copy = voucher;
        uint256 burned;
        (net, fee_, burned) = _pay($, copy, signature, staking.collateralOf(copy.node));
        if (net == 0) return (0, 0);
        _credit($, copy.node, net, fee_, burned);
        if (burned > 0) emissions.accrue(copy.node, copy.workClass, burned);
    }

    /// @inheritdoc IPaymentsEscrow
    function collectMany(SignedVoucher[] calldata vouchers)
        external
        nonReentrant
        returns (uint256 net, uint256 fee_)
    {
        if (vouchers.length == 0) revert PaymentsEscrowEmptyBatch();
        EscrowStorage storage $ = _escrow();
        Batch memory batch;
        batch.node = vouchers[0].voucher.node;
        batch.collateral = staking.collateralOf(batch.node);
        for (uint256 i = 0; i < vouchers.length; ++i) {
            _payInto($, batch, vouchers[i]);
        }
        (net, fee_) = (batch.net, batch.fee);
        if (net == 0) return (0, 0);
        _credit($, batch.node, net, fee_, batch.burned);
        for (uint8 workClass = 0; workClass < WORK_CLASSES; ++workClass) {
            uint256 units = batch.units[workClass];
            if (units > 0) emissions.accrue(batch.node, workClass, units);
        }
    }

    /// @inheritdoc IPaymentsEscrow
    function collectedOf(address payer, address signer, address node, uint8 workClass)
        external
        view
        returns (uint256)
    {
        return _escrow().collected[VoucherHash.ledgerKey(payer, signer, node, workClass)];
    }

    /// @inheritdoc IPaymentsEscrow
    function voucherDigest(Voucher calldata voucher) external view returns (bytes32) {
        return VoucherHash.digest(voucher, address(this));
    }

    function _payInto(EscrowStorage storage $, Batch memory batch, SignedVoucher calldata signed)
        private
    {
        Voucher memory voucher = signed.voucher;
        if (voucher.node != batch.node) {
            revert PaymentsEscrowMixedNodes(batch.node, voucher.node);
        }
        (uint256 net, uint256 fee_, uint256 burned) =
            _pay($, voucher, signed.signature, batch.collateral);
        unchecked {
            // Sums of what the escrow holds.
            batch.net += net;
            batch.fee += fee_;
            batch.burned += burned;
            batch.units[voucher.workClass] += burned;
        }
    }

    /// @dev Charges the payer and the signer's allowance. What the node gets is added up by the
    /// caller, once a batch.
    function _pay(
        EscrowStorage storage $,
        Voucher memory voucher,
        bytes calldata signature,
        uint256 collateral
    ) private returns (uint256 net, uint256 fee_, uint256 burned) {
        _requireClass(voucher.workClass);
        Charge memory charge;
        charge.parameters = $.parameters;
        _requireStake(charge.parameters, voucher, collateral);
        _requireSigned(voucher, signature);
        if (!_take($, voucher, charge)) return (0, 0, 0);
        (net, fee_) = (charge.net, charge.fee);
        burned = fee_ - FeeMath.treasuryPartDown(fee_, charge.parameters.burnShareBps());
        emit Collected(
            voucher.payer,
            voucher.node,
            voucher.signer,
            voucher.workClass,
            net,
            fee_,
            burned
        );
    }

    /// @return Whether the voucher paid anything.
    function _take(EscrowStorage storage $, Voucher memory voucher, Charge memory charge)
        private
        returns (bool)
    {
        bytes32 key = VoucherHash.ledgerKey(voucher);
        uint256 collected = $.collected[key];
        if (voucher.cumulative <= collected) return false;
        mapping(address signer => Allowance) storage allowances = $.allowances[voucher.payer];
        Allowance allowance = allowances[voucher.signer];
        PayerRecord storage payer = $.payers[voucher.payer];
        charge.funds = payer.funds;
        _quote($, voucher, allowance, collected, charge);
        if (charge.net == 0) return false;
        unchecked {
            $.collected[key] = collected + charge.net;
        }
        if (charge.unreservedNet > 0) {
            allowances[voucher.signer] = allowance.spend(charge.unreservedNet);
        }
        payer.funds = _charge($, voucher, charge);
        return true;
    }

    /// @dev Takes net and fee from the payer, from the node's reservation first.
    function _charge(EscrowStorage storage $, Voucher memory voucher, Charge memory charge)
        private
        returns (PayerFunds)
    {
        uint256 total = charge.net + charge.fee;
        uint256 allReserved = charge.funds.reserved();
        if (charge.reserved > 0) {
            uint256 part = Math.min(charge.reserved, total);
            $.reservations[voucher.payer][voucher.node].amount -= uint96(part);
            allReserved -= part;
            emit ReservationDrawn(voucher.payer, voucher.node, part);
        } else if (charge.expired > 0) {
            $.reservations[voucher.payer][voucher.node].amount = 0;
            allReserved -= charge.expired;
            emit ReservationReleased(voucher.payer, voucher.node, charge.expired);
        }
        return charge.funds.withSums(charge.funds.balance() - total, allReserved);
    }

    function _credit(
        EscrowStorage storage $,
        address node,
        uint256 net,
        uint256 fee_,
        uint256 burned
    ) internal {
        $.earnings.add(node, net, block.timestamp / timeUnit);
        $.totals = $.totals.add(net, burned, (fee_ - burned) / FeeMath.TREASURY_UNIT);
    }

    /// @dev What a voucher pays now: the node's reservation first, then what is free, as far as the
    /// signer's allowance reaches.
    function _quote(
        EscrowStorage storage $,
        Voucher memory voucher,
        Allowance allowance,
        uint256 collected,
        Charge memory charge
    ) private view {
        if (allowance.status() == SignerAllowances.UNKNOWN) {
            revert PaymentsEscrowUnknownSigner(voucher.payer, voucher.signer);
        }
        uint256 discount = 0;
        if (charge.funds.tierLock() > 0) {
            (, discount) = TierTable.tierFor($.tierTable, charge.funds.tierLock() * LOCK_UNIT);
        }
        charge.rate = FeeMath.rate(charge.parameters.feeBps(), discount);
        unchecked {
            // Reservations never exceed the balance, nor a reservation all of them together, and
            // `cumulative` was found to be above `collected`.
            uint256 available = charge.funds.balance();
            uint256 allReserved = charge.funds.reserved();
            if (allReserved > 0) {
                available -= allReserved;
                _readReservation($, voucher, allowance, charge);
                available += charge.reserved + charge.expired;
            }
            uint256 net = FeeMath.netWithinDown(available, charge.rate);
            uint256 due = voucher.cumulative - collected;
            if (due < net) net = due;

            uint256 reservedNet = 0;
            if (charge.reserved > 0) {
                reservedNet = Math.min(net, FeeMath.netWithinDown(charge.reserved, charge.rate));
            }
            uint256 unreservedNet = net - reservedNet;
            if (unreservedNet > 0) {
                uint256 limit = allowance.limit();
                if (limit < unreservedNet) {
                    unreservedNet = limit;
                    net = reservedNet + limit;
                }
            }
            (charge.net, charge.unreservedNet) = (net, unreservedNet);
            charge.fee = FeeMath.feeOn(net, charge.rate);
        }
    }

    function _readReservation(
        EscrowStorage storage $,
        Voucher memory voucher,
        Allowance allowance,
        Charge memory charge
    ) private view {
        ReservationRecord memory record = $.reservations[voucher.payer][voucher.node];
        if (block.timestamp > record.until) {
            charge.expired = record.amount;
        } else if (
            allowance.status() != SignerAllowances.FROZEN || record.madeAt < allowance.moment()
        ) {
            charge.reserved = record.amount;
        }
    }

    /// @dev Refuses a node whose stake no longer covers the class.
    function _requireStake(EscrowParameters parameters, Voucher memory voucher, uint256 collateral)
        private
        pure
    {
        uint256 minimum = parameters.minimumStake(voucher.workClass);
        if (collateral < minimum) {
            revert PaymentsEscrowStakeBelowMinimum(
                voucher.node, voucher.workClass, collateral, minimum
            );
        }
    }

    function _requireSigned(Voucher memory voucher, bytes calldata signature) private view {
        bytes32 digest = VoucherHash.digest(voucher, address(this));
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (recovered == address(0) || recovered != voucher.signer) {
            revert PaymentsEscrowWrongSigner(voucher.signer, recovered);
        }
    }
}
