// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRandomBeacon} from "./IRandomBeacon.sol";

/// @title The seats of the random beacon: who commits, who reveals, what a failure costs
/// @notice 4 to 16 validators by stake. The bound on bias: whoever reveals last knows the value
/// before all others and can only turn the epoch `Void`, never choose another value. That costs the
/// whole seat stake and the seat, so once: the seat stays empty until an epoch completes. Colluders
/// with `s` seats have `s` such refusals, each at the same price.
interface IBeaconSeats is IRandomBeacon {
    /// @param operators Of all seats of the list, also of those lost.
    /// @param required Bit `1 << seat` for every seat that the epoch waits for.
    /// @param stake What each seat has at stake, wei.
    struct Round {
        address[] operators;
        uint256 required;
        uint256 committed;
        uint256 revealed;
        uint256 reported;
        uint256 stake;
    }

    error BeaconNotInCommitHalf(uint256 epoch);
    error BeaconNotInRevealHalf(uint256 epoch);
    error BeaconNoSeat(uint256 epoch, uint256 seat);
    error BeaconZeroCommitment();
    error BeaconAlreadyCommitted(uint256 epoch, uint256 seat);
    error BeaconAlreadyRevealed(uint256 epoch, uint256 seat);
    error BeaconNotCommitted(uint256 epoch, uint256 seat);
    error BeaconWrongSecret(uint256 epoch, uint256 seat);
    error BeaconStakeBelowSeat(address operator, uint256 stake, uint256 seatStake);
    error BeaconEpochRunning(uint256 epoch);
    error BeaconSeatFaultless(uint256 epoch, uint256 seat);
    error BeaconAlreadyReported(uint256 epoch, uint256 seat);

    event SeatsFilled(uint256 indexed list, uint256 fromEpoch, address[] operators, uint256 stake);
    event BeaconRoundOpened(uint256 indexed epoch, uint256 indexed list, uint256 required);
    event RandomCommitted(uint256 indexed epoch, uint256 indexed seat, bytes32 commitment);
    event RandomRevealed(uint256 indexed epoch, uint256 indexed seat, bytes32 secret);
    event RandomCompleted(uint256 indexed epoch, bytes32 value);
    /// @param withheld Whether it had committed: then the whole seat stake is gone, else a tenth.
    event SeatReported(
        uint256 indexed epoch, uint256 indexed seat, address indexed operator, bool withheld
    );
    event SeatStakeSet(uint256 amount);

    /// @notice Commits a seat to a secret, in the first half of the epoch. By the seat's operator or
    /// signer. Its unthawed stake must cover the seat stake, so that it outlasts the epoch.
    function commitRandom(uint256 seat, bytes32 commitment) external;

    /// @notice Reveals the secret, in the second half.
    function revealRandom(uint256 seat, bytes32 secret) external;

    /// @notice Opens the running epoch's round: whoever failed in the last one has lost its seat,
    /// whoever thawed its stake leaves free of charge, and lost seats are refilled when they are due,
    /// from the next epoch on. By anybody; commits do it too.
    function rollSeats() external;

    /// @notice Slashes the seat that failed in an epoch that is over. By anybody.
    function reportSeat(uint256 epoch, uint256 seat) external;

    /// @notice What a seat has at stake from the next refill on.
    function setSeatStake(uint256 amount) external;

    function beaconRound(uint256 epoch) external view returns (Round memory);

    /// @notice Bit `epoch % 256` for each complete epoch out of 256, the first being `word * 256`.
    function completeEpochs(uint256 word) external view returns (uint256);

    /// @notice `keccak256(secret, operator, epoch, chain id, this contract)`: what a seat commits.
    function randomCommitment(bytes32 secret, address operator, uint256 epoch)
        external
        view
        returns (bytes32);
}
