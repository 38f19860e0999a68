// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {DDAIToken} from "./DDAIToken.sol";
import {Governed} from "./governance/Governed.sol";
import {Pausable} from "./governance/Pausable.sol";
import {StakedVotes} from "./governance/StakedVotes.sol";
import {IPaymentsEscrow} from "./interfaces/IPaymentsEscrow.sol";
import {IProtocolRegistry} from "./interfaces/IProtocolRegistry.sol";
import {IStaking} from "./interfaces/IStaking.sol";

/// @title Staking
/// @notice See {IStaking}. Votes are active collateral plus active locks.
contract Staking is IStaking, Pausable, StakedVotes, ReentrancyGuardTransient {
    using SafeCast for uint256;

    /// @dev 96 bits hold eight times the supply; one slot makes staking and thawing one write, and
    /// the conviction rides along so that the collecting path reads no more than this slot.
    struct Holding {
        uint96 active;
        uint96 thawing;
        uint48 thawEnds;
        bool convicted;
    }

    struct FreezeTotal {
        uint96 amount;
        uint48 since;
        uint48 convictedAt;
    }

    struct Freeze {
        uint96 amount;
        uint48 lapsesAt;
    }

    struct VerifierRecord {
        uint128 maxSlash;
        bool registered;
        bool mayConvict;
    }

    struct Totals {
        uint96 staked;
        uint96 slashBurned;
        uint16 reporterShareBps;
    }

    /// @custom:storage-location erc7201:ddai.storage.Staking
    struct StakingStorage {
        mapping(address node => Holding) collateral;
        mapping(address account => Holding) locks;
        mapping(address node => FreezeTotal) freezes;
        mapping(address verifier => mapping(address node => Freeze)) freezesBy;
        mapping(address account => VerifierRecord) verifiers;
        Totals totals;
    }

    /// @param account A verifier registered at deployment, without an announcement.
    struct InitialVerifier {
        address account;
        VerifierTerms terms;
    }

    /// @dev ERC-7201 of "ddai.storage.Staking".
    bytes32 private constant STAKING_SLOT =
        0xae9d013451668bf3e1664f7a74351c13cdf11b400f608ca7bc3ba3636cce6800;
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_REPORTER_SHARE_BPS = 1_000;
    /// @dev A thaw outlasts twice the longest maturity of earnings, and ends before an announced
    /// change can take effect.
    uint256 private constant MIN_THAW_UNITS = 14;
    uint256 private constant MAX_THAW_UNITS = 20;
    uint256 private constant MAX_FREEZE_UNITS = 30;

    DDAIToken public immutable token;
    /// @notice Told of every change of a tier lock, so that collecting need not ask for it.
    IPaymentsEscrow public immutable escrow;
    /// @inheritdoc IStaking
    uint256 public immutable thawPeriod;

    modifier onlyVerifier() {
        if (!_staking().verifiers[msg.sender].registered) revert StakingNotVerifier(msg.sender);
        _;
    }

    constructor(
        DDAIToken token_,
        IPaymentsEscrow escrow_,
        IProtocolRegistry protocolRegistry_,
        address timelock_,
        uint256 timeUnit_,
        uint256 thawPeriod_
    ) Governed(timelock_, timeUnit_) Pausable(protocolRegistry_) {
        _requireAddress(address(token_));
        _requireAddress(address(escrow_));
        _requireBounds(
            "thawPeriod", thawPeriod_, MIN_THAW_UNITS * timeUnit_, MAX_THAW_UNITS * timeUnit_
        );
        token = token_;
        escrow = escrow_;
        thawPeriod = thawPeriod_;
    }

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
        holding.thawEnds = uint48(thawEnds);
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
    function freeze(address node, uint256 amount) external onlyVerifier {
        if (amount == 0) revert StakingZeroAmount();
        StakingStorage storage $ = _staking();
        Holding storage holding = $.collateral[node];
        FreezeTotal storage total = $.freezes[node];
        uint256 held = uint256(holding.active) + holding.thawing;
        uint256 frozen = uint256(total.amount) + amount;
        if (frozen > held) {
            revert StakingFrozen(node, total.amount, amount, Math.saturatingSub(held, total.amount));
        }
        if (total.amount == 0) total.since = uint48(block.timestamp);
        total.amount = uint96(frozen);
        Freeze storage own = $.freezesBy[msg.sender][node];
        own.amount += uint96(amount);
        own.lapsesAt = uint48(block.timestamp + MAX_FREEZE_UNITS * timeUnit);
        emit Frozen(msg.sender, node, amount, own.lapsesAt);
    }

    /// @inheritdoc IStaking
    function unfreeze(address node, uint256 amount) external onlyVerifier {
        if (amount == 0) revert StakingZeroAmount();
        _unfreeze(msg.sender, node, amount);
    }

    /// @inheritdoc IStaking
    function releaseFreeze(address verifier_, address node) external {
        StakingStorage storage $ = _staking();
        Freeze storage own = $.freezesBy[verifier_][node];
        if (own.amount == 0) revert StakingNotFrozenBy(verifier_, node, 0, 0);
        if ($.verifiers[verifier_].registered && block.timestamp < own.lapsesAt) {
            revert StakingFreezeNotLapsed(verifier_, node, own.lapsesAt);
        }
        _unfreeze(verifier_, node, own.amount);
    }

    /// @inheritdoc IStaking
    function slash(Slash calldata request) external nonReentrant returns (uint256 taken) {
        StakingStorage storage $ = _staking();
        VerifierRecord memory record = $.verifiers[msg.sender];
        if (!record.registered) revert StakingNotVerifier(msg.sender);
        if (request.amount > record.maxSlash) {
            revert StakingSlashAboveCap(msg.sender, request.amount, record.maxSlash);
        }
        // Before the freeze ends: it is the freeze that stopped the maturing.
        if (request.convict) _convict($, record, request.node);
        if (request.unfreeze > 0) _unfreeze(msg.sender, request.node, request.unfreeze);

        (uint256 fromActive, uint256 fromThawing) = _take($, request);
        taken = fromActive + fromThawing;
        if (taken == 0 && !request.convict) revert StakingNothingToSlash(request.node);

        uint256 toReporter =
            request.reporter == address(0) ? 0 : taken * $.totals.reporterShareBps / BPS;
        uint256 burned = taken - toReporter;
        $.totals.staked -= uint96(taken);
        $.totals.slashBurned += uint96(burned);
        if (fromActive > 0) _removeVotes(request.node, fromActive);
        emit Slashed(
            msg.sender,
            request.node,
            request.reporter,
            fromActive,
            fromThawing,
            toReporter,
            burned,
            request.evidence
        );
        if (burned > 0) token.burn(burned);
        if (toReporter > 0) token.transfer(request.reporter, toReporter);
    }

    /// @inheritdoc IStaking
    function announceVerifier(address verifier_, VerifierTerms calldata terms)
        external
        onlyTimelock
    {
        _announce(_verifierId(verifier_, terms));
    }

    /// @inheritdoc IStaking
    function registerVerifier(address verifier_, VerifierTerms calldata terms)
        external
        onlyTimelock
    {
        _executeAnnounced(_verifierId(verifier_, terms));
        _register(verifier_, terms);
    }

    /// @inheritdoc IStaking
    function removeVerifier(address verifier_) external onlyTimelock {
        StakingStorage storage $ = _staking();
        if (!$.verifiers[verifier_].registered) revert StakingNotVerifier(verifier_);
        delete $.verifiers[verifier_];
        emit VerifierRemoved(verifier_);
    }

    /// @inheritdoc IStaking
    function setReporterShare(uint256 shareBps) external onlyTimelock {
        _setReporterShare(shareBps);
    }

    /// @inheritdoc IStaking
    function position(address account, Kind kind) external view returns (Position memory) {
        Holding memory holding = _holding(kind, account);
        return Position(holding.active, holding.thawing, holding.thawEnds);
    }

    /// @inheritdoc IStaking
    function maturingStoppedAt(address node)
        external
        view
        returns (uint256 stoppedAt, bool convicted)
    {
        FreezeTotal memory total = _staking().freezes[node];
        if (total.convictedAt != 0) return (total.convictedAt, true);
        return (total.since, false);
    }

    /// @inheritdoc IStaking
    function isConvicted(address node) external view returns (bool) {
        return _staking().collateral[node].convicted;
    }

    /// @inheritdoc IStaking
    function frozenOf(address node) external view returns (uint256 amount, uint256 since) {
        FreezeTotal memory total = _staking().freezes[node];
        return (total.amount, total.since);
    }

    /// @inheritdoc IStaking
    function frozenBy(address verifier_, address node)
        external
        view
        returns (uint256 amount, uint256 lapsesAt)
    {
        Freeze memory own = _staking().freezesBy[verifier_][node];
        return (own.amount, own.lapsesAt);
    }

    /// @inheritdoc IStaking
    function verifier(address account)
        external
        view
        returns (bool registered, VerifierTerms memory terms)
    {
        VerifierRecord memory record = _staking().verifiers[account];
        return (record.registered, VerifierTerms(record.maxSlash, record.mayConvict));
    }

    /// @inheritdoc IStaking
    function totalStaked() external view returns (uint256) {
        return _staking().totals.staked;
    }

    /// @inheritdoc IStaking
    function totalSlashBurned() external view returns (uint256) {
        return _staking().totals.slashBurned;
    }

    /// @inheritdoc IStaking
    function reporterShareBps() external view returns (uint256) {
        return _staking().totals.reporterShareBps;
    }

    /// @inheritdoc IStaking
    function collateralOf(address node) public view returns (uint256) {
        Holding storage holding = _staking().collateral[node];
        return holding.convicted ? 0 : holding.active;
    }

    /// @inheritdoc IStaking
    function lockOf(address account) public view returns (uint256) {
        return _staking().locks[account].active;
    }

    function _votingUnits(address account) internal view override returns (uint256) {
        StakingStorage storage $ = _staking();
        return uint256($.collateral[account].active) + $.locks[account].active;
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

    /// @dev Active stake first: what still secures work pays, and the votes fall with it.
    function _take(StakingStorage storage $, Slash calldata request)
        private
        returns (uint256 fromActive, uint256 fromThawing)
    {
        Holding storage holding = $.collateral[request.node];
        fromActive = Math.min(request.amount, holding.active);
        fromThawing = Math.min(request.amount - fromActive, holding.thawing);
        holding.active -= uint96(fromActive);
        holding.thawing -= uint96(fromThawing);
    }

    function _convict(StakingStorage storage $, VerifierRecord memory record, address node)
        private
    {
        if (!record.mayConvict) revert StakingMayNotConvict(msg.sender);
        FreezeTotal storage total = $.freezes[node];
        if (total.convictedAt != 0) return;
        total.convictedAt = total.since != 0 ? total.since : uint48(block.timestamp);
        $.collateral[node].convicted = true;
        emit Convicted(node, msg.sender, total.convictedAt);
    }

    function _unfreeze(address verifier_, address node, uint256 amount) private {
        StakingStorage storage $ = _staking();
        Freeze storage own = $.freezesBy[verifier_][node];
        if (amount > own.amount) revert StakingNotFrozenBy(verifier_, node, amount, own.amount);
        own.amount -= uint96(amount);
        FreezeTotal storage total = $.freezes[node];
        total.amount -= uint96(amount);
        if (total.amount == 0) total.since = 0;
        emit Unfrozen(verifier_, node, amount);
    }

    function _register(address verifier_, VerifierTerms calldata terms) private {
        _requireAddress(verifier_);
        VerifierRecord storage record = _staking().verifiers[verifier_];
        if (record.registered) revert StakingAlreadyVerifier(verifier_);
        if (terms.maxSlash == 0) revert StakingZeroAmount();
        record.registered = true;
        record.mayConvict = terms.mayConvict;
        record.maxSlash = terms.maxSlash;
        emit VerifierRegistered(verifier_, terms.maxSlash, terms.mayConvict);
    }

    function _setReporterShare(uint256 shareBps) private {
        _requireBounds("reporterShareBps", shareBps, 0, MAX_REPORTER_SHARE_BPS);
        _staking().totals.reporterShareBps = uint16(shareBps);
        emit ReporterShareSet(shareBps);
    }

    function _verifierId(address verifier_, VerifierTerms calldata terms)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode("verifier", verifier_, terms));
    }

    function _holding(Kind kind, address account) private view returns (Holding storage) {
        StakingStorage storage $ = _staking();
        return kind == Kind.Collateral ? $.collateral[account] : $.locks[account];
    }

    function _staking() private pure returns (StakingStorage storage $) {
        bytes32 slot = STAKING_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
