// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The open epoch's reward units of two work classes, in one word
/// @notice From the low end: 112 bits of the even class, 112 of the odd one, 32 of the open epoch's
/// id. Accruing reads and writes this word and the node's, nothing else; it is never zero, so the
/// first accrual of an epoch costs no more than the next. Units are burned wei, far below 112 bits.
type UnitsPair is uint256;

using {add, epoch, units} for UnitsPair global;

uint256 constant UNITS_BITS = 112;
uint256 constant EPOCH_SHIFT = 224;

/// @param id Below 2^32.
function openPair(uint256 id) pure returns (UnitsPair) {
    return UnitsPair.wrap(id << EPOCH_SHIFT);
}

function add(UnitsPair self, uint256 workClass, uint256 more) pure returns (UnitsPair) {
    unchecked {
        return UnitsPair.wrap(UnitsPair.unwrap(self) + (more << (workClass % 2 * UNITS_BITS)));
    }
}

function epoch(UnitsPair self) pure returns (uint256) {
    return UnitsPair.unwrap(self) >> EPOCH_SHIFT;
}

function units(UnitsPair self, uint256 workClass) pure returns (uint256) {
    return uint112(UnitsPair.unwrap(self) >> (workClass % 2 * UNITS_BITS));
}
