// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Attestation} from "../types/Attestation.sol";
import {IDisputeRecords} from "./IDisputeRecords.sol";

/// @title Evidence against nodes: what two signatures prove, and what only a jury can tell
/// @notice Only deterministic answers are judged here: sampled, floating-point and securely aggregated
/// work is outside. Nothing here can be paused, and no call needs the accused's help.
///
/// A dispute goes: a beacon epoch is assigned -> its value draws the jury, which claims its seats,
/// commits and reveals -> a verdict stands -> the loser may appeal to a larger jury, whose verdict is
/// final -> a conviction waits for the guardian -> anybody executes. A draw with too few reveals is
/// repeated once; a second failure acquits. Whatever is unresolved 30 time units after the opening
/// acquits. Every deadline follows from the assigned epoch, so nobody can move one by waiting.
interface IDisputeManager is IDisputeRecords {
    /// @notice Slashes and convicts a node that signed two results for one deterministic request. By
    /// anybody, at any time; the caller gets the reporter's share. Each request is punished once.
    ///
    /// An honest node cannot be framed. The request hash covers request id, expiry, the full input,
    /// model and seed, so a gateway that sends two inputs under one nonce gets two different request
    /// hashes, which prove nothing; and a node stores its result durably before it signs, so that a
    /// repeat of the very same request gets the very same answer. Payer and request id must agree as
    /// well, although the request hash covers them. Class and expiry need not: an honest node never
    /// signs them differently under one request hash, and a liar must not escape by doing so.
    /// @return taken Wei slashed in all.
    function proveEquivocation(
        Attestation calldata first,
        bytes calldata firstSignature,
        Attestation calldata second,
        bytes calldata secondSignature
    ) external returns (uint256 taken);

    /// @notice Opens a dispute about a deterministic answer; by the attestation's payer only, once for
    /// an attestation, one at a time between payer and node. Freezes what the node can lose and takes
    /// a bond from the caller (needs an allowance): the cost of all seats, and one per cent of what is
    /// frozen.
    ///
    /// The window. No later than 30 time units after `expires`; and until then only in the 7 units
    /// after `expires` or while any earning of the node has not matured. The latter needs no moment of
    /// the latest collection to be kept, which every `collect` would pay for: with a maturity of 7
    /// units, whoever was paid by this payer for this class within 7 units has unmatured earnings, so
    /// nobody loses a day of the window that rule 7 promises, and the window is closed when the payer
    /// can no longer have a forfeit decided. It may stay open longer than promised for a node that
    /// others pay meanwhile: that node's stake is at work then anyway. A node that stopped and let its
    /// earnings mature can leave.
    /// @param inputHash keccak-256 of the encrypted input.
    /// @param input The encrypted input, or where it lies; 1 to 32,768 bytes.
    function openDispute(
        Attestation calldata attestation,
        bytes calldata signature,
        bytes32 inputHash,
        bytes calldata input
    ) external returns (uint256 disputeId);

    /// @notice Publishes the input's key, wrapped for jurors that claimed seats: for each its address
    /// and the key encrypted for its public key. By the payer, 1 to 32,768 bytes at a time. A juror
    /// that cannot open the input, or does not find the request hash in it, reveals *unavailable*.
    function postKeys(uint256 disputeId, bytes calldata wrappedKeys) external;

    /// @notice Claims the caller's winning tickets, ascending, as far as seats are left: first come,
    /// first served. Freezes the penalty for each seat until the caller reveals.
    ///
    /// Tickets are votes in the second before the opening. Votes are active collateral and tier locks
    /// and nothing else, they can neither be borrowed for the past nor counted twice, and with them
    /// jury duty is delegated. What makes a juror answer is its own collateral, which must cover the
    /// penalty now.
    /// @param publicKey x25519 key for which the payer wraps the input's key.
    /// @return seats How many were still free.
    function claimSeats(uint256 disputeId, uint256[] calldata tickets, bytes32 publicKey)
        external
        returns (uint256 seats);

    /// @notice Binds the caller to `keccak256(abi.encode(dispute, draw, juror, resultHash, salt))`.
    /// Copied by another juror it cannot be revealed.
    function commitVerdict(uint256 disputeId, bytes32 commitment) external;

    /// @notice Opens the caller's commitment and unfreezes its penalty.
    /// @param resultHash keccak-256 of the right result's bytes, or zero for *unavailable*.
    function revealVerdict(uint256 disputeId, uint256 draw, bytes32 resultHash, bytes32 salt)
        external;

    /// @notice Slashes a juror that claimed seats and did not reveal. By anybody, who gets the
    /// reporter's share.
    function penalizeJuror(uint256 disputeId, uint256 draw, address juror)
        external
        returns (uint256 taken);

    /// @notice Pays a juror for a draw that reached a verdict; by anybody. If fewer than a third of the
    /// seats revealed the same, the fee goes back to whoever paid for the jury.
    function claimJurorFee(uint256 disputeId, uint256 draw, address juror)
        external
        returns (uint256 amount);

    /// @notice Takes the dispute on to another beacon epoch if the assigned one is void. By anybody.
    function redrawEpoch(uint256 disputeId) external;

    /// @notice Takes a first verdict to a larger jury; by its loser, within 2 time units. Takes a bond
    /// from the caller: the cost of all seats, and one per cent of what is frozen.
    function appeal(uint256 disputeId) external;

    /// @notice Does whatever is due: counts a draw, repeats it, carries a verdict out, or lets the
    /// dispute lapse. By anybody.
    function resolve(uint256 disputeId) external;

    /// @notice Turns a conviction into an acquittal before it executes. By `SlashGuardian` only.
    function cancel(uint256 disputeId) external;

    /// @notice Sets what holds for disputes opened from now on. By the timelock, within bounds.
    function setParameters(Parameters calldata parameters_) external;

    function parameters(uint256 parametersId) external view returns (Parameters memory);

    /// @notice Id of the parameters that a dispute opened now gets.
    function latestParameters() external view returns (uint256 parametersId);

    function dispute(uint256 disputeId) external view returns (Dispute memory);

    function disputeDraw(uint256 disputeId, uint256 draw) external view returns (Draw memory);

    /// @return seats Claimed by the juror. @return duty What it has done. @return word Its commitment,
    /// after revealing its result hash.
    function dutyOf(uint256 disputeId, uint256 draw, address juror)
        external
        view
        returns (uint256 seats, Duty duty, bytes32 word);

    /// @notice Tickets that a juror has in a dispute.
    function ticketsOf(uint256 disputeId, address juror) external view returns (uint256);

    /// @notice The open dispute between payer and node, zero if none.
    function openDisputeOf(address payer, address node) external view returns (uint256 disputeId);

    /// @notice Whether this attestation was disputed.
    function isUsed(bytes32 evidence) external view returns (bool);

    /// @notice What an opening or an appeal costs up front: seats and the part of what it holds up.
    function bondFor(uint256 frozen, bool isAppeal) external view returns (uint256);

    /// @notice Wei that draw on the newest beacon epoch in use.
    function drawingOn() external view returns (uint256 epoch, uint256 amount);

    /// @return disputes Ever opened; ids count from 1.
    /// @return bonds Wei of bonds of open disputes.
    /// @return jurorFees Wei set aside for jurors and not yet paid. Bonds and fees are every token
    /// held here.
    function totals() external view returns (uint256 disputes, uint256 bonds, uint256 jurorFees);
}
