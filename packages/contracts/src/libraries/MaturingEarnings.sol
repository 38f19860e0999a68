// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Earnings that wait before they can be withdrawn
/// @notice A node's earnings are one growing sum with a mark per time bucket in which it grew, so
/// collecting touches one slot, a new bucket two, and what has matured is found by binary search:
/// no list is ever walked, however long a node lets its earnings lie.
library MaturingEarnings {
    using SafeCast for uint256;

    /// @param collected All that was ever earned, forfeits deducted.
    /// @param settled What of it has left.
    /// @param bucket When `collected` last grew.
    /// @param marks Number of marks; a mark is the sum at the end of an earlier bucket.
    struct Account {
        uint96 collected;
        uint96 settled;
        uint32 bucket;
        uint32 marks;
    }

    struct Mark {
        uint32 bucket;
        uint96 collected;
    }

    struct Book {
        mapping(address node => Account) accounts;
        mapping(address node => mapping(uint256 index => Mark)) marks;
    }

    function add(Book storage book, address node, uint256 amount, uint256 bucket) internal {
        Account memory account = book.accounts[node];
        if (account.bucket != bucket) {
            // Settled sums need no mark: nothing before now will ever be looked up again.
            if (account.collected != account.settled) {
                book.marks[node][account.marks] =
                    Mark({bucket: account.bucket, collected: account.collected});
                account.marks++;
            }
            account.bucket = bucket.toUint32();
        }
        account.collected += amount.toUint96();
        book.accounts[node] = account;
    }

    /// @notice Takes out what was collected up to and including bucket `last` and has not left.
    function settle(Book storage book, address node, uint256 last)
        internal
        returns (uint256 amount)
    {
        amount = withdrawable(book, node, last);
        book.accounts[node].settled += amount.toUint96();
    }

    /// @notice Takes away what was collected after bucket `last` and has not left.
    function forfeit(Book storage book, address node, uint256 last)
        internal
        returns (uint256 amount)
    {
        amount = forfeitable(book, node, last);
        Account storage account = book.accounts[node];
        account.collected -= amount.toUint96();
        // What is left had matured before, whatever the marks say.
        account.bucket = 0;
    }

    function withdrawable(Book storage book, address node, uint256 last)
        internal
        view
        returns (uint256)
    {
        uint256 matured = collectedUntil(book, node, last);
        uint256 settled = book.accounts[node].settled;
        return matured > settled ? matured - settled : 0;
    }

    function forfeitable(Book storage book, address node, uint256 last)
        internal
        view
        returns (uint256)
    {
        Account memory account = book.accounts[node];
        uint256 matured = collectedUntil(book, node, last);
        return account.collected - (matured > account.settled ? matured : account.settled);
    }

    /// @notice The sum at the end of bucket `last`. Lower than the truth only where it had already
    /// been settled, which callers compare it with.
    function collectedUntil(Book storage book, address node, uint256 last)
        internal
        view
        returns (uint256)
    {
        Account memory account = book.accounts[node];
        if (account.bucket <= last) return account.collected;
        uint256 low = 0;
        uint256 high = account.marks;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (book.marks[node][middle].bucket <= last) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? 0 : book.marks[node][low - 1].collected;
    }
}
