// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDisputeManager} from "../interfaces/IDisputeManager.sol";
import {IRandomBeacon} from "../interfaces/IRandomBeacon.sol";
import {IStaking} from "../interfaces/IStaking.sol";
import {JuryLottery} from "../libraries/JuryLottery.sol";
import {DisputesBase} from "./DisputesBase.sol";

/// @title What jurors do: claim seats, commit, reveal, get paid
/// @notice A draw's jurors have their deadlines and duties whatever becomes of the dispute meanwhile.
abstract contract JuryDuty is DisputesBase {
    /// @inheritdoc IDisputeManager
    function postKeys(uint256 disputeId, bytes calldata wrappedKeys) external {
        _requirePayer(_record(disputeId).payer);
        _requireSize(wrappedKeys);
        emit KeysPosted(disputeId, wrappedKeys);
    }

    /// @inheritdoc IDisputeManager
    function claimSeats(uint256 disputeId, uint256[] calldata tickets, bytes32 publicKey)
        external
        returns (uint256 seats)
    {
        Dispute storage record = _record(disputeId);
        _requirePhase(disputeId, record, Phase.Jury);
        if (msg.sender == record.payer || msg.sender == record.node) {
            revert DisputeManagerPartyOfDispute(disputeId, msg.sender);
        }
        uint256 draw = record.draw;
        DrawRecord storage drawn = _drawOf(disputeId, draw);
        (uint256 claimEnds,,) = _deadlines(drawn.epoch);
        _requireBefore(disputeId, claimEnds);
        Seat storage seat = drawn.jurors[msg.sender];
        _requireDuty(disputeId, draw, msg.sender, seat, Duty.None);

        uint256 taken = drawn.seats;
        uint256 left = _seatLimit(draw) - taken;
        seats = Math.min(tickets.length, left);
        if (seats == 0) revert DisputeManagerNoSeat(disputeId, draw, tickets.length, left);
        _requireDrawn(disputeId, record, drawn.epoch, tickets, seats);

        drawn.seats = uint16(taken + seats);
        seat.seats = uint16(seats);
        seat.duty = Duty.Claimed;
        seat.freezeGeneration =
            _freeze(msg.sender, seats * _parametersOf(record.parametersId).jurorPenalty);
        emit SeatsClaimed(disputeId, draw, msg.sender, seats, publicKey);
    }

    /// @inheritdoc IDisputeManager
    function commitVerdict(uint256 disputeId, bytes32 commitment) external {
        uint256 draw = _record(disputeId).draw;
        DrawRecord storage drawn = _drawOf(disputeId, draw);
        Seat storage seat = drawn.jurors[msg.sender];
        _requireDuty(disputeId, draw, msg.sender, seat, Duty.Claimed);
        (, uint256 commitEnds,) = _deadlines(drawn.epoch);
        _requireBefore(disputeId, commitEnds);
        seat.word = commitment;
        seat.duty = Duty.Committed;
        emit VerdictCommitted(disputeId, draw, msg.sender, commitment);
    }

    /// @inheritdoc IDisputeManager
    function revealVerdict(uint256 disputeId, uint256 draw, bytes32 resultHash, bytes32 salt)
        external
    {
        DrawRecord storage drawn = _drawOf(disputeId, draw);
        Seat storage seat = drawn.jurors[msg.sender];
        _requireDuty(disputeId, draw, msg.sender, seat, Duty.Committed);
        (, uint256 commitEnds, uint256 revealEnds) = _deadlines(drawn.epoch);
        _requireSince(disputeId, commitEnds);
        _requireBefore(disputeId, revealEnds);
        if (seat.word != keccak256(abi.encode(disputeId, draw, msg.sender, resultHash, salt))) {
            revert DisputeManagerWrongReveal(disputeId, draw, msg.sender);
        }
        Dispute storage record = _record(disputeId);
        uint256 seats = seat.seats;
        seat.word = resultHash;
        seat.duty = Duty.Revealed;
        uint256 agreeing;
        unchecked {
            // At most the seats that a bond pays for.
            agreeing = drawn.seatsFor[resultHash] + seats;
            drawn.revealed += uint16(seats);
        }
        drawn.seatsFor[resultHash] = agreeing;
        bool contradicts = resultHash != record.resultHash && resultHash != UNAVAILABLE;
        if (contradicts && agreeing > drawn.leadingSeats) {
            drawn.leading = resultHash;
            drawn.leadingSeats = uint16(agreeing);
        }
        emit VerdictRevealed(disputeId, draw, msg.sender, resultHash, seats);
        uint256 penalty = seats * _parametersOf(record.parametersId).jurorPenalty;
        _release(msg.sender, penalty, seat.freezeGeneration);
    }

    /// @inheritdoc IDisputeManager
    function penalizeJuror(uint256 disputeId, uint256 draw, address juror)
        external
        nonReentrant
        returns (uint256 taken)
    {
        DrawRecord storage drawn = _drawOf(disputeId, draw);
        Seat storage seat = drawn.jurors[juror];
        if (seat.duty != Duty.Claimed && seat.duty != Duty.Committed) {
            revert DisputeManagerWrongDuty(disputeId, draw, juror, seat.duty);
        }
        (,, uint256 revealEnds) = _deadlines(drawn.epoch);
        _requireSince(disputeId, revealEnds);
        seat.duty = Duty.Penalized;
        uint256 penalty = seat.seats * _parametersOf(_record(disputeId).parametersId).jurorPenalty;
        if (_held(juror) == 0) {
            // Another fault took everything first; what is left to do is to let go.
            _release(juror, penalty, seat.freezeGeneration);
        } else {
            taken = _slashFrozen(
                IStaking.Slash(juror, penalty, msg.sender, 0, false, bytes32(disputeId)),
                seat.freezeGeneration
            );
        }
        emit JurorPenalized(disputeId, draw, juror, taken);
    }

    /// @inheritdoc IDisputeManager
    function claimJurorFee(uint256 disputeId, uint256 draw, address juror)
        external
        nonReentrant
        returns (uint256 amount)
    {
        DrawRecord storage drawn = _drawOf(disputeId, draw);
        if (!drawn.counted) revert DisputeManagerNotCounted(disputeId, draw);
        Seat storage seat = drawn.jurors[juror];
        _requireDuty(disputeId, draw, juror, seat, Duty.Revealed);
        seat.duty = Duty.Settled;
        Dispute storage record = _record(disputeId);
        amount = seat.seats * _parametersOf(record.parametersId).jurorFee;
        _disputes().totals.jurorFees -= uint96(amount);
        address to = juror;
        if (drawn.seatsFor[seat.word] * 3 < drawn.revealed) {
            to = draw >= FIRST_APPEAL_DRAW && record.appealByNode
                ? _payoutOf(record.node)
                : record.payer;
        }
        emit JurorFeePaid(disputeId, draw, juror, to, amount);
        _pay(to, amount);
    }

    /// @inheritdoc IDisputeManager
    function ticketsOf(uint256 disputeId, address juror) public view returns (uint256) {
        Dispute storage record = _record(disputeId);
        if (record.phase == Phase.None) return 0;
        return IVotes(address(staking)).getPastVotes(juror, record.openedAt - 1)
            / _parametersOf(record.parametersId).ticketSize;
    }

    /// @dev Ascending, so that none counts twice.
    function _requireDrawn(
        uint256 disputeId,
        Dispute storage record,
        uint256 epoch,
        uint256[] calldata tickets,
        uint256 seats
    ) private view {
        (IRandomBeacon.Outcome outcome, bytes32 value) = _valueOf(epoch);
        if (outcome != IRandomBeacon.Outcome.Complete) {
            revert DisputeManagerNoValueYet(disputeId, epoch);
        }
        uint256 held = ticketsOf(disputeId, msg.sender);
        uint256 draw = record.draw;
        uint256 below = JuryLottery.threshold(record.tickets, _meanSeats(draw));
        uint256 least = 0;
        for (uint256 i = 0; i < seats; ++i) {
            uint256 ticket = tickets[i];
            if (
                ticket < least || ticket >= held
                    || !JuryLottery.wins(value, disputeId, draw, msg.sender, ticket, below)
            ) revert DisputeManagerNotDrawn(msg.sender, ticket);
            least = ticket + 1;
        }
    }

    function _requireDuty(
        uint256 disputeId,
        uint256 draw,
        address juror,
        Seat storage seat,
        Duty expected
    ) private view {
        if (seat.duty != expected) {
            revert DisputeManagerWrongDuty(disputeId, draw, juror, seat.duty);
        }
    }

    /// @dev A node's money goes to its payout address and nowhere else.
    function _payoutOf(address node) internal view returns (address) {
        return nodeRegistry.payoutFor(node, node);
    }
}
