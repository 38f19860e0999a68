// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IPaymentsEscrow} from "../interfaces/IPaymentsEscrow.sol";
import {FeeMath} from "../libraries/FeeMath.sol";
import {Allowance, SignerAllowances} from "../libraries/SignerAllowances.sol";
import {PayerFunds} from "../types/PayerFunds.sol";
import {EscrowBase} from "./EscrowBase.sol";

/// @title The payers' side: balances, thawing, signers and reservations
abstract contract PayerAccounts is EscrowBase {
    using SafeCast for uint256;
    using SignerAllowances for Allowance;

    uint256 private constant MAX_RESERVATION_UNITS = 365;

    /// @inheritdoc IPaymentsEscrow
    function deposit(address payer, uint256 amount) external whenOpen nonReentrant {
        if (payer == address(0)) revert PaymentsEscrowZeroAddress();
        if (amount == 0) revert PaymentsEscrowZeroAmount();
        EscrowStorage storage $ = _escrow();
        $.held.amount += amount.toUint96();
        PayerFunds funds = $.payers[payer].funds;
        uint256 balance = funds.balance() + amount;
        $.payers[payer].funds = funds.withSums(balance, funds.reserved());
        emit Deposited(payer, msg.sender, amount, balance);
        // OpenZeppelin's ERC-20 reverts where others return false.
        token.transferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IPaymentsEscrow
    function thaw(uint256 amount) external returns (uint256 thawEnds) {
        if (amount == 0) revert PaymentsEscrowZeroAmount();
        uint256 free = freeBalance(msg.sender);
        if (amount > free) revert PaymentsEscrowInsufficient(msg.sender, amount, free);
        PayerRecord storage record = _escrow().payers[msg.sender];
        thawEnds = block.timestamp + payerThawPeriod;
        record.thawing += uint96(amount);
        record.thawEnds = uint48(thawEnds);
        emit Thawed(msg.sender, amount, thawEnds);
    }

    /// @inheritdoc IPaymentsEscrow
    function cancelThaw() external {
        PayerRecord storage record = _escrow().payers[msg.sender];
        uint256 amount = record.thawing;
        if (amount == 0) revert PaymentsEscrowNothingThawing(msg.sender);
        record.thawing = 0;
        record.thawEnds = 0;
        emit ThawCancelled(msg.sender, amount);
    }

    /// @inheritdoc IPaymentsEscrow
    function withdraw() external nonReentrant returns (uint256 amount) {
        EscrowStorage storage $ = _escrow();
        PayerRecord storage record = $.payers[msg.sender];
        if (record.thawing == 0) revert PaymentsEscrowNothingThawing(msg.sender);
        if (block.timestamp < record.thawEnds) {
            revert PaymentsEscrowStillThawing(msg.sender, record.thawEnds);
        }
        // Vouchers may have taken some of it meanwhile; reservations stay covered.
        PayerFunds funds = record.funds;
        (uint256 balance, uint256 reserved) = (funds.balance(), funds.reserved());
        amount = Math.min(record.thawing, balance - reserved);
        record.thawing = 0;
        record.thawEnds = 0;
        record.funds = funds.withSums(balance - amount, reserved);
        emit Withdrawn(msg.sender, amount);
        _payOut($, msg.sender, amount);
    }

    /// @inheritdoc IPaymentsEscrow
    function authorizeSigner(address signer, uint256 remaining, uint256 dailyLimit, uint256 expires)
        external
    {
        if (signer == address(0)) revert PaymentsEscrowZeroAddress();
        if (remaining == 0 || dailyLimit == 0) revert PaymentsEscrowZeroAmount();
        if (expires <= block.timestamp) revert PaymentsEscrowExpired(expires, block.timestamp);
        if (expires > type(uint32).max) {
            revert PaymentsEscrowExpiryTooFar(expires, type(uint32).max);
        }
        AllowanceRecord storage record = _escrow().allowances[msg.sender][signer];
        Allowance allowance = record.allowance;
        _requireNotFrozen(signer, allowance);
        allowance = allowance.authorize(remaining, dailyLimit, expires);
        record.allowance = allowance;
        emit SignerAuthorized(
            msg.sender,
            signer,
            allowance.remaining() * SignerAllowances.UNIT,
            allowance.dailyLimit() * SignerAllowances.UNIT,
            expires
        );
    }

    /// @inheritdoc IPaymentsEscrow
    function freezeSigner(address signer) external {
        EscrowStorage storage $ = _escrow();
        AllowanceRecord storage record = $.allowances[msg.sender][signer];
        Allowance allowance = record.allowance;
        if (allowance.status() == SignerAllowances.UNKNOWN) {
            revert PaymentsEscrowUnknownSigner(msg.sender, signer);
        }
        _requireNotFrozen(signer, allowance);
        record.allowance = allowance.freeze();
        $.payers[msg.sender].lastFreeze = uint48(block.timestamp);
        emit SignerFrozen(msg.sender, signer, block.timestamp);
    }

    /// @inheritdoc IPaymentsEscrow
    function reserve(address node, uint256 amount, uint256 until) external {
        if (node == address(0)) revert PaymentsEscrowZeroAddress();
        if (until <= block.timestamp) revert PaymentsEscrowExpired(until, block.timestamp);
        uint256 latest = block.timestamp + MAX_RESERVATION_UNITS * timeUnit;
        if (until > latest) revert PaymentsEscrowExpiryTooFar(until, latest);
        EscrowStorage storage $ = _escrow();
        PayerRecord storage payer = $.payers[msg.sender];
        ReservationRecord storage record = $.reservations[msg.sender][node];
        if (record.amount != 0 && block.timestamp > record.until) _release($, msg.sender, node);

        uint256 added = FeeMath.grossUp(amount);
        if (record.amount == 0) {
            if (amount == 0) revert PaymentsEscrowZeroAmount();
            record.madeAt = uint48(block.timestamp);
        } else {
            if (until < record.until) {
                revert PaymentsEscrowReservationShortened(record.until, until);
            }
            // Money reserved after a freeze must not be open to the frozen key.
            if (amount != 0 && payer.lastFreeze >= record.madeAt) {
                revert PaymentsEscrowReservationClosed(msg.sender, node, payer.lastFreeze);
            }
        }
        uint256 free = freeBalance(msg.sender);
        if (added > free) revert PaymentsEscrowInsufficient(msg.sender, added, free);
        record.amount += uint96(added);
        record.until = uint48(until);
        PayerFunds funds = payer.funds;
        payer.funds = funds.withSums(funds.balance(), funds.reserved() + added);
        emit Reserved(msg.sender, node, added, until);
    }

    /// @inheritdoc IPaymentsEscrow
    function release(address payer, address node) external {
        EscrowStorage storage $ = _escrow();
        ReservationRecord memory record = $.reservations[payer][node];
        if (record.amount == 0) revert PaymentsEscrowNoReservation(payer, node);
        if (block.timestamp <= record.until) {
            revert PaymentsEscrowReservationRunning(payer, node, record.until);
        }
        _release($, payer, node);
    }

    /// @inheritdoc IPaymentsEscrow
    function setTierLock(address payer, uint256 lock) external {
        if (msg.sender != address(staking)) revert PaymentsEscrowNotStaking(msg.sender);
        PayerRecord storage record = _escrow().payers[payer];
        record.funds = record.funds.withTierLock(lock);
    }

    /// @inheritdoc IPaymentsEscrow
    function payerAccount(address payer) external view returns (PayerAccount memory) {
        PayerRecord memory record = _escrow().payers[payer];
        return PayerAccount(
            record.funds.balance(),
            record.funds.reserved(),
            record.thawing,
            record.thawEnds,
            record.lastFreeze,
            record.funds.tierLock()
        );
    }

    /// @inheritdoc IPaymentsEscrow
    function signerAllowance(address payer, address signer)
        external
        view
        returns (SignerAllowance memory)
    {
        Allowance allowance = _escrow().allowances[payer][signer].allowance;
        bool frozen = allowance.status() == SignerAllowances.FROZEN;
        return SignerAllowance({
            remaining: allowance.remaining() * SignerAllowances.UNIT,
            dailyLimit: allowance.dailyLimit() * SignerAllowances.UNIT,
            leftToday: allowance.leftToday() * SignerAllowances.UNIT,
            expires: frozen ? 0 : allowance.moment(),
            frozenAt: frozen ? allowance.moment() : 0
        });
    }

    /// @inheritdoc IPaymentsEscrow
    function reservation(address payer, address node) external view returns (Reservation memory) {
        ReservationRecord memory record = _escrow().reservations[payer][node];
        return Reservation(record.amount, record.madeAt, record.until);
    }

    /// @inheritdoc IPaymentsEscrow
    function freeBalance(address payer) public view returns (uint256) {
        PayerRecord memory record = _escrow().payers[payer];
        // Vouchers can eat into what is thawing; then nothing is free.
        return Math.saturatingSub(record.funds.balance(), record.funds.reserved() + record.thawing);
    }

    function _release(EscrowStorage storage $, address payer, address node) private {
        uint256 amount = $.reservations[payer][node].amount;
        delete $.reservations[payer][node];
        PayerFunds funds = $.payers[payer].funds;
        $.payers[payer].funds = funds.withSums(funds.balance(), funds.reserved() - amount);
        emit ReservationReleased(payer, node, amount);
    }

    function _requireNotFrozen(address signer, Allowance allowance) private view {
        if (allowance.status() == SignerAllowances.FROZEN) {
            revert PaymentsEscrowSignerFrozen(msg.sender, signer, allowance.moment());
        }
    }
}
