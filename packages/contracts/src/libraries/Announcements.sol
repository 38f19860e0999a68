// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGoverned} from "../interfaces/IGoverned.sol";

/// @title Changes that are told long before they happen
/// @notice 21 time units is more than a stake's or a payer's thaw, so whoever dislikes a change has
/// left before it takes effect. An announcement that nobody executed goes stale, so that none lies
/// in wait for years.
library Announcements {
    /// @dev Longer than any thaw: who sees an announcement can be out before it executes.
    uint256 internal constant DELAY_UNITS = 21;
    uint256 internal constant EXECUTION_WINDOW_UNITS = 30;

    struct Book {
        mapping(bytes32 change => uint256 readyAt) readyAt;
    }

    function announce(Book storage book, bytes32 change, uint256 timeUnit)
        internal
        returns (uint256 readyAt)
    {
        uint256 before = book.readyAt[change];
        if (before != 0 && block.timestamp <= before + EXECUTION_WINDOW_UNITS * timeUnit) {
            revert IGoverned.GovernedAlreadyAnnounced(change, before);
        }
        readyAt = block.timestamp + DELAY_UNITS * timeUnit;
        book.readyAt[change] = readyAt;
        emit IGoverned.ChangeAnnounced(change, readyAt, readyAt + EXECUTION_WINDOW_UNITS * timeUnit);
    }

    function cancel(Book storage book, bytes32 change) internal {
        if (book.readyAt[change] == 0) revert IGoverned.GovernedNotAnnounced(change);
        delete book.readyAt[change];
        emit IGoverned.ChangeCancelled(change);
    }

    /// @dev Uses an announcement up, once, within its window.
    function execute(Book storage book, bytes32 change, uint256 timeUnit) internal {
        uint256 readyAt = book.readyAt[change];
        if (readyAt == 0) revert IGoverned.GovernedNotAnnounced(change);
        if (block.timestamp < readyAt) revert IGoverned.GovernedTooEarly(change, readyAt);
        uint256 staleAt = readyAt + EXECUTION_WINDOW_UNITS * timeUnit;
        if (block.timestamp > staleAt) revert IGoverned.GovernedAnnouncementStale(change, staleAt);
        delete book.readyAt[change];
        emit IGoverned.ChangeExecuted(change);
    }
}
