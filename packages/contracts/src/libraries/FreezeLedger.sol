// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStaking} from "../interfaces/IStaking.sol";

/// @title Which freezes of a verifier still stand, when many share one account
/// @notice `Staking` keeps one sum for a verifier and an account, and anybody may release that sum
/// once it has lapsed or the verifier was removed. Whoever froze twice must then not let go of the
/// second freeze in the name of the first. A release takes the whole sum, so it shows: the sum is
/// lower than the ledger's. What came before belongs to an earlier generation and is worth nothing.
library FreezeLedger {
    struct Entry {
        uint96 amount;
        uint32 generation;
    }

    struct Book {
        mapping(address account => Entry) entries;
    }

    /// @return generation To be shown when letting go.
    function freeze(Book storage book, IStaking staking, address account, uint256 amount)
        internal
        returns (uint32 generation)
    {
        Entry storage entry = book.entries[account];
        uint256 before = entry.amount;
        generation = entry.generation;
        (uint256 frozen,) = staking.frozenBy(address(this), account);
        if (frozen < before) {
            before = 0;
            ++generation;
            entry.generation = generation;
        }
        entry.amount = uint96(before + amount);
        staking.freeze(account, amount);
    }

    /// @notice Strikes a freeze off the ledger; the caller then lets go of it in `Staking`.
    /// @return standing What of `amount` `Staking` still holds: all or nothing.
    function strike(
        Book storage book,
        IStaking staking,
        address account,
        uint256 amount,
        uint256 generation
    ) internal returns (uint256 standing) {
        Entry storage entry = book.entries[account];
        uint256 before = entry.amount;
        if (entry.generation != generation) return 0;
        (uint256 frozen,) = staking.frozenBy(address(this), account);
        (bool registered,) = staking.verifier(address(this));
        // A removed verifier cannot let go; then everybody may, and the ledger will notice.
        if (!registered || frozen < before) return 0;
        entry.amount = uint96(before - amount);
        return amount;
    }
}
