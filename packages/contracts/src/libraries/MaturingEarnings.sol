// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Earnings that wait before they can be withdrawn
/// @notice What a node earned waits by the time unit ("bucket") in which it was collected. Only what
/// has not matured needs to be told apart, and that is the running bucket and the seven before it. So
/// a node has two words for ever, both created by its first collection: collecting touches one, the
/// first collection in a bucket two.
///
/// The account, from the low end: 96 bits of everything held for the node, 96 of that collected in the
/// running bucket, 32 of its number. Only tokens held are counted, so 96 bits hold eight times all
/// DDAI there is, however long a node earns. The lanes, from the low end: seven of 32 bits with what
/// was collected in bucket `newest` and the six before it, rounded up; 32 bits `newest`.
///
/// A lane is a floating-point number, see {_laneUp}. Rounding up what waits can only delay: at most an
/// eight-millionth of it, until its bucket has matured; nothing is lost, the exact sum is in the
/// account. A conviction, which takes what waits, takes as much more.
///
/// `last`, the last bucket that has matured, never falls, and stands still while a dispute holds the
/// node. Where making room for the running bucket would then push one out that has not matured, the
/// running bucket is carried on instead: what was collected from the dispute's first bucket on counts
/// as collected with the latest of it, and what had matured before can always leave. Where a dispute
/// begins in the bucket in which another ended, they count as one.
library MaturingEarnings {
    struct Book {
        mapping(address node => uint256) accounts;
        mapping(address node => uint256) lanes;
    }

    uint256 private constant SUM_MASK = type(uint96).max;
    uint256 private constant RUNNING = 96;
    uint256 private constant BUCKET = 192;
    uint256 private constant LANES = 7;
    uint256 private constant LANE_BITS = 32;
    uint256 private constant LANE_MASK = type(uint32).max;
    uint256 private constant NEWEST = 224;
    uint256 private constant MANTISSA_BITS = 25;

    /// @notice The bucket in which the node last earned, zero if it never did.
    function runningBucket(Book storage book, address node) internal view returns (uint256) {
        return book.accounts[node] >> BUCKET;
    }

    /// @notice Starts a bucket, before the first `add` in it.
    /// @param bucket The present one, later than the running one.
    /// @param last The last that has matured: at most eight before `bucket`, more in a dispute.
    function turn(Book storage book, address node, uint256 bucket, uint256 last) internal {
        uint256 word = book.accounts[node];
        uint256 running = word >> BUCKET;
        uint256 inRunning = word >> RUNNING & SUM_MASK;
        // Whatever came before the running bucket has matured with it, so the lanes can stay.
        if (running <= last) {
            // Nothing to keep, but a node's first collection creates the word.
            if (running == 0) book.lanes[node] = bucket << NEWEST;
            inRunning = 0;
        } else if (running <= last + LANES) {
            uint256 lanes = book.lanes[node];
            lanes <<= LANE_BITS * (running - (lanes >> NEWEST));
            lanes = (lanes | _laneUp(inRunning)) & ((1 << NEWEST) - 1);
            book.lanes[node] = lanes | running << NEWEST;
            inRunning = 0;
        }
        book.accounts[node] = word & SUM_MASK | inRunning << RUNNING | bucket << BUCKET;
    }

    /// @notice Adds to the running bucket.
    function add(Book storage book, address node, uint256 amount) internal {
        unchecked {
            // Backed by tokens held, so far below 96 bits.
            book.accounts[node] += amount | amount << RUNNING;
        }
    }

    /// @notice Takes out what was collected up to and including bucket `last` and has not left.
    function settle(Book storage book, address node, uint256 last)
        internal
        returns (uint256 amount)
    {
        amount = withdrawable(book, node, last);
        book.accounts[node] -= amount;
    }

    /// @notice Takes away what was collected after bucket `last` and has not left.
    function forfeit(Book storage book, address node, uint256 last)
        internal
        returns (uint256 amount)
    {
        uint256 matured = withdrawable(book, node, last);
        amount = held(book, node) - matured;
        // What is left had matured before, whatever the lanes say: bucket zero.
        book.accounts[node] = matured;
    }

    /// @notice Everything collected for the node that has not left.
    function held(Book storage book, address node) internal view returns (uint256) {
        return book.accounts[node] & SUM_MASK;
    }

    function withdrawable(Book storage book, address node, uint256 last)
        internal
        view
        returns (uint256)
    {
        uint256 word = book.accounts[node];
        uint256 sum = word & SUM_MASK;
        if (word >> BUCKET <= last) return sum;
        uint256 waiting = word >> RUNNING & SUM_MASK;
        uint256 lanes = book.lanes[node];
        uint256 newest = lanes >> NEWEST;
        for (uint256 i = 0; i < LANES && newest > last + i; ++i) {
            waiting += _laneValue(lanes >> (LANE_BITS * i) & LANE_MASK);
        }
        return sum > waiting ? sum - waiting : 0;
    }

    /// @dev 25 bits of mantissa and, above them, 7 of exponent: exact below 2^24 wei, and rounded up
    /// by less than one part in 2^23 beyond. The mantissa's top bit is room for rounding up.
    function _laneUp(uint256 amount) private pure returns (uint256) {
        uint256 bits = Math.log2(amount) + 1;
        uint256 exponent = bits < MANTISSA_BITS ? 0 : bits - (MANTISSA_BITS - 1);
        uint256 mantissa = (amount + (1 << exponent) - 1) >> exponent;
        return exponent << MANTISSA_BITS | mantissa;
    }

    function _laneValue(uint256 lane) private pure returns (uint256) {
        return (lane & ((1 << MANTISSA_BITS) - 1)) << (lane >> MANTISSA_BITS);
    }
}
