// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDisputeManager} from "../interfaces/IDisputeManager.sol";
import {IRandomBeacon} from "../interfaces/IRandomBeacon.sol";
import {IStaking} from "../interfaces/IStaking.sol";
import {JuryDuty} from "./JuryDuty.sol";

/// @title What becomes of a dispute: counting, appeal, execution, and where every bond goes
abstract contract Rulings is JuryDuty {
    /// @inheritdoc IDisputeManager
    function redrawEpoch(uint256 disputeId) external {
        Dispute storage record = _record(disputeId);
        _requirePhase(disputeId, record, Phase.Jury);
        uint256 lapsesAt = _lapsesAt(record);
        _requireBefore(disputeId, lapsesAt);
        uint256 epoch = _drawOf(disputeId, record.draw).epoch;
        if (!_isVoid(epoch)) revert DisputeManagerEpochNotVoid(disputeId, epoch);
        _assign(disputeId, record, record.draw);
    }

    /// @inheritdoc IDisputeManager
    function appeal(uint256 disputeId) external nonReentrant {
        Dispute storage record = _record(disputeId);
        // The loser need not wait for somebody to count.
        if (record.phase == Phase.Jury) _count(disputeId, record);
        _requirePhase(disputeId, record, Phase.Decided);
        // A verdict on an appeal is counted too late to be appealed.
        uint256 appealEnds = Math.min(_appealEnds(disputeId, record), _lapsesAt(record));
        _requireBefore(disputeId, appealEnds);
        bool byNode = record.convicts;
        address loser = byNode ? record.node : record.payer;
        if (msg.sender != loser) revert DisputeManagerNotLoser(disputeId, msg.sender, loser);

        record.appealByNode = byNode;
        record.convicts = false;
        _assign(disputeId, record, FIRST_APPEAL_DRAW);
        uint256 bond =
            _takeBond(record.appealBond, record.frozen, FIRST_APPEAL_DRAW, record.parametersId);
        emit Appealed(disputeId, msg.sender, bond);
    }

    /// @inheritdoc IDisputeManager
    function resolve(uint256 disputeId) external nonReentrant {
        Dispute storage record = _record(disputeId);
        Phase phase = record.phase;
        if (phase != Phase.Jury && phase != Phase.Decided) {
            revert DisputeManagerWrongPhase(disputeId, phase);
        }
        bool counted = phase == Phase.Jury && _count(disputeId, record);
        if (record.phase == Phase.Closed) return;

        uint256 lapsesAt = _lapsesAt(record);
        bool lapsed = block.timestamp >= lapsesAt;
        uint256 dueAt = record.phase == Phase.Decided ? _executableAt(disputeId, record) : lapsesAt;
        // An acquittal stands however late it is carried out; a conviction must be in time, while the
        // freeze in `Staking` cannot have been released.
        bool standing = record.phase == Phase.Decided && block.timestamp >= dueAt
            && !(record.convicts && lapsed);
        if (standing) {
            _close(disputeId, record, record.convicts ? Outcome.Convicted : Outcome.Acquitted);
        } else if (lapsed) {
            _close(disputeId, record, Outcome.Lapsed);
        } else if (!counted) {
            revert DisputeManagerNotDue(disputeId, Math.min(dueAt, lapsesAt));
        }
    }

    /// @inheritdoc IDisputeManager
    function cancel(uint256 disputeId) external nonReentrant {
        if (msg.sender != slashGuardian) revert DisputeManagerNotSlashGuardian(msg.sender);
        Dispute storage record = _record(disputeId);
        if (record.phase == Phase.Jury) _count(disputeId, record);
        _requirePhase(disputeId, record, Phase.Decided);
        if (!record.convicts) revert DisputeManagerNotConvicting(disputeId);
        _close(disputeId, record, Outcome.Cancelled);
    }

    /// @inheritdoc IDisputeManager
    function bondFor(uint256 frozen, bool isAppeal) external view returns (uint256) {
        uint256 fee = _parametersOf(latestParameters()).jurorFee;
        return _seatsCost(isAppeal ? FIRST_APPEAL_DRAW : 0, fee) + _heldUpPart(frozen);
    }

    /// @dev Counts the running draw if it is over: a verdict, a second draw, or the end.
    /// @return Whether anything changed.
    function _count(uint256 disputeId, Dispute storage record) private returns (bool) {
        uint256 draw = record.draw;
        DrawRecord storage drawn = _drawOf(disputeId, draw);
        (,, uint256 revealEnds) = _deadlines(drawn.epoch);
        // Without a value nobody could claim, which must not pass for a jury that stayed away.
        if (block.timestamp < revealEnds || _isVoid(drawn.epoch)) return false;
        uint256 revealed = drawn.revealed;
        if (revealed >= _quorum(draw)) {
            _decide(disputeId, record, drawn, draw);
        } else if (draw % 2 == 1) {
            _close(disputeId, record, Outcome.Undecided);
        } else if (block.timestamp < _lapsesAt(record)) {
            _assign(disputeId, record, draw + 1);
        } else {
            return false;
        }
        return true;
    }

    /// @dev Two thirds of what was revealed must agree on one result other than the node's. What
    /// every revealed seat could be paid leaves the bond; seats that turn out not to be paid return
    /// it when they are settled.
    function _decide(
        uint256 disputeId,
        Dispute storage record,
        DrawRecord storage drawn,
        uint256 draw
    ) private {
        (uint256 revealed, uint256 leadingSeats) = (drawn.revealed, drawn.leadingSeats);
        uint256 cost = revealed * _parametersOf(record.parametersId).jurorFee;
        Bond storage bond = draw < FIRST_APPEAL_DRAW ? record.bond : record.appealBond;
        Totals storage totals = _disputes().totals;
        bool convicts;
        unchecked {
            // Seats that revealed are at most those that the bond paid for, and part of all bonds.
            bond.left -= uint96(cost);
            totals.bonds -= uint96(cost);
            totals.jurorFees += uint96(cost);
            convicts = leadingSeats * 3 >= revealed * 2;
        }
        drawn.counted = true;
        record.convicts = convicts;
        record.phase = Phase.Decided;
        emit Decided(disputeId, draw, convicts, drawn.leading, leadingSeats, revealed, cost);
    }

    function _close(uint256 disputeId, Dispute storage record, Outcome outcome) private {
        DisputesStorage storage $ = _disputes();
        (address payer, address node) = (record.payer, record.node);
        (uint256 toPayer, uint256 toNode) = _shares(record, outcome);
        record.phase = Phase.Closed;
        record.outcome = outcome;
        record.bond.left = 0;
        record.appealBond.left = 0;
        delete $.openBetween[payer][node];
        $.totals.bonds -= uint96(toPayer + toNode);
        uint256 slashed = 0;
        if (outcome == Outcome.Convicted) {
            slashed = _slashFrozen(
                IStaking.Slash(node, record.frozen, payer, 0, true, bytes32(disputeId)),
                record.freezeGeneration
            );
        } else {
            _release(node, record.frozen, record.freezeGeneration);
        }
        emit DisputeClosed(disputeId, outcome, toPayer, toNode, slashed);
        if (toPayer > 0) _pay(payer, toPayer);
        if (toNode > 0) _pay(_payoutOf(node), toNode);
    }

    /// @dev Who gets what is left of the bonds. Without a final verdict everybody gets his own back;
    /// with one, the winner gets the part that the loser posted for holding it up.
    function _shares(Dispute storage record, Outcome outcome)
        private
        view
        returns (uint256 toPayer, uint256 toNode)
    {
        Bond memory bond = record.bond;
        Bond memory appealBond = record.appealBond;
        bool byNode = record.appealByNode;
        toPayer = bond.left;
        if (byNode) toNode = appealBond.left;
        else toPayer += appealBond.left;
        if (outcome == Outcome.Acquitted) {
            uint256 part = bond.heldUpPart;
            if (!byNode) part += appealBond.heldUpPart;
            toPayer -= part;
            toNode += part;
        } else if (outcome == Outcome.Convicted && byNode) {
            toNode -= appealBond.heldUpPart;
            toPayer += appealBond.heldUpPart;
        }
    }

    function _appealEnds(uint256 disputeId, Dispute storage record) private view returns (uint256) {
        (,, uint256 revealEnds) = _deadlines(_drawOf(disputeId, record.draw).epoch);
        return revealEnds + (record.draw < FIRST_APPEAL_DRAW ? APPEAL_UNITS * timeUnit : 0);
    }

    function _executableAt(uint256 disputeId, Dispute storage record)
        private
        view
        returns (uint256 moment)
    {
        moment = _appealEnds(disputeId, record);
        if (record.convicts) {
            moment += _parametersOf(record.parametersId).guardianDelay;
        }
    }

    function _isVoid(uint256 epoch) private view returns (bool) {
        (IRandomBeacon.Outcome outcome,) = _valueOf(epoch);
        return outcome == IRandomBeacon.Outcome.Void;
    }
}
