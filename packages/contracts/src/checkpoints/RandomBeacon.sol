// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBeaconSeats} from "../interfaces/IBeaconSeats.sol";
import {IRandomBeacon} from "../interfaces/IRandomBeacon.sol";
import {RuleSlash} from "../libraries/RuleSlash.sol";
import {SeatRounds} from "./SeatRounds.sol";

/// @title Commits, reveals, the value, and what a missing one costs
/// @notice See {IBeaconSeats} for the bound on bias. A value mixes every secret, each hashed with its
/// seat and epoch, so that equal secrets do not cancel; a commitment binds seat, epoch, chain and
/// contract, so that none can be copied or used again.
abstract contract RandomBeacon is SeatRounds {
    uint256 private constant NO_COMMIT_PART = 10;
    uint256 private constant MIN_SEAT_STAKE = 1_000e18;
    uint256 private constant MAX_SEAT_STAKE = 10_000_000e18;

    /// @inheritdoc IBeaconSeats
    function commitRandom(uint256 seat, bytes32 commitment) external {
        (uint256 epoch, bool secondHalf) = _moment();
        if (secondHalf) revert BeaconNotInCommitHalf(epoch);
        if (commitment == bytes32(0)) revert BeaconZeroCommitment();
        BeaconStorage storage $ = _beacon();
        RoundRecord storage round = _openRound($);
        address operator = _requireSeat($, round, epoch, seat);
        if (round.committed & (1 << seat) != 0) revert BeaconAlreadyCommitted(epoch, seat);
        uint256 collateral = staking.collateralOf(operator);
        uint256 atStake = $.lists[round.list].stake;
        if (collateral < atStake) revert BeaconStakeBelowSeat(operator, collateral, atStake);
        round.committed |= uint16(1 << seat);
        $.commitments[epoch][seat] = commitment;
        emit RandomCommitted(epoch, seat, commitment);
    }

    /// @inheritdoc IBeaconSeats
    function revealRandom(uint256 seat, bytes32 secret) external {
        (uint256 epoch, bool secondHalf) = _moment();
        if (!secondHalf) revert BeaconNotInRevealHalf(epoch);
        BeaconStorage storage $ = _beacon();
        RoundRecord storage round = $.rounds[epoch];
        address operator = _requireSeat($, round, epoch, seat);
        uint16 bit = uint16(1 << seat);
        if (round.committed & bit == 0) revert BeaconNotCommitted(epoch, seat);
        if (round.revealed & bit != 0) revert BeaconAlreadyRevealed(epoch, seat);
        if (randomCommitment(secret, operator, epoch) != $.commitments[epoch][seat]) {
            revert BeaconWrongSecret(epoch, seat);
        }
        round.revealed |= bit;
        bytes32 mix = $.mixes[epoch] ^ keccak256(abi.encode(secret, operator, epoch));
        $.mixes[epoch] = mix;
        emit RandomRevealed(epoch, seat, secret);
        if (_isComplete(round)) {
            $.complete[epoch / 256] |= 1 << (epoch % 256);
            emit RandomCompleted(epoch, _valueOf(mix, epoch));
        }
    }

    /// @inheritdoc IBeaconSeats
    function rollSeats() external {
        _openRound(_beacon());
    }

    /// @inheritdoc IBeaconSeats
    function reportSeat(uint256 epoch, uint256 seat) external {
        (uint256 current,) = _moment();
        if (epoch >= current) revert BeaconEpochRunning(epoch);
        BeaconStorage storage $ = _beacon();
        // An epoch that nobody touched is written down here.
        _openRound($);
        RoundRecord storage round = $.rounds[epoch];
        if (seat >= MAX_SEATS) revert BeaconNoSeat(epoch, seat);
        uint16 bit = uint16(1 << seat);
        if (round.required & bit == 0) revert BeaconNoSeat(epoch, seat);
        if (round.revealed & bit != 0) revert BeaconSeatFaultless(epoch, seat);
        if (round.reported & bit != 0) revert BeaconAlreadyReported(epoch, seat);
        round.reported |= bit;
        bool withheld = round.committed & bit != 0;
        SeatList storage list = $.lists[round.list];
        address operator = list.operators[seat];
        uint256 amount = withheld ? list.stake : list.stake / NO_COMMIT_PART;
        emit SeatReported(epoch, seat, operator, withheld);
        RuleSlash.take(staking, operator, amount, false, keccak256(abi.encode("seat", epoch, seat)));
    }

    /// @inheritdoc IBeaconSeats
    function setSeatStake(uint256 amount) external onlyTimelock {
        _setSeatStake(amount);
    }

    /// @inheritdoc IRandomBeacon
    function beaconEpochLength() external view returns (uint256) {
        return _beaconLength;
    }

    /// @inheritdoc IRandomBeacon
    function beaconEpoch() external view returns (uint256) {
        return _beaconEpoch();
    }

    /// @inheritdoc IRandomBeacon
    /// @dev That of the seats in office; the DAO's figure before there are any.
    function seatStake() external view returns (uint256) {
        BeaconStorage storage $ = _beacon();
        uint256 inOffice = $.lists[$.seats.list].stake;
        return inOffice == 0 ? $.seatStake : inOffice;
    }

    /// @inheritdoc IRandomBeacon
    function randomAt(uint256 epoch) external view returns (Outcome outcome, bytes32 value) {
        BeaconStorage storage $ = _beacon();
        if ($.complete[epoch / 256] >> (epoch % 256) & 1 == 1) {
            return (Outcome.Complete, _valueOf($.mixes[epoch], epoch));
        }
        (uint256 current, bool secondHalf) = _moment();
        if (epoch > current) return (Outcome.Pending, 0);
        if (epoch < current) return (Outcome.Void, 0);
        RoundRecord storage round = $.rounds[epoch];
        // Who has not committed by half-time never will; a round without seats has nobody to wait for.
        bool missing = secondHalf
            ? round.required == 0 || round.committed != round.required
            : $.seats.epoch == epoch && round.required == 0;
        return (missing ? Outcome.Void : Outcome.Pending, 0);
    }

    /// @inheritdoc IBeaconSeats
    function beaconRound(uint256 epoch) external view returns (Round memory) {
        BeaconStorage storage $ = _beacon();
        RoundRecord storage round = $.rounds[epoch];
        return Round({
            operators: $.lists[round.list].operators,
            required: round.required,
            committed: round.committed,
            revealed: round.revealed,
            reported: round.reported,
            stake: $.lists[round.list].stake
        });
    }

    /// @inheritdoc IBeaconSeats
    function completeEpochs(uint256 word) external view returns (uint256) {
        return _beacon().complete[word];
    }

    /// @inheritdoc IBeaconSeats
    function randomCommitment(bytes32 secret, address operator, uint256 epoch)
        public
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(secret, operator, epoch, block.chainid, address(this)));
    }

    function _setSeatStake(uint256 amount) internal {
        _requireBounds("seatStake", amount, MIN_SEAT_STAKE, MAX_SEAT_STAKE);
        _beacon().seatStake = uint96(amount);
        emit SeatStakeSet(amount);
    }

    /// @dev Operator of a required seat; the caller must be it or its signer.
    function _requireSeat(
        BeaconStorage storage $,
        RoundRecord storage round,
        uint256 epoch,
        uint256 seat
    ) private view returns (address operator) {
        if (seat >= MAX_SEATS || round.required & (1 << seat) == 0) {
            revert BeaconNoSeat(epoch, seat);
        }
        operator = $.lists[round.list].operators[seat];
        // Reverts for anybody else.
        if (msg.sender != operator) nodeRegistry.payoutFor(operator, msg.sender);
    }

    function _moment() private view returns (uint256 epoch, bool secondHalf) {
        return (_beaconEpoch(), block.timestamp % _beaconLength >= _beaconLength / 2);
    }

    function _valueOf(bytes32 mix, uint256 epoch) private pure returns (bytes32) {
        return keccak256(abi.encode(mix, epoch));
    }
}
