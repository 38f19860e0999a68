// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {WORK_CLASSES} from "../types/WorkClass.sol";

/// @title Four shares in basis points, one per work class, in 64 bits
library ClassWeights {
    uint256 internal constant BPS = 10_000;

    function pack(uint16[4] memory weights) internal pure returns (uint64 packed) {
        for (uint256 i = 0; i < WORK_CLASSES; ++i) {
            packed |= uint64(weights[i]) << uint64(16 * i);
        }
    }

    function unpack(uint64 packed) internal pure returns (uint16[4] memory weights) {
        for (uint256 i = 0; i < WORK_CLASSES; ++i) {
            weights[i] = share(packed, i);
        }
    }

    function share(uint64 packed, uint256 index) internal pure returns (uint16) {
        return uint16(packed >> uint64(16 * index));
    }

    /// @notice The power-weighted mean of votes, rounded by largest remainder so that it sums to
    /// 10,000. Each share lies between the floor and the ceiling of the true mean, so bounds in whole
    /// basis points that hold for every vote hold for it.
    /// @param weighted Sum of power times weight by class; together `power` times 10,000.
    function mean(uint256[4] memory weighted, uint256 power)
        internal
        pure
        returns (uint16[4] memory weights)
    {
        uint256[4] memory remainders;
        uint256 missing = BPS;
        for (uint256 i = 0; i < WORK_CLASSES; ++i) {
            weights[i] = uint16(weighted[i] / power);
            remainders[i] = weighted[i] % power;
            missing -= weights[i];
        }
        for (; missing > 0; --missing) {
            uint256 largest = 0;
            for (uint256 i = 1; i < WORK_CLASSES; ++i) {
                if (remainders[i] > remainders[largest]) largest = i;
            }
            weights[largest] += 1;
            remainders[largest] = 0;
        }
    }
}
