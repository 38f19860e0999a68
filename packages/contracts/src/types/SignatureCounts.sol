// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Signatures of sixteen validators in one epoch, in one word
/// @notice From the low end: sixteen counters of 15 bits, then 16 bits of the epoch they belong to. A
/// word of another epoch counts as zeros, so words are written over in turn and never cleared.
type SignatureCounts is uint256;

using {forEpoch, plus, countOf} for SignatureCounts global;

uint256 constant VALIDATORS_PER_WORD = 16;
uint256 constant COUNTER_BITS = 15;
uint256 constant COUNTER_MASK = (1 << COUNTER_BITS) - 1;
uint256 constant COUNTS_EPOCH_SHIFT = 240;

/// @return The word itself if it is of that epoch, else an empty one that is.
function forEpoch(SignatureCounts self, uint256 epoch) pure returns (SignatureCounts) {
    uint256 tag = uint16(epoch);
    if (SignatureCounts.unwrap(self) >> COUNTS_EPOCH_SHIFT == tag) return self;
    return SignatureCounts.wrap(tag << COUNTS_EPOCH_SHIFT);
}

/// @param increments One at the low end of each counter that grows. An epoch has fewer than 2^15
/// checkpoints, which `CheckpointManager` checks where it counts, so none carries into the next.
function plus(SignatureCounts self, uint256 increments) pure returns (SignatureCounts) {
    unchecked {
        return SignatureCounts.wrap(SignatureCounts.unwrap(self) + increments);
    }
}

function countOf(SignatureCounts self, uint256 position) pure returns (uint256) {
    unchecked {
        return SignatureCounts.unwrap(self) >> (position * COUNTER_BITS) & COUNTER_MASK;
    }
}
