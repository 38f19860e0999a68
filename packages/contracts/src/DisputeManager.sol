// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DisputesBase} from "./disputes/DisputesBase.sol";
import {Equivocation} from "./disputes/Equivocation.sol";
import {Rulings} from "./disputes/Rulings.sol";
import {IDisputeManager} from "./interfaces/IDisputeManager.sol";
import {IPaymentsEscrow} from "./interfaces/IPaymentsEscrow.sol";
import {Attestation} from "./types/Attestation.sol";

/// @title Dispute manager
/// @notice See {IDisputeManager}. A verifier of `Staking` that may convict. Here lie opening,
/// parameters and views; what jurors do and what becomes of a dispute are in `disputes/`.
contract DisputeManager is Equivocation, Rulings {
    /// @dev After `expires`, while nothing has been collected; and the longest maturity of earnings.
    uint256 private constant WINDOW_UNITS = 7;
    uint256 private constant MAX_WINDOW_UNITS = 30;
    uint256 private constant MIN_JUROR_FEE = 0.01e18;
    uint256 private constant MAX_JUROR_FEE = 1_000e18;
    uint256 private constant MAX_JUROR_PENALTY = 10_000e18;
    uint256 private constant MIN_TICKET_SIZE = 1e18;
    uint256 private constant MAX_TICKET_SIZE = 100_000e18;
    uint256 private constant MIN_CUT_BPS = 500;
    /// @dev Half, so that no single dispute about a node leaves nothing for another payer's.
    uint256 private constant MAX_WRONG_ANSWER_CUT_BPS = 5_000;
    uint256 private constant MIN_GUARDIAN_UNITS = 1;
    uint256 private constant MAX_GUARDIAN_UNITS = 3;

    constructor(Immutables memory set) DisputesBase(set) {}

    function initialize(Parameters calldata parameters_) external initializer {
        _setParameters(parameters_);
    }

    /// @inheritdoc IDisputeManager
    function openDispute(
        Attestation memory attestation,
        bytes calldata signature,
        bytes32 inputHash,
        bytes calldata input
    ) external nonReentrant returns (uint256 disputeId) {
        DisputesStorage storage $ = _disputes();
        bytes32 attestationHash = _checkOpenable($, attestation, signature, input);
        disputeId = ++$.totals.disputes;
        $.openBetween[msg.sender][attestation.node] = disputeId;
        Dispute storage record = _record(disputeId);
        record.inputHash = inputHash;
        _fill(record, attestation);
        _requireSoon(_assign(disputeId, record, 0));
        uint256 bond = _takeBond(record.bond, record.frozen, 0, record.parametersId);
        emit DisputeOpened(disputeId, msg.sender, record.node, attestationHash, record.frozen, bond);
        emit InputPosted(disputeId, attestation.requestHash, inputHash, input);
    }

    /// @inheritdoc IDisputeManager
    function setParameters(Parameters calldata parameters_) external onlyTimelock {
        _setParameters(parameters_);
    }

    /// @inheritdoc IDisputeManager
    function dispute(uint256 disputeId) external view returns (Dispute memory) {
        return _record(disputeId);
    }

    /// @inheritdoc IDisputeManager
    function disputeDraw(uint256 disputeId, uint256 draw)
        external
        view
        returns (Draw memory drawn)
    {
        DrawRecord storage record = _drawOf(disputeId, draw);
        if (record.epoch == 0) return drawn;
        (drawn.claimEnds, drawn.commitEnds, drawn.revealEnds) = _deadlines(record.epoch);
        drawn.epoch = record.epoch;
        drawn.seats = record.seats;
        drawn.revealed = record.revealed;
        drawn.leading = record.leading;
        drawn.leadingSeats = record.leadingSeats;
        drawn.counted = record.counted;
    }

    /// @inheritdoc IDisputeManager
    function dutyOf(uint256 disputeId, uint256 draw, address juror)
        external
        view
        returns (uint256 seats, Duty duty, bytes32 word)
    {
        Seat storage seat = _drawOf(disputeId, draw).jurors[juror];
        return (seat.seats, seat.duty, seat.word);
    }

    /// @inheritdoc IDisputeManager
    function openDisputeOf(address payer, address node) external view returns (uint256) {
        return _disputes().openBetween[payer][node];
    }

    /// @inheritdoc IDisputeManager
    function isUsed(bytes32 evidence) external view returns (bool) {
        return _disputes().used[evidence];
    }

    /// @inheritdoc IDisputeManager
    function drawingOn() external view returns (uint256 epoch, uint256 amount) {
        DisputesStorage storage $ = _disputes();
        return ($.queue.epoch, $.queue.drawing);
    }

    /// @inheritdoc IDisputeManager
    function totals() external view returns (uint256 disputes, uint256 bonds, uint256 jurorFees) {
        Totals storage all = _disputes().totals;
        return (all.disputes, all.bonds, all.jurorFees);
    }

    /// @inheritdoc IDisputeManager
    function parameters(uint256 parametersId) external view returns (Parameters memory) {
        return _parametersOf(parametersId);
    }

    /// @dev Keeps what a jury needs to know, and freezes what the node can lose.
    function _fill(Dispute storage record, Attestation memory attestation) private {
        uint256 parametersId = latestParameters();
        Parameters storage set = _parametersOf(parametersId);
        address node = attestation.node;
        uint256 frozen = _freezable(node, set.wrongAnswerCutBps);
        record.payer = msg.sender;
        record.openedAt = uint48(block.timestamp);
        record.tickets = _ticketsThen(set.ticketSize);
        record.node = node;
        record.frozen = uint96(frozen);
        record.resultHash = attestation.resultHash;
        record.parametersId = uint32(parametersId);
        record.freezeGeneration = _freeze(node, frozen);
    }

    /// @dev One attestation is disputed once, whatever came of it: a jury that did not please is not
    /// drawn again. By its digest, so that a node cannot have the answer to one payer judged in a
    /// friend's name.
    function _checkOpenable(
        DisputesStorage storage $,
        Attestation memory attestation,
        bytes calldata signature,
        bytes calldata input
    ) private returns (bytes32 attestationHash) {
        address node = attestation.node;
        _requirePayer(attestation.payer);
        if (!attestation.deterministic) revert DisputeManagerNotDeterministic();
        _requireSize(input);
        attestationHash = _requireSigned(attestation, signature);
        _use(attestationHash);
        uint256 open = $.openBetween[msg.sender][node];
        if (open != 0) revert DisputeManagerDisputeOpen(msg.sender, node, open);
        _requireWindow(node, attestation.expires);
    }

    function _requireWindow(address node, uint256 expires) private view {
        uint256 last = expires + MAX_WINDOW_UNITS * timeUnit;
        if (block.timestamp > last) revert DisputeManagerWindowClosed(node, last);
        uint256 uncollected = expires + WINDOW_UNITS * timeUnit;
        if (block.timestamp <= uncollected) return;
        IPaymentsEscrow.Earnings memory earnings = escrow.earningsOf(node);
        if (earnings.held <= earnings.withdrawable) {
            revert DisputeManagerWindowClosed(node, uncollected);
        }
    }

    /// @dev The largest slash, as far as other freezes leave it. The draw lowers it to what one beacon
    /// value may decide.
    function _freezable(address node, uint256 cutBps) private view returns (uint256 amount) {
        (uint256 frozen,) = staking.frozenOf(node);
        uint256 free = Math.saturatingSub(_held(node), frozen);
        amount = Math.min(_cut(node, cutBps), free);
        if (amount == 0) revert DisputeManagerNothingToFreeze(node);
    }

    /// @dev In the second before: a stake that comes and goes within this one has none.
    function _ticketsThen(uint256 ticketSize) private view returns (uint48) {
        uint256 votes = IVotes(address(staking)).getPastTotalSupply(block.timestamp - 1);
        // Less than 2^96 / 10^18.
        return uint48(votes / ticketSize);
    }

    /// @dev A dispute that had to wait longer could lapse before its last appeal. The payer keeps its
    /// bond and tries again.
    function _requireSoon(uint256 epoch) private view {
        uint256 epochEnds = _epochEnd(epoch);
        uint256 latest = block.timestamp + QUEUE_UNITS * timeUnit;
        if (epochEnds > latest) revert DisputeManagerQueueFull(epoch, epochEnds, latest);
    }

    function _setParameters(Parameters calldata set) private {
        _requireBounds("jurorFee", set.jurorFee, MIN_JUROR_FEE, MAX_JUROR_FEE);
        // At least the fee, or claiming a seat and sleeping would be no worse than working.
        _requireBounds("jurorPenalty", set.jurorPenalty, set.jurorFee, MAX_JUROR_PENALTY);
        _requireBounds("ticketSize", set.ticketSize, MIN_TICKET_SIZE, MAX_TICKET_SIZE);
        _requireBounds(
            "wrongAnswerCutBps", set.wrongAnswerCutBps, MIN_CUT_BPS, MAX_WRONG_ANSWER_CUT_BPS
        );
        _requireBounds(
            "guardianDelay",
            set.guardianDelay,
            MIN_GUARDIAN_UNITS * timeUnit,
            MAX_GUARDIAN_UNITS * timeUnit
        );
        DisputesStorage storage $ = _disputes();
        uint256 parametersId = $.parameters.length;
        $.parameters.push(set);
        emit ParametersSet(parametersId, set);
    }
}
