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

    function rate(uint256 feeBps, uint256 discountBps) internal pure returns (uint256) {
        return feeBps * (BPS - discountBps);
    }

    /// @notice Most that a node can receive so that it and its fee fit into `available`.
    function netWithinDown(uint256 available, uint256 rate_) internal pure returns (uint256) {
        return available * RATE_SCALE / (RATE_SCALE + rate_);
    }

    /// @notice Fee on `net`, rounded up against the payer but never above the highest fee.
    function feeOn(uint256 net, uint256 rate_) internal pure returns (uint256) {
        return Math.min(Math.ceilDiv(net * rate_, RATE_SCALE), net * MAX_FEE_BPS / BPS);
    }

    /// @notice What must be held so that `net` can be paid at any fee the DAO can set.
    function grossUp(uint256 net) internal pure returns (uint256) {
        return net + Math.ceilDiv(net * MAX_FEE_BPS, BPS);
    }

    /// @notice The treasury's part of a fee, whole gwei, rounded down; all the rest is burned.
    function treasuryPartDown(uint256 fee, uint256 burnShareBps) internal pure returns (uint256) {
        uint256 part = fee * (BPS - burnShareBps) / BPS;
        return part - part % TREASURY_UNIT;
    }
}
