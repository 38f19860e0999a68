// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title What a payer lets a gateway's key spend
/// @notice Kept in whole gwei so that cap, daily limit, expiry and state share one slot, which
/// `collect` reads and writes once. Limits round down and spending rounds up: the payer never pays
/// more than it allowed, at most a gwei a collection less.
library SignerAllowances {
    using SafeCast for uint256;

    enum Status {
        Unknown,
        Authorized,
        Frozen
    }

    /// @param remaining Gwei still collectable without a reservation.
    /// @param daily Gwei of it in one UTC day.
    /// @param spentToday Gwei spent on `day`.
    /// @param moment Unix seconds: the expiry while authorised, the time of the freeze once frozen.
    struct Allowance {
        uint64 remaining;
        uint64 daily;
        uint64 spentToday;
        uint32 moment;
        uint24 day;
        Status status;
    }

    uint256 internal constant UNIT = 1 gwei;

    function authorize(
        Allowance storage self,
        uint256 remaining,
        uint256 daily,
        uint256 expires
    ) internal {
        self.remaining = toUnits(remaining);
        self.daily = toUnits(daily);
        self.moment = expires.toUint32();
        self.status = Status.Authorized;
    }

    function freeze(Allowance storage self) internal {
        self.moment = block.timestamp.toUint32();
        self.status = Status.Frozen;
    }

    /// @notice Wei collectable now without a reservation.
    function limit(Allowance memory self) internal view returns (uint256) {
        if (self.status != Status.Authorized || block.timestamp > self.moment) return 0;
        return Math.min(self.remaining, leftToday(self)) * UNIT;
    }

    /// @notice Gwei that the daily limit leaves today.
    function leftToday(Allowance memory self) internal view returns (uint256) {
        uint256 spent = self.day == today() ? self.spentToday : 0;
        // A limit that the payer lowered below what is spent today leaves nothing.
        return self.daily > spent ? self.daily - spent : 0;
    }

    /// @dev `amount` is within `limit`, so nothing here can underflow.
    function spend(Allowance memory self, uint256 amount) internal view {
        uint64 units = uint64(Math.ceilDiv(amount, UNIT));
        uint24 day = today();
        self.remaining -= units;
        self.spentToday = (self.day == day ? self.spentToday : 0) + units;
        self.day = day;
    }

    /// @notice Whole gwei of `amount`; what is beyond 2^64 gwei is more than all DDAI that exists.
    function toUnits(uint256 amount) internal pure returns (uint64) {
        return uint64(Math.min(amount / UNIT, type(uint64).max));
    }

    function today() internal view returns (uint24) {
        return uint24(block.timestamp / 1 days);
    }
}
