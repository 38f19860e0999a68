// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IStaking} from "../interfaces/IStaking.sol";
import {StakingBase} from "./StakingBase.sol";

/// @title What registered verifiers may do to collateral: hold it for a dispute, and take it by rule
abstract contract Slashing is StakingBase {
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_REPORTER_SHARE_BPS = 1_000;
    uint256 private constant MAX_FREEZE_UNITS = 30;

    modifier onlyVerifier() {
        if (!_staking().verifiers[msg.sender].registered) revert StakingNotVerifier(msg.sender);
        _;
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
    function maturingStoppedAt(address node)
        external
        view
        returns (uint256 stoppedAt, bool convicted)
    {
        uint256 convictedAt = _staking().collateral[node].convictedAt;
        if (convictedAt != 0) return (convictedAt, true);
        return (_staking().freezes[node].since, false);
    }

    /// @inheritdoc IStaking
    function isConvicted(address node) external view returns (bool) {
        return _staking().collateral[node].convictedAt != 0;
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
    function totalSlashBurned() external view returns (uint256) {
        return _staking().totals.slashBurned;
    }

    /// @inheritdoc IStaking
    function reporterShareBps() external view returns (uint256) {
        return _staking().totals.reporterShareBps;
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
        Holding storage holding = $.collateral[node];
        if (holding.convictedAt != 0) return;
        uint256 since = $.freezes[node].since;
        uint256 convictedAt = since != 0 ? since : block.timestamp;
        holding.convictedAt = uint32(convictedAt);
        emit Convicted(node, msg.sender, convictedAt);
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

    function _register(address verifier_, VerifierTerms calldata terms) internal {
        _requireAddress(verifier_);
        VerifierRecord storage record = _staking().verifiers[verifier_];
        if (record.registered) revert StakingAlreadyVerifier(verifier_);
        if (terms.maxSlash == 0) revert StakingZeroAmount();
        record.registered = true;
        record.mayConvict = terms.mayConvict;
        record.maxSlash = terms.maxSlash;
        emit VerifierRegistered(verifier_, terms.maxSlash, terms.mayConvict);
    }

    function _setReporterShare(uint256 shareBps) internal {
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
}
