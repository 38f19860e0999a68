// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A number of votes and what it was at any earlier second
/// @notice The present value lies in the head, so most readings and a change within the same second
/// cost one slot; a change moves the former value to the end of a list. Values fit into 96 bits (eight
/// times all DDAI there is).
///
/// The head is one word, from the low end: 96 bits value, 48 bits second since when it holds, 32 bits
/// length of the list. An entry of the list is the same without the length.
library VoteHistory {
    struct History {
        uint256 head;
        mapping(uint256 index => uint256) past;
    }

    uint256 private constant SINCE = 96;
    uint256 private constant LENGTH = 144;
    uint256 private constant SINCE_MASK = type(uint48).max;
    uint256 private constant ENTRY_MASK = (1 << LENGTH) - 1;

    /// @return before The former value. @return afterwards The value from this second on.
    function increase(History storage self, uint256 amount)
        internal
        returns (uint256 before, uint256 afterwards)
    {
        uint256 head = self.head;
        before = uint96(head);
        afterwards = before + amount;
        _write(self, head, afterwards);
    }

    /// @return before The former value. @return afterwards The value from this second on.
    function decrease(History storage self, uint256 amount)
        internal
        returns (uint256 before, uint256 afterwards)
    {
        uint256 head = self.head;
        before = uint96(head);
        afterwards = before - amount;
        _write(self, head, afterwards);
    }

    function latest(History storage self) internal view returns (uint256) {
        return uint96(self.head);
    }

    /// @notice The value at the end of the second `moment`, which must be over.
    function valueAt(History storage self, uint256 moment) internal view returns (uint256) {
        uint256 head = self.head;
        if (head >> SINCE & SINCE_MASK <= moment) return uint96(head);
        uint256 low = 0;
        uint256 high = head >> LENGTH;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (self.past[middle] >> SINCE <= moment) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? 0 : uint96(self.past[low - 1]);
    }

    function _write(History storage self, uint256 head, uint256 value) private {
        unchecked {
            uint256 length = head >> LENGTH;
            // A first value has no former one, and within a second only the last one counts.
            if (head != 0 && head >> SINCE & SINCE_MASK != block.timestamp) {
                self.past[length] = head & ENTRY_MASK;
                ++length;
            }
            self.head = value | block.timestamp << SINCE | length << LENGTH;
        }
    }
}
