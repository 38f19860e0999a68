// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {DDAIToken} from "./DDAIToken.sol";
import {Governed} from "./governance/Governed.sol";
import {Pausable} from "./governance/Pausable.sol";
import {IEmissionsController} from "./interfaces/IEmissionsController.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {IPaymentsEscrow} from "./interfaces/IPaymentsEscrow.sol";
import {IProtocolRegistry} from "./interfaces/IProtocolRegistry.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {FeeMath} from "./libraries/FeeMath.sol";
import {MaturingEarnings} from "./libraries/MaturingEarnings.sol";
import {Allowance, SignerAllowances} from "./libraries/SignerAllowances.sol";
import {TierTable} from "./libraries/TierTable.sol";
import {VoucherHash} from "./libraries/VoucherHash.sol";
import {EscrowParameters, STAKE_UNIT} from "./types/EscrowParameters.sol";
import {EscrowTotals} from "./types/EscrowTotals.sol";
import {LOCK_UNIT, PayerFunds} from "./types/PayerFunds.sol";
import {SignedVoucher, Voucher} from "./types/Voucher.sol";
import {WORK_CLASSES} from "./types/WorkClass.sol";

/// @title Payments escrow
/// @notice See {IPaymentsEscrow}. Storage is packed so that a repeated `collect` writes seven slots
/// in all, two of them in `EmissionsController`.
contract PaymentsEscrow is IPaymentsEscrow, Pausable, ReentrancyGuardTransient {
    using MaturingEarnings for MaturingEarnings.Book;
    using SafeCast for uint256;
    using SignerAllowances for Allowance;

    struct PayerRecord {
        PayerFunds funds;
        uint96 thawing;
        uint48 thawEnds;
        uint48 lastFreeze;
    }

    struct ReservationRecord {
        uint96 amount;
        uint48 madeAt;
        uint48 until;
    }

    /// @dev What this contract holds for everybody; balances are what the other totals leave.
    struct Held {
        uint96 amount;
        uint96 burned;
    }

    /// @custom:storage-location erc7201:ddai.storage.PaymentsEscrow
    struct EscrowStorage {
        mapping(address payer => PayerRecord) payers;
        mapping(address payer => mapping(address signer => Allowance)) allowances;
        mapping(address payer => mapping(address node => ReservationRecord)) reservations;
        mapping(bytes32 ledgerKey => uint256) collected;
        MaturingEarnings.Book earnings;
        EscrowTotals totals;
        Held held;
        EscrowParameters parameters;
        uint256 tierTable;
        address treasury;
    }

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
        uint256 fromReservation;
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

    /// @dev ERC-7201 of "ddai.storage.PaymentsEscrow".
    bytes32 private constant ESCROW_SLOT =
        0x40c1cbdaf1d884224dc7b32f40e2baabe0f2f0eea16682f4df061c99efd77100;
    uint256 private constant BPS = 10_000;
    /// @dev Most of every fee is burned, so that rewards (at most what is burned) can matter.
    uint256 private constant MIN_BURN_SHARE_BPS = 5_000;
    uint256 private constant MAX_MINIMUM_STAKE = 10_000_000e18;
    /// @dev Shorter than the announcement of a change, longer than a dispute's window.
    uint256 private constant MIN_PAYER_THAW_UNITS = 7;
    uint256 private constant MAX_PAYER_THAW_UNITS = 20;
    /// @dev At most half a stake's shortest thaw.
    uint256 private constant MIN_MATURITY_UNITS = 5;
    uint256 private constant MAX_MATURITY_UNITS = 7;
    uint256 private constant MAX_RESERVATION_UNITS = 365;

    DDAIToken public immutable token;
    IStaking public immutable staking;
    INodeRegistry public immutable nodeRegistry;
    IEmissionsController public immutable emissions;
    address public immutable featureTiers;
    /// @inheritdoc IPaymentsEscrow
    uint256 public immutable payerThawPeriod;
    /// @inheritdoc IPaymentsEscrow
    uint256 public immutable earningsMaturity;

    /// @param payerThawPeriod Seconds between announcing and making a payer's withdrawal.
    /// @param earningsMaturity Seconds that earnings wait, counted from the end of the time unit in
    /// which they were collected.
    struct Immutables {
        DDAIToken token;
        IStaking staking;
        INodeRegistry nodeRegistry;
        IEmissionsController emissions;
        address featureTiers;
        IProtocolRegistry protocolRegistry;
        address timelock;
        uint256 timeUnit;
        uint256 payerThawPeriod;
        uint256 earningsMaturity;
    }

    /// @param minimumStakes Wei of collateral by work class; whole DDAI.
    struct Settings {
        uint256 feeBps;
        uint256 burnShareBps;
        uint256[4] minimumStakes;
        uint256 tierTable;
        address treasury;
    }

    constructor(Immutables memory set)
        Governed(set.timelock, set.timeUnit)
        Pausable(set.protocolRegistry)
    {
        _requireAddress(address(set.token));
        _requireAddress(address(set.staking));
        _requireAddress(address(set.nodeRegistry));
        _requireAddress(address(set.emissions));
        _requireAddress(set.featureTiers);
        _requireBounds(
            "payerThawPeriod",
            set.payerThawPeriod,
            MIN_PAYER_THAW_UNITS * set.timeUnit,
            MAX_PAYER_THAW_UNITS * set.timeUnit
        );
        _requireBounds(
            "earningsMaturity",
            set.earningsMaturity,
            MIN_MATURITY_UNITS * set.timeUnit,
            MAX_MATURITY_UNITS * set.timeUnit
        );
        token = set.token;
        staking = set.staking;
        nodeRegistry = set.nodeRegistry;
        emissions = set.emissions;
        featureTiers = set.featureTiers;
        payerThawPeriod = set.payerThawPeriod;
        earningsMaturity = set.earningsMaturity;
    }

    function initialize(Settings calldata settings) external initializer {
        _setFee(settings.feeBps, settings.burnShareBps);
        for (uint8 workClass = 0; workClass < WORK_CLASSES; ++workClass) {
            _setMinimumStake(workClass, settings.minimumStakes[workClass]);
        }
        _setTreasury(settings.treasury);
        _escrow().tierTable = settings.tierTable;
    }

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
        mapping(address signer => Allowance) storage allowances = _escrow().allowances[msg.sender];
        Allowance allowance = allowances[signer];
        _requireNotFrozen(signer, allowance);
        allowance = allowance.authorize(remaining, dailyLimit, expires);
        allowances[signer] = allowance;
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
        Allowance allowance = $.allowances[msg.sender][signer];
        if (allowance.status() == SignerAllowances.UNKNOWN) {
            revert PaymentsEscrowUnknownSigner(msg.sender, signer);
        }
        _requireNotFrozen(signer, allowance);
        $.allowances[msg.sender][signer] = allowance.freeze();
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
        Allowance allowance = _escrow().allowances[payer][signer];
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
    function collectedOf(address payer, address signer, address node, uint8 workClass)
        external
        view
        returns (uint256)
    {
        return _escrow().collected[VoucherHash.ledgerKey(payer, signer, node, workClass)];
    }

    /// @inheritdoc IPaymentsEscrow
    function earningsOf(address node) external view returns (Earnings memory earnings) {
        EscrowStorage storage $ = _escrow();
        (uint256 lastBucket, bool convicted) = _maturedUntil(node);
        earnings.collected = $.earnings.collected(node);
        earnings.settled = $.earnings.settled(node);
        earnings.withdrawable = $.earnings.withdrawable(node, lastBucket);
        earnings.forfeitable = convicted ? $.earnings.forfeitable(node, lastBucket) : 0;
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

    /// @inheritdoc IPaymentsEscrow
    function voucherDigest(Voucher calldata voucher) external view returns (bytes32) {
        return VoucherHash.digest(voucher, address(this));
    }

    /// @inheritdoc IPaymentsEscrow
    function freeBalance(address payer) public view returns (uint256) {
        PayerRecord memory record = _escrow().payers[payer];
        // Vouchers can eat into what is thawing; then nothing is free.
        return Math.saturatingSub(record.funds.balance(), record.funds.reserved() + record.thawing);
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
            burned,
            charge.fromReservation
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
            charge.fromReservation = part;
            allReserved -= part;
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
    ) private {
        $.earnings.add(node, net, block.timestamp / timeUnit);
        $.totals = $.totals.add(net, burned, (fee_ - burned) / FeeMath.TREASURY_UNIT);
    }

    function _payOut(EscrowStorage storage $, address to, uint256 amount) private {
        $.held.amount -= uint96(amount);
        token.transfer(to, amount);
    }

    function _release(EscrowStorage storage $, address payer, address node) private {
        uint256 amount = $.reservations[payer][node].amount;
        delete $.reservations[payer][node];
        PayerFunds funds = $.payers[payer].funds;
        $.payers[payer].funds = funds.withSums(funds.balance(), funds.reserved() - amount);
        emit ReservationReleased(payer, node, amount);
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

    /// @return lastBucket The last time unit whose earnings have matured. @return convicted Whether
    /// the rest is forfeited.
    function _maturedUntil(address node) private view returns (uint256 lastBucket, bool convicted) {
        uint256 stoppedAt;
        (stoppedAt, convicted) = staking.maturingStoppedAt(node);
        uint256 moment = stoppedAt == 0 ? block.timestamp : stoppedAt;
        // A unit's earnings mature counted from its end, never early.
        lastBucket = (moment - earningsMaturity) / timeUnit - 1;
    }

    function _requireSigned(Voucher memory voucher, bytes calldata signature) private view {
        bytes32 digest = VoucherHash.digest(voucher, address(this));
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (recovered == address(0) || recovered != voucher.signer) {
            revert PaymentsEscrowWrongSigner(voucher.signer, recovered);
        }
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

    function _requireNotFrozen(address signer, Allowance allowance) private view {
        if (allowance.status() == SignerAllowances.FROZEN) {
            revert PaymentsEscrowSignerFrozen(msg.sender, signer, allowance.moment());
        }
    }

    function _requireClass(uint8 workClass) private pure {
        if (workClass >= WORK_CLASSES) revert PaymentsEscrowUnknownClass(workClass);
    }

    function _escrow() private pure returns (EscrowStorage storage $) {
        bytes32 slot = ESCROW_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
