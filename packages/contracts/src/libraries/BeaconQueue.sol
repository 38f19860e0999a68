// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Which beacon epoch decides a dispute, so that no value decides over too much
/// @notice Draws take epochs in order: the newest one in use until the wei that draw on it would pass
/// the cap, then the next. Only the newest needs to be remembered, so assigning costs one slot.
library BeaconQueue {
    struct Queue {
        uint64 epoch;
        uint96 drawing;
    }

    /// @param earliest First epoch that has not begun, whose value nobody knows.
    /// @param amount Wei that the draw decides over, at most `cap`.
    function take(Queue storage queue, uint256 earliest, uint256 amount, uint256 cap)
        internal
        returns (uint256 epoch)
    {
        epoch = queue.epoch;
        uint256 drawing = queue.drawing;
        if (epoch < earliest) {
            (epoch, drawing) = (earliest, 0);
        } else if (drawing + amount > cap) {
            (epoch, drawing) = (epoch + 1, 0);
        }
        queue.epoch = uint64(epoch);
        queue.drawing = uint96(drawing + amount);
    }
}
