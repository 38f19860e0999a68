// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBeaconSeats} from "../interfaces/IBeaconSeats.sol";
import {Checkpoints} from "./Checkpoints.sol";

/// @title Who sits in the beacon in which epoch
/// @notice A round is written down by the first call in its epoch, out of the last one written down.
/// Between the two everybody still on the list was due in the first epoch and failed it; afterwards
/// nobody was left, and those epochs have no seats. A refill takes effect in the epoch after the
/// call, so that nobody is due without having had half an epoch to commit.
abstract contract SeatRounds is IBeaconSeats, Checkpoints {
    struct SeatList {
        address[] operators;
        uint96 stake;
    }

    struct RoundRecord {
        uint32 list;
        uint16 required;
        uint16 committed;
        uint16 revealed;
        uint16 reported;
    }

    /// @dev `epoch` is the last round written down; `list` is in office from epoch `from` on.
    struct Seats {
        uint32 epoch;
        uint32 list;
        uint32 from;
    }

    /// @custom:storage-location erc7201:ddai.storage.RandomBeacon
    struct BeaconStorage {
        Seats seats;
        uint96 seatStake;
        mapping(uint256 list => SeatList) lists;
        mapping(uint256 epoch => RoundRecord) rounds;
        mapping(uint256 epoch => mapping(uint256 seat => bytes32)) commitments;
        mapping(uint256 epoch => bytes32) mixes;
        mapping(uint256 word => uint256) complete;
    }

    /// @dev ERC-7201 of "ddai.storage.RandomBeacon".
    bytes32 private constant BEACON_SLOT =
        0x7c867a01158ac46cf1dc3597bdf139684769b3d80748c912109eae62b4403000;
    uint256 internal constant MAX_SEATS = 16;
    uint256 internal constant MIN_SEATS = 4;

    /// @dev Returns the running epoch's round, which it writes down if it is not yet.
    function _openRound(BeaconStorage storage $) internal returns (RoundRecord storage round) {
        uint256 epoch = _beaconEpoch();
        round = $.rounds[epoch];
        Seats memory seats = $.seats;
        if (seats.epoch == epoch) return round;

        RoundRecord storage last = $.rounds[seats.epoch];
        (uint32 list, uint16 due) = _dueAfter($, seats, last);
        if (due != 0 && epoch > uint256(seats.epoch) + 1) {
            // Nobody came in the epoch in which they were due.
            _write($, uint256(seats.epoch) + 1, list, due);
            due = 0;
        }
        due = _stillBonded($, list, due);
        if (_bits(due) < MIN_SEATS) due = 0;
        _write($, epoch, list, due);
        $.seats.epoch = uint32(epoch);
        if (due == 0 || (_isComplete(last) && _hasRoom($, list, due))) _refill($, epoch + 1);
    }

    function _isComplete(RoundRecord storage round) internal view returns (bool) {
        return round.required != 0 && round.revealed == round.required;
    }

    function _beaconEpoch() internal view returns (uint256) {
        return block.timestamp / _beaconLength;
    }

    function _write(BeaconStorage storage $, uint256 epoch, uint32 list, uint16 due) private {
        $.rounds[epoch].list = list;
        $.rounds[epoch].required = due;
        emit BeaconRoundOpened(epoch, list, due);
    }

    /// @dev The validators with most weight and enough stake, at most 16; none if fewer than 4.
    function _refill(BeaconStorage storage $, uint256 from) private {
        uint256 minimum = $.seatStake;
        (address[] memory chosen, uint256 count) = _heaviest(minimum);
        if (count < MIN_SEATS) return;
        assembly ("memory-safe") {
            mstore(chosen, count)
        }
        uint32 list = $.seats.list + 1;
        $.lists[list] = SeatList(chosen, uint96(minimum));
        ($.seats.list, $.seats.from) = (list, uint32(from));
        emit SeatsFilled(list, from, chosen, minimum);
    }

    /// @dev Who is due in the epoch after the last round written down.
    function _dueAfter(BeaconStorage storage $, Seats memory seats, RoundRecord storage last)
        private
        view
        returns (uint32 list, uint16 due)
    {
        if (seats.list == 0) return (0, 0);
        uint16 survivors = last.required & last.revealed;
        if (seats.from != uint256(seats.epoch) + 1) {
            return (last.list, _bits(survivors) < MIN_SEATS ? 0 : survivors);
        }
        // A new list begins, without those of it that failed meanwhile.
        list = seats.list;
        address[] memory operators = $.lists[list].operators;
        address[] memory former = $.lists[last.list].operators;
        uint16 failed = last.required & ~last.revealed;
        for (uint256 seat = 0; seat < operators.length; ++seat) {
            bool lost = false;
            for (uint256 i = 0; i < former.length && failed != 0; ++i) {
                if (failed >> i & 1 == 1 && former[i] == operators[seat]) lost = true;
            }
            if (!lost) due |= uint16(1 << seat);
        }
        if (_bits(due) < MIN_SEATS) due = 0;
    }

    /// @dev Without those that thawed or lost their stake before the epoch was written down.
    function _stillBonded(BeaconStorage storage $, uint32 list, uint16 due)
        private
        view
        returns (uint16 bonded)
    {
        if (due == 0) return 0;
        address[] memory operators = $.lists[list].operators;
        uint256 minimum = $.lists[list].stake;
        for (uint256 seat = 0; seat < operators.length; ++seat) {
            if (due >> seat & 1 == 0) continue;
            if (staking.collateralOf(operators[seat]) >= minimum) bonded |= uint16(1 << seat);
        }
    }

    /// @dev Whether a complete epoch has lost seats to give back, or fewer seats than validators.
    function _hasRoom(BeaconStorage storage $, uint32 list, uint16 due)
        private
        view
        returns (bool)
    {
        uint256 seats = $.lists[list].operators.length;
        uint256 taken = _bits(due);
        return taken < seats || (taken < MAX_SEATS && taken < _checkpoints().head.size);
    }

    /// @dev Insertion into a list of 16, heaviest first: at most 64 times 16 steps.
    function _heaviest(uint256 minimum)
        private
        view
        returns (address[] memory chosen, uint256 count)
    {
        CheckpointStorage storage $ = _checkpoints();
        chosen = new address[](MAX_SEATS);
        uint256[] memory weights = new uint256[](MAX_SEATS);
        uint256 slots = $.head.slots;
        for (uint256 slot = 0; slot < slots; ++slot) {
            Member storage member = $.members[slot];
            (uint256 weight, address operator) = (member.weight, member.operator);
            if (weight == 0 || weight <= weights[MAX_SEATS - 1]) continue;
            if (staking.collateralOf(operator) < minimum) continue;
            if (count < MAX_SEATS) ++count;
            uint256 place = count - 1;
            for (; place > 0 && weights[place - 1] < weight; --place) {
                (weights[place], chosen[place]) = (weights[place - 1], chosen[place - 1]);
            }
            (weights[place], chosen[place]) = (weight, operator);
        }
    }

    function _bits(uint16 mask) private pure returns (uint256 count) {
        for (uint256 rest = mask; rest != 0; rest &= rest - 1) {
            ++count;
        }
    }

    function _beacon() internal pure returns (BeaconStorage storage $) {
        bytes32 slot = BEACON_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
