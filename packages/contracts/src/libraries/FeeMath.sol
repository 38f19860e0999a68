// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title The fee on top of what a node receives
/// @notice A rate φ is fee basis points times (10,000 less discount basis points), so 10^8 is 100%.
library FeeMath {
    uint256 internal constant BPS = 10_000;
    uint256 internal constant RATE_SCALE = BPS * BPS;
    /// @dev Nobody ever pays more than a tenth on top, whatever the DAO decides.
    uint256 internal constant MAX_FEE_BPS = 1_000;
    /// @dev The treasury's part is kept in whole gwei so that all totals share one storage slot.
    uint256 internal constant TREASURY_UNIT = 1 gwei;

    /// @dev `discountBps` is at most 10,000.
    function rate(uint256 feeBps, uint256 discountBps) internal pure returns (uint256) {
        unchecked {
            return feeBps * (BPS - discountBps);
        }
    }

    // Amounts are below 2^128 and rates below 2^28, so no product below overflows.

    /// @notice Most that a node can receive so that it and its fee fit into `available`.
    function netWithinDown(uint256 available, uint256 rate_) internal pure returns (uint256) {
        unchecked {
            return available * RATE_SCALE / (RATE_SCALE + rate_);
        }
    }

    /// @notice Fee on `net`, rounded up against the payer but never above the highest fee.
    function feeOn(uint256 net, uint256 rate_) internal pure returns (uint256) {
        unchecked {
            uint256 up = (net * rate_ + RATE_SCALE - 1) / RATE_SCALE;
            uint256 cap = net * MAX_FEE_BPS / BPS;
            return up < cap ? up : cap;
        }
    }

    /// @notice The treasury's part of a fee, whole gwei, rounded down; all the rest is burned.
    function treasuryPartDown(uint256 fee, uint256 burnShareBps) internal pure returns (uint256) {
        unchecked {
            uint256 part = fee * (BPS - burnShareBps) / BPS;
            return part - part % TREASURY_UNIT;
        }
    }

    /// @notice What must be held so that `net` can be paid at any fee the DAO can set.
    function grossUp(uint256 net) internal pure returns (uint256) {
        return net + Math.ceilDiv(net * MAX_FEE_BPS, BPS);
    }
}
