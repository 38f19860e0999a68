// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Earnings that wait before they can be withdrawn
/// @notice A node's earnings are one growing sum with a mark per time bucket in which it grew, so
/// collecting touches one slot, a new bucket two, and what has matured is found by binary search:
/// no list is ever walked, however long a node lets its earnings lie.
///
/// An account is one word, from the low end: 96 bits collected (forfeits deducted), 96 settled, 32
/// bucket in which `collected` last grew, 32 number of marks ever made. A mark is the sum at the end
/// of an earlier bucket: 96 bits sum, 32 bucket; two marks share a word. 96 bits hold eight times all
/// DDAI there is.
///
/// The last 40 marks are kept, in a ring: a node's storage stops growing, and writing over an old mark
/// costs a quarter of a new word. A mark is needed until its bucket has matured, 5 to 7 buckets later,
/// and 30 more while a dispute holds the node. Where disputes followed on each other without a gap for
/// longer, what had matured before the first reads as not yet matured until they end.
library MaturingEarnings {
    struct Book {
        mapping(address node => uint256) accounts;
        mapping(address node => mapping(uint256 pair => uint256)) marks;
    }

    uint256 private constant SUM_MASK = type(uint96).max;
    uint256 private constant BUCKET_MASK = type(uint32).max;
    uint256 private constant SETTLED = 96;
    uint256 private constant BUCKET = 192;
    uint256 private constant MARKS = 224;
    uint256 private constant MARK_BITS = 128;
    uint256 private constant RING = 40;

    function add(Book storage book, address node, uint256 amount, uint256 bucket) internal {
        uint256 word = book.accounts[node];
        unchecked {
            uint256 last = word >> BUCKET & BUCKET_MASK;
            if (last != bucket) {
                uint256 collected_ = word & SUM_MASK;
                uint256 count = word >> MARKS;
                // Settled sums need no mark: nothing before now will ever be looked up again.
                if (collected_ != word >> SETTLED & SUM_MASK) {
                    _writeMark(book.marks[node], count, collected_ | last << 96);
                    ++count;
                }
                word = word & ((1 << BUCKET) - 1) | bucket << BUCKET | count << MARKS;
            }
            // Backed by tokens held, so far below 96 bits.
            book.accounts[node] = word + amount;
        }
    }

    /// @notice Takes out what was collected up to and including bucket `last` and has not left.
    function settle(Book storage book, address node, uint256 last)
        internal
        returns (uint256 amount)
    {
        amount = withdrawable(book, node, last);
        book.accounts[node] += amount << SETTLED;
    }

    /// @notice Takes away what was collected after bucket `last` and has not left.
    function forfeit(Book storage book, address node, uint256 last)
        internal
        returns (uint256 amount)
    {
        amount = forfeitable(book, node, last);
        // What is left had matured before, whatever the marks say: bucket zero.
        book.accounts[node] = (book.accounts[node] - amount) & ~(BUCKET_MASK << BUCKET);
    }

    function collected(Book storage book, address node) internal view returns (uint256) {
        return book.accounts[node] & SUM_MASK;
    }

    function settled(Book storage book, address node) internal view returns (uint256) {
        return book.accounts[node] >> SETTLED & SUM_MASK;
    }

    function withdrawable(Book storage book, address node, uint256 last)
        internal
        view
        returns (uint256)
    {
        uint256 matured = _collectedUntil(book, node, last);
        uint256 gone = settled(book, node);
        return matured > gone ? matured - gone : 0;
    }

    function forfeitable(Book storage book, address node, uint256 last)
        internal
        view
        returns (uint256)
    {
        uint256 matured = _collectedUntil(book, node, last);
        uint256 gone = settled(book, node);
        return collected(book, node) - (matured > gone ? matured : gone);
    }

    /// @dev The sum at the end of bucket `last`. Lower than the truth only where it had already been
    /// settled, which callers compare it with.
    function _collectedUntil(Book storage book, address node, uint256 last)
        private
        view
        returns (uint256)
    {
        uint256 word = book.accounts[node];
        if (word >> BUCKET & BUCKET_MASK <= last) return word & SUM_MASK;
        mapping(uint256 pair => uint256) storage marks = book.marks[node];
        uint256 high = word >> MARKS;
        uint256 oldest = high > RING ? high - RING : 0;
        uint256 low = oldest;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_mark(marks, middle) >> 96 <= last) low = middle + 1;
            else high = middle;
        }
        return low == oldest ? 0 : _mark(marks, low - 1) & SUM_MASK;
    }

    function _writeMark(mapping(uint256 pair => uint256) storage marks, uint256 index, uint256 mark)
        private
    {
        (uint256 pair, uint256 shift) = (index % RING / 2, index % 2 * MARK_BITS);
        marks[pair] = marks[pair] & ~(uint256(type(uint128).max) << shift) | mark << shift;
    }

    function _mark(mapping(uint256 pair => uint256) storage marks, uint256 index)
        private
        view
        returns (uint256)
    {
        return uint128(marks[index % RING / 2] >> (index % 2 * MARK_BITS));
    }
}
