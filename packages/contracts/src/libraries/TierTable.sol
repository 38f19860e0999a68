// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Up to four tiers in one word
/// @notice Tier t (1 to 4) occupies 64 bits: 48 of lock in whole DDAI, 16 of discount in basis
/// points. Tiers ascend; an unused place is zero.
library TierTable {
    uint256 internal constant MAX_TIERS = 4;
    uint256 internal constant LOCK_UNIT = 1e18;
    uint256 private constant ENTRY_BITS = 64;

    function pack(uint256 table, uint256 index, uint256 lock, uint256 discountBps)
        internal
        pure
        returns (uint256)
    {
        return table | ((lock / LOCK_UNIT << 16 | discountBps) << (index * ENTRY_BITS));
    }

    /// @return lock Wei needed, zero when the place is unused. @return discountBps Its discount.
    function entry(uint256 table, uint256 index)
        internal
        pure
        returns (uint256 lock, uint256 discountBps)
    {
        uint256 word = uint64(table >> (index * ENTRY_BITS));
        return ((word >> 16) * LOCK_UNIT, uint16(word));
    }

    /// @return tier The highest tier that `locked` reaches, 0 if none. @return discountBps Its
    /// discount.
    function tierFor(uint256 table, uint256 locked)
        internal
        pure
        returns (uint256 tier, uint256 discountBps)
    {
        for (uint256 index = MAX_TIERS; index > 0; --index) {
            (uint256 lock, uint256 discount) = entry(table, index - 1);
            if (lock != 0 && locked >= lock) return (index, discount);
        }
    }
}
