// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IPaymentsEscrow} from "../interfaces/IPaymentsEscrow.sol";
import {FeeMath} from "../libraries/FeeMath.sol";
import {MaturingEarnings} from "../libraries/MaturingEarnings.sol";
import {Allowance, SignerAllowances} from "../libraries/SignerAllowances.sol";
import {TierTable} from "../libraries/TierTable.sol";
import {TypedData} from "../libraries/TypedData.sol";
import {VoucherHash} from "../libraries/VoucherHash.sol";
import {EscrowParameters} from "../types/EscrowParameters.sol";
import {LOCK_UNIT, PayerFunds} from "../types/PayerFunds.sol";
import {Voucher} from "../types/Voucher.sol";
import {WORK_CLASSES} from "../types/WorkClass.sol";
import {EscrowBase} from "./EscrowBase.sol";

/// @title Collecting vouchers: who pays what, out of what, and how the fee is split
abstract contract VoucherCollection is EscrowBase {
    using MaturingEarnings for MaturingEarnings.Book;
    using SignerAllowances for Allowance;

    /// @dev Vouchers of one node: what is the same for all of them, the one being paid, and what they
    /// add up to. In one place that each voucher uses again, because memory and copies cost gas.
    struct Batch {
        address node;
        uint256 collateral;
        EscrowParameters parameters;
        bytes32 domain;
        Voucher voucher;
        uint256 net;
        uint256 fee;
        uint256 burned;
        uint256[WORK_CLASSES] units;
    }

    uint256 private constant SIGNATURE_BYTES = 65;

    /// @inheritdoc IPaymentsEscrow
    function collect(Voucher calldata voucher, bytes calldata signature)
        external
        nonReentrant
        returns (uint256 net, uint256 fee_)
    {
        EscrowStorage storage $ = _escrow();
        Batch memory batch = _open($, voucher.node);
        _pay($, batch, voucher, signature);
        return _credit($, batch);
    }

    /// @inheritdoc IPaymentsEscrow
    function collectMany(Voucher[] calldata vouchers, bytes calldata signatures)
        external
        nonReentrant
        returns (uint256 net, uint256 fee_)
    {
        uint256 count = vouchers.length;
        if (count == 0) revert PaymentsEscrowEmptyBatch();
        if (signatures.length != count * SIGNATURE_BYTES) {
            revert PaymentsEscrowSignaturesMissing(count, signatures.length);
        }
        EscrowStorage storage $ = _escrow();
        Batch memory batch = _open($, vouchers[0].node);
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                uint256 start = i * SIGNATURE_BYTES;
                _pay($, batch, vouchers[i], signatures[start:start + SIGNATURE_BYTES]);
            }
        }
        return _credit($, batch);
    }

    /// @inheritdoc IPaymentsEscrow
    function collectedOf(address payer, address signer, address node, uint8 workClass)
        external
        view
        returns (uint256)
    {
        return _escrow().tallies[VoucherHash.ledgerKey(payer, signer, node, workClass)].collected;
    }

    /// @inheritdoc IPaymentsEscrow
    function voucherDigest(Voucher calldata voucher) external view returns (bytes32) {
        return VoucherHash.digest(voucher, address(this));
    }

    function _open(EscrowStorage storage $, address node)
        internal
        view
        returns (Batch memory batch)
    {
        batch.node = node;
        batch.collateral = staking.collateralOf(node);
        batch.parameters = $.parameters;
        batch.domain = VoucherHash.domain(address(this));
    }

    /// @dev Charges the payer and the signer's allowance, and adds up what the node gets.
    function _pay(
        EscrowStorage storage $,
        Batch memory batch,
        Voucher calldata signed,
        bytes calldata signature
    ) private {
        Voucher memory voucher = batch.voucher;
        VoucherHash.copy(signed, voucher);
        _requirePayable(batch, voucher);
        _requireSigned(batch.domain, voucher, signature);
        Tally storage tally = $.tallies[VoucherHash.ledgerKey(voucher)];
        uint256 collected = tally.collected;
        if (voucher.cumulative <= collected) return;
        uint256 net;
        uint256 fee_;
        uint256 burned;
        unchecked {
            (net, fee_) = _charge($, batch, voucher.cumulative - collected);
            if (net == 0) return;
            tally.collected = collected + net;
            burned = fee_ - FeeMath.treasuryPartDown(fee_, batch.parameters.burnShareBps());
            // Sums of what the escrow holds.
            batch.net += net;
            batch.fee += fee_;
            batch.burned += burned;
            batch.units[voucher.workClass] += burned;
        }
        emit Collected(
            voucher.payer, voucher.node, voucher.signer, voucher.workClass, net, fee_, burned
        );
    }

    /// @dev Takes what a voucher pays now, at most `due`, and the fee on it from the payer.
    function _charge(EscrowStorage storage $, Batch memory batch, uint256 due)
        private
        returns (uint256 net, uint256 fee_)
    {
        Voucher memory voucher = batch.voucher;
        AllowanceRecord storage record = $.allowances[voucher.payer][voucher.signer];
        Allowance allowance = record.allowance;
        if (allowance.status() == SignerAllowances.UNKNOWN) {
            revert PaymentsEscrowUnknownSigner(voucher.payer, voucher.signer);
        }
        PayerRecord storage payer = $.payers[voucher.payer];
        PayerFunds funds = payer.funds;
        uint256 rate = _rate($, batch.parameters, funds);
        uint256 unreservedNet;
        if (funds.reserved() > 0) {
            (net, fee_, unreservedNet, funds) =
                _chargeReserved($, voucher, allowance, funds, rate, due);
        } else {
            net = FeeMath.netWithinDown(funds.balance(), rate);
            uint256 limit = allowance.limit();
            if (limit < net) net = limit;
            if (due < net) net = due;
            unreservedNet = net;
            fee_ = FeeMath.feeOn(net, rate);
            unchecked {
                // Together at most the balance.
                funds = funds.less(net + fee_);
            }
        }
        if (net == 0) return (0, 0);
        if (unreservedNet > 0) record.allowance = allowance.spend(unreservedNet);
        payer.funds = funds;
    }

    /// @dev What the vouchers added up to becomes the node's, once for all of them.
    function _credit(EscrowStorage storage $, Batch memory batch)
        internal
        returns (uint256 net, uint256 fee_)
    {
        (net, fee_) = (batch.net, batch.fee);
        if (net == 0) return (0, 0);
        uint256 bucket = block.timestamp / timeUnit;
        if ($.earnings.runningBucket(batch.node) != bucket) {
            (uint256 lastMatured,) = _maturedUntil(batch.node);
            $.earnings.turn(batch.node, bucket, lastMatured);
        }
        $.earnings.add(batch.node, net);
        uint256 burned = batch.burned;
        $.totals = $.totals.add(net, burned, (fee_ - burned) / FeeMath.TREASURY_UNIT);
        unchecked {
            for (uint8 workClass = 0; burned > 0; ++workClass) {
                uint256 units = batch.units[workClass];
                if (units == 0) continue;
                burned -= units;
                emissions.accrue(batch.node, workClass, units);
            }
        }
    }

    /// @dev The same where the payer has reservations: this node's pays first, then what is free, as
    /// far as the signer's allowance reaches.
    function _chargeReserved(
        EscrowStorage storage $,
        Voucher memory voucher,
        Allowance allowance,
        PayerFunds funds,
        uint256 rate,
        uint256 due
    ) private returns (uint256 net, uint256 fee_, uint256 unreservedNet, PayerFunds left) {
        ReservationRecord storage record = $.reservations[voucher.payer][voucher.node];
        (uint256 reserved, uint256 expired) = _readReservation(record, allowance);
        unchecked {
            // Reservations never exceed the balance, nor a reservation all of them together.
            uint256 available = funds.balance() - funds.reserved() + expired + reserved;
            net = Math.min(due, FeeMath.netWithinDown(available, rate));
            unreservedNet = Math.saturatingSub(net, FeeMath.netWithinDown(reserved, rate));
            uint256 beyond = Math.saturatingSub(unreservedNet, allowance.limit());
            net -= beyond;
            unreservedNet -= beyond;
        }
        fee_ = FeeMath.feeOn(net, rate);
        if (net > 0) left = _takeReserved(record, voucher, funds, net + fee_, reserved, expired);
    }

    /// @dev Takes `total` from this node's reservation first, and frees one that ran out.
    function _takeReserved(
        ReservationRecord storage record,
        Voucher memory voucher,
        PayerFunds funds,
        uint256 total,
        uint256 reserved,
        uint256 expired
    ) private returns (PayerFunds) {
        uint256 allReserved = funds.reserved();
        if (reserved > 0) {
            uint256 part = Math.min(reserved, total);
            record.amount = uint96(reserved - part);
            allReserved -= part;
            emit ReservationDrawn(voucher.payer, voucher.node, part);
        } else if (expired > 0) {
            record.amount = 0;
            allReserved -= expired;
            emit ReservationReleased(voucher.payer, voucher.node, expired);
        }
        return funds.withSums(funds.balance() - total, allReserved);
    }

    /// @return reserved What a voucher may draw from its node's reservation.
    /// @return expired What of a reservation that ran out goes back to the payer's free balance.
    function _readReservation(ReservationRecord storage record, Allowance allowance)
        private
        view
        returns (uint256 reserved, uint256 expired)
    {
        uint256 amount = record.amount;
        if (block.timestamp > record.until) {
            expired = amount;
        } else if (
            allowance.status() != SignerAllowances.FROZEN || record.madeAt < allowance.moment()
        ) {
            reserved = amount;
        }
    }

    /// @dev The fee's rate, less the discount of the payer's tier.
    function _rate(EscrowStorage storage $, EscrowParameters parameters, PayerFunds funds)
        internal
        view
        returns (uint256)
    {
        uint256 discount = 0;
        uint256 lock = funds.tierLock();
        if (lock > 0) (, discount) = TierTable.tierFor($.tierTable, lock * LOCK_UNIT);
        return FeeMath.rate(parameters.feeBps(), discount);
    }

    /// @dev Refuses another node's voucher, and a node whose stake no longer covers the class.
    function _requirePayable(Batch memory batch, Voucher memory voucher) internal pure {
        address node = voucher.node;
        if (node != batch.node) revert PaymentsEscrowMixedNodes(batch.node, node);
        uint8 workClass = voucher.workClass;
        _requireClass(workClass);
        uint256 minimum = batch.parameters.minimumStake(workClass);
        if (batch.collateral < minimum) {
            revert PaymentsEscrowStakeBelowMinimum(node, workClass, batch.collateral, minimum);
        }
    }

    function _requireSigned(bytes32 domain, Voucher memory voucher, bytes calldata signature)
        private
        pure
    {
        bytes32 digest = TypedData.digest(domain, VoucherHash.structHash(voucher));
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (recovered == address(0) || recovered != voucher.signer) {
            revert PaymentsEscrowWrongSigner(voucher.signer, recovered);
        }
    }
}
