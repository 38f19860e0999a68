// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What the DAO sets for every collection, in one word
/// @notice From the low end: 16 bits fee and 16 bits burn share in basis points, then 48 bits of
/// minimum stake in whole DDAI for each work class.
type EscrowParameters is uint256;

using {feeBps, burnShareBps, minimumStake, withFee, withMinimumStake} for EscrowParameters global;

uint256 constant STAKE_UNIT = 1e18;
uint256 constant BURN_SHARE_SHIFT = 16;
uint256 constant STAKE_SHIFT = 32;
uint256 constant STAKE_BITS = 48;

function feeBps(EscrowParameters self) pure returns (uint256) {
    return uint16(EscrowParameters.unwrap(self));
}

function burnShareBps(EscrowParameters self) pure returns (uint256) {
    return uint16(EscrowParameters.unwrap(self) >> BURN_SHARE_SHIFT);
}

/// @return Wei; `workClass` must be known.
function minimumStake(EscrowParameters self, uint256 workClass) pure returns (uint256) {
    unchecked {
        uint256 whole = EscrowParameters.unwrap(self) >> (STAKE_SHIFT + STAKE_BITS * workClass);
        return uint48(whole) * STAKE_UNIT;
    }
}

/// @dev Both are at most 10,000.
function withFee(EscrowParameters self, uint256 fee, uint256 burnShare)
    pure
    returns (EscrowParameters)
{
    uint256 kept = EscrowParameters.unwrap(self) & ~uint256(type(uint32).max);
    return EscrowParameters.wrap(kept | fee | burnShare << BURN_SHARE_SHIFT);
}

/// @param whole Whole DDAI, below 2^48.
function withMinimumStake(EscrowParameters self, uint256 workClass, uint256 whole)
    pure
    returns (EscrowParameters)
{
    uint256 shift = STAKE_SHIFT + STAKE_BITS * workClass;
    uint256 kept = EscrowParameters.unwrap(self) & ~(uint256(type(uint48).max) << shift);
    return EscrowParameters.wrap(kept | whole << shift);
}
