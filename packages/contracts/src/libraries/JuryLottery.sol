// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who sits on a jury, drawn by stake from a beacon value
/// @notice Ticket `i` of a juror wins if `keccak256(beacon value, dispute, draw, juror, i)` is below a
/// threshold. A juror has its votes at the opening divided by the ticket size; all tickets together
/// are at most all votes so divided, hence `mean` tickets win on average, or fewer.
library JuryLottery {
    /// @param tickets All tickets there can be.
    function threshold(uint256 tickets, uint256 mean) internal pure returns (uint256) {
        if (tickets <= mean) return type(uint256).max;
        // Rounds down: the mean is never above the one promised.
        return type(uint256).max / tickets * mean;
    }

    function wins(
        bytes32 beaconValue,
        uint256 disputeId,
        uint256 draw,
        address juror,
        uint256 ticket,
        uint256 below
    ) internal pure returns (bool) {
        return uint256(keccak256(abi.encode(beaconValue, disputeId, draw, juror, ticket))) < below;
    }
}
