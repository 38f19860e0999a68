// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a collection must know of a payer, in one word
/// @notice From the low end: 96 bits of balance (everything held, reserved and thawing included), 96
/// of what is reserved, 48 of the active tier lock in whole DDAI. 96 bits hold eight times all DDAI
/// there is.
type PayerFunds is uint256;

using {balance, less, reserved, tierLock, withSums, withTierLock} for PayerFunds global;

uint256 constant LOCK_UNIT = 1e18;
uint256 constant RESERVED_SHIFT = 96;
uint256 constant LOCK_SHIFT = 192;

function balance(PayerFunds self) pure returns (uint256) {
    return uint96(PayerFunds.unwrap(self));
}

function reserved(PayerFunds self) pure returns (uint256) {
    return uint96(PayerFunds.unwrap(self) >> RESERVED_SHIFT);
}

/// @return Whole DDAI.
function tierLock(PayerFunds self) pure returns (uint256) {
    return PayerFunds.unwrap(self) >> LOCK_SHIFT;
}

/// @notice `self` with `amount` less, which must not be reserved.
function less(PayerFunds self, uint256 amount) pure returns (PayerFunds) {
    unchecked {
        // The balance is the low end, and never falls below zero.
        assert(reserved(self) + amount <= balance(self));
        return PayerFunds.wrap(PayerFunds.unwrap(self) - amount);
    }
}

/// @dev Asserted once here, so that no sum can ever spill into its neighbour.
function withSums(PayerFunds self, uint256 newBalance, uint256 newReserved)
    pure
    returns (PayerFunds)
{
    assert(newReserved <= newBalance && newBalance <= type(uint96).max);
    uint256 kept = PayerFunds.unwrap(self) >> LOCK_SHIFT << LOCK_SHIFT;
    return PayerFunds.wrap(kept | newReserved << RESERVED_SHIFT | newBalance);
}

/// @param lock Wei; rounded down, and no lock reaches 2^48 DDAI.
function withTierLock(PayerFunds self, uint256 lock) pure returns (PayerFunds) {
    uint256 sums = PayerFunds.unwrap(self) & ((1 << LOCK_SHIFT) - 1);
    return PayerFunds.wrap(sums | lock / LOCK_UNIT << LOCK_SHIFT);
}
