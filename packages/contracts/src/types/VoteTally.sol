// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The votes on a proposal and its extended deadline, in one word
/// @notice From the low end: 64 bits of gwei against, 64 for, 64 abstaining, in the order of the
/// votes' support numbers; then the deadline that a late quorum set, zero before. A weight counts
/// once, and 64 bits of gwei are almost twice all DDAI there is.
type VoteTally is uint256;

using {add, extendedDeadline, quorumVotes, votes, withDeadline} for VoteTally global;

uint256 constant VOTE_UNIT = 1 gwei;
uint256 constant VOTE_BITS = 64;
uint256 constant DEADLINE_SHIFT = 192;

/// @param support 0 against, 1 for, 2 abstaining.
/// @param units Whole gwei, so few that no sum leaves its field.
function add(VoteTally self, uint256 support, uint256 units) pure returns (VoteTally) {
    unchecked {
        return VoteTally.wrap(VoteTally.unwrap(self) + (units << (support * VOTE_BITS)));
    }
}

/// @return Wei.
function votes(VoteTally self, uint256 support) pure returns (uint256) {
    unchecked {
        return uint64(VoteTally.unwrap(self) >> (support * VOTE_BITS)) * VOTE_UNIT;
    }
}

/// @return Wei for and abstaining.
function quorumVotes(VoteTally self) pure returns (uint256) {
    unchecked {
        return votes(self, 1) + votes(self, 2);
    }
}

/// @return Unix seconds.
function extendedDeadline(VoteTally self) pure returns (uint256) {
    return VoteTally.unwrap(self) >> DEADLINE_SHIFT;
}

/// @dev Set once, so it was zero.
function withDeadline(VoteTally self, uint48 deadline) pure returns (VoteTally) {
    return VoteTally.wrap(VoteTally.unwrap(self) | uint256(deadline) << DEADLINE_SHIFT);
}
