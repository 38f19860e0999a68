// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What the escrow owes beside payers' balances, in one word
/// @notice From the low end: 96 bits of nodes' earnings, 96 of what is set aside to burn, 64 of
/// untaken fees in gwei. Every collection changes all three, so they share a slot; all are backed by
/// tokens held, and 96 bits hold eight times all DDAI there is.
type EscrowTotals is uint256;

using {add, maturing, setAside, untakenGwei, less} for EscrowTotals global;

uint256 constant SET_ASIDE_SHIFT = 96;
uint256 constant UNTAKEN_SHIFT = 192;

/// @dev No field can carry into the next, see above.
function add(EscrowTotals self, uint256 net, uint256 burned, uint256 untaken)
    pure
    returns (EscrowTotals)
{
    unchecked {
        return EscrowTotals.wrap(
            EscrowTotals.unwrap(self) + net + (burned << SET_ASIDE_SHIFT)
                + (untaken << UNTAKEN_SHIFT)
        );
    }
}

/// @dev Each part is at most what its field holds; checked, because all is lost if it is not.
function less(EscrowTotals self, uint256 net, uint256 burned, uint256 untaken)
    pure
    returns (EscrowTotals)
{
    assert(net <= maturing(self) && burned <= setAside(self) && untaken <= untakenGwei(self));
    return EscrowTotals.wrap(
        EscrowTotals.unwrap(self) - net - (burned << SET_ASIDE_SHIFT) - (untaken << UNTAKEN_SHIFT)
    );
}

function maturing(EscrowTotals self) pure returns (uint256) {
    return uint96(EscrowTotals.unwrap(self));
}

function setAside(EscrowTotals self) pure returns (uint256) {
    return uint96(EscrowTotals.unwrap(self) >> SET_ASIDE_SHIFT);
}

function untakenGwei(EscrowTotals self) pure returns (uint256) {
    return EscrowTotals.unwrap(self) >> UNTAKEN_SHIFT;
}
