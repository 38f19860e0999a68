// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a payer lets a gateway's key spend, in one word
/// @notice From the low end: 64 bits remaining gwei, 64 daily limit, 64 spent on `day`, 32 moment
/// (the expiry while authorised, the time of the freeze once frozen), 24 day, 8 status. Gwei, so that
/// `collect` reads and writes one slot; limits round down and spending rounds up, so the payer never
/// pays more than it allowed, at most a gwei a collection less.
type Allowance is uint256;

library SignerAllowances {
    uint256 internal constant UNIT = 1 gwei;
    uint256 internal constant UNKNOWN = 0;
    uint256 internal constant AUTHORIZED = 1;
    uint256 internal constant FROZEN = 2;

    uint256 private constant MASK = type(uint64).max;
    uint256 private constant DAILY = 64;
    uint256 private constant SPENT = 128;
    uint256 private constant MOMENT = 192;
    uint256 private constant DAY = 224;
    uint256 private constant STATUS = 248;

    /// @notice `self` with new limits; what was spent today still counts.
    /// @param expires Unix seconds, below 2^32.
    function authorize(Allowance self, uint256 cap, uint256 daily, uint256 expires)
        internal
        pure
        returns (Allowance)
    {
        uint256 spending =
            Allowance.unwrap(self) & (MASK << SPENT | uint256(type(uint24).max) << DAY);
        return Allowance.wrap(
            spending | toUnits(cap) | toUnits(daily) << DAILY | expires << MOMENT | AUTHORIZED
                << STATUS
        );
    }

    function freeze(Allowance self) internal view returns (Allowance) {
        uint256 kept = Allowance.unwrap(self) & ~(uint256(type(uint32).max) << MOMENT);
        kept &= ~(uint256(type(uint8).max) << STATUS);
        return Allowance.wrap(kept | uint256(uint32(block.timestamp)) << MOMENT | FROZEN << STATUS);
    }

    /// @notice Wei collectable now without a reservation.
    function limit(Allowance self) internal view returns (uint256) {
        unchecked {
            // No field is wider than 64 bits.
            uint256 word = Allowance.unwrap(self);
            if (word >> STATUS != AUTHORIZED) return 0;
            if (block.timestamp > (word >> MOMENT & type(uint32).max)) return 0;
            uint256 left = word & MASK;
            uint256 today = leftToday(self);
            return (left < today ? left : today) * UNIT;
        }
    }

    /// @notice `self` after spending `amount` wei, which must be within `limit`.
    function spend(Allowance self, uint256 amount) internal view returns (Allowance) {
        unchecked {
            // Within the limit, so no field can borrow from or carry into its neighbour.
            uint256 units = (amount + UNIT - 1) / UNIT;
            uint256 word = Allowance.unwrap(self) - units;
            uint256 day = today_();
            if (word >> DAY & type(uint24).max == day) {
                return Allowance.wrap(word + (units << SPENT));
            }
            word &= ~(MASK << SPENT | uint256(type(uint24).max) << DAY);
            return Allowance.wrap(word | units << SPENT | day << DAY);
        }
    }

    /// @notice Gwei that the daily limit leaves today; nothing once it was lowered below today's
    /// spending.
    function leftToday(Allowance self) internal view returns (uint256) {
        unchecked {
            uint256 word = Allowance.unwrap(self);
            uint256 daily = word >> DAILY & MASK;
            if (word >> DAY & type(uint24).max != today_()) return daily;
            uint256 spent = word >> SPENT & MASK;
            return daily > spent ? daily - spent : 0;
        }
    }

    /// @notice Gwei still collectable without a reservation.
    function remaining(Allowance self) internal pure returns (uint256) {
        return Allowance.unwrap(self) & MASK;
    }

    /// @notice Gwei collectable without a reservation in one UTC day.
    function dailyLimit(Allowance self) internal pure returns (uint256) {
        return Allowance.unwrap(self) >> DAILY & MASK;
    }

    /// @notice Unix seconds: the expiry of an authorised key, the end of a frozen one.
    function moment(Allowance self) internal pure returns (uint256) {
        return Allowance.unwrap(self) >> MOMENT & type(uint32).max;
    }

    function status(Allowance self) internal pure returns (uint256) {
        return Allowance.unwrap(self) >> STATUS;
    }

    /// @notice Whole gwei of `amount`; what is beyond 2^64 gwei is more than all DDAI that exists.
    function toUnits(uint256 amount) internal pure returns (uint256) {
        uint256 units = amount / UNIT;
        return units > MASK ? MASK : units;
    }

    function today_() private view returns (uint256) {
        unchecked {
            return block.timestamp / 1 days;
        }
    }
}
