// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What {IDisputeManager} speaks of: phases, records, errors and events
interface IDisputeRecords {
    /// @notice `Jury`: a beacon epoch is assigned or its jury is at work. `Decided`: a verdict stands
    /// and can be appealed, cancelled or carried out. `Closed`: over for good.
    enum Phase {
        None,
        Jury,
        Decided,
        Closed
    }

    /// @notice `Undecided`: two draws with too few reveals. `Lapsed`: unresolved for 30 time units.
    /// `Cancelled`: spared by the guardian. All but `Convicted` acquit; `Acquitted` is by verdict.
    enum Outcome {
        Open,
        Acquitted,
        Convicted,
        Undecided,
        Lapsed,
        Cancelled
    }

    /// @notice A seat of a juror in one draw. `Settled`: paid for, or found not to be paid.
    /// `Penalized`: slashed for not revealing.
    enum Duty {
        None,
        Claimed,
        Committed,
        Revealed,
        Settled,
        Penalized
    }

    /// @dev Stored as it is: two words.
    /// @param jurorFee Wei for each seat that reveals what a third of the jury reveals.
    /// @param jurorPenalty Wei frozen for each seat claimed, slashed if it does not reveal.
    /// @param guardianDelay Seconds in which a conviction that can no longer be appealed may be
    /// cancelled.
    /// @param ticketSize Votes for which a juror has one ticket.
    /// @param wrongAnswerCutBps Part of the node's collateral that a wrong answer costs.
    struct Parameters {
        uint96 jurorFee;
        uint96 jurorPenalty;
        uint48 guardianDelay;
        uint96 ticketSize;
        uint16 wrongAnswerCutBps;
    }

    /// @param left Wei not yet spent on a jury or paid back.
    /// @param heldUpPart Wei of it that goes to the other side if it wins.
    struct Bond {
        uint96 left;
        uint96 heldUpPart;
    }

    /// @dev Stored as it is, packed by what is read together: the lottery, the stake, the state.
    /// @param openedAt Unix seconds.
    /// @param tickets All tickets there can be, from all votes in the second before the opening.
    /// @param frozen Wei of the node's collateral at stake.
    /// @param resultHash What the node answered.
    /// @param inputHash Of the posted, encrypted input.
    /// @param bond The payer's. @param appealBond The appellant's.
    /// @param freezeGeneration Of the freeze; see `FreezeLedger`.
    /// @param parametersId The parameters that hold for this dispute, whatever changes later.
    /// @param draw 0 first, 1 its repetition, 2 appeal, 3 its repetition.
    /// @param appealByNode Who appealed, if anybody.
    /// @param convicts The verdict that stands while `phase` is `Decided`.
    struct Dispute {
        address payer;
        uint48 openedAt;
        uint48 tickets;
        address node;
        uint96 frozen;
        bytes32 resultHash;
        bytes32 inputHash;
        Bond bond;
        Bond appealBond;
        uint32 freezeGeneration;
        uint32 parametersId;
        Phase phase;
        Outcome outcome;
        uint8 draw;
        bool appealByNode;
        bool convicts;
    }

    /// @param epoch Beacon epoch whose value draws the jury.
    /// @param claimEnds Seats can be claimed before; likewise the next two, in unix seconds.
    /// @param seats Claimed. @param revealed Seats that revealed.
    /// @param leading The result other than the node's that most seats revealed. @param leadingSeats
    /// How many.
    /// @param counted Whether it reached a verdict; only then its jurors are paid.
    struct Draw {
        uint256 epoch;
        uint256 claimEnds;
        uint256 commitEnds;
        uint256 revealEnds;
        uint256 seats;
        uint256 revealed;
        bytes32 leading;
        uint256 leadingSeats;
        bool counted;
    }

    error DisputeManagerNotPayer(address caller, address payer);
    error DisputeManagerNotDeterministic();
    error DisputeManagerWrongSigner(address node, address recovered, address operator);
    error DisputeManagerNothingLeft(address node);
    error DisputeManagerNotEquivocation(bytes32 firstRequestHash, bytes32 secondRequestHash);
    error DisputeManagerAlreadyUsed(bytes32 evidence);
    error DisputeManagerDisputeOpen(address payer, address node, uint256 disputeId);
    error DisputeManagerWindowClosed(address node, uint256 closedAt);
    error DisputeManagerNothingToFreeze(address node);
    error DisputeManagerNoSeatStake();
    error DisputeManagerQueueFull(uint256 epoch, uint256 epochEnds, uint256 latest);
    error DisputeManagerInputSize(uint256 length, uint256 max);
    error DisputeManagerWrongPhase(uint256 disputeId, Phase phase);
    error DisputeManagerNotDue(uint256 disputeId, uint256 dueAt);
    error DisputeManagerTooLate(uint256 disputeId, uint256 endedAt);
    error DisputeManagerEpochNotVoid(uint256 disputeId, uint256 epoch);
    error DisputeManagerNoValueYet(uint256 disputeId, uint256 epoch);
    error DisputeManagerPartyOfDispute(uint256 disputeId, address account);
    /// @notice The ticket does not win, is beyond the juror's, or does not follow the one before it.
    error DisputeManagerNotDrawn(address juror, uint256 ticket);
    error DisputeManagerNoSeat(uint256 disputeId, uint256 draw, uint256 wanted, uint256 left);
    error DisputeManagerWrongDuty(uint256 disputeId, uint256 draw, address juror, Duty duty);
    error DisputeManagerWrongReveal(uint256 disputeId, uint256 draw, address juror);
    error DisputeManagerNotCounted(uint256 disputeId, uint256 draw);
    error DisputeManagerNotLoser(uint256 disputeId, address caller, address loser);
    error DisputeManagerNotConvicting(uint256 disputeId);
    error DisputeManagerNotSlashGuardian(address caller);

    event EquivocationProven(
        address indexed node, bytes32 indexed evidence, address indexed reporter, uint256 taken
    );
    event DisputeOpened(
        uint256 indexed disputeId,
        address indexed payer,
        address indexed node,
        bytes32 attestationHash,
        uint256 frozen,
        uint256 bond
    );
    /// @notice What jurors need. `input` is the request, encrypted under one key, and hashes to
    /// `inputHash`; or, if it is too long for a transaction, says where it lies.
    event InputPosted(
        uint256 indexed disputeId, bytes32 requestHash, bytes32 inputHash, bytes input
    );
    /// @notice The input's key, wrapped for jurors; see {postKeys}.
    event KeysPosted(uint256 indexed disputeId, bytes wrappedKeys);
    event DrawAssigned(
        uint256 indexed disputeId,
        uint256 indexed draw,
        uint256 epoch,
        uint256 claimEnds,
        uint256 commitEnds,
        uint256 revealEnds
    );
    event SeatsClaimed(
        uint256 indexed disputeId,
        uint256 indexed draw,
        address indexed juror,
        uint256 seats,
        bytes32 publicKey
    );
    event VerdictCommitted(
        uint256 indexed disputeId, uint256 indexed draw, address indexed juror, bytes32 commitment
    );
    event VerdictRevealed(
        uint256 indexed disputeId,
        uint256 indexed draw,
        address indexed juror,
        bytes32 resultHash,
        uint256 seats
    );
    /// @notice A draw reached a verdict; `juryCost` is set aside for its jurors.
    event Decided(
        uint256 indexed disputeId,
        uint256 indexed draw,
        bool convicts,
        bytes32 leading,
        uint256 leadingSeats,
        uint256 revealed,
        uint256 juryCost
    );
    event Appealed(uint256 indexed disputeId, address indexed appellant, uint256 bond);
    event DisputeClosed(
        uint256 indexed disputeId, Outcome outcome, uint256 toPayer, uint256 toNode, uint256 slashed
    );
    /// @notice `to` is the juror, or whoever paid for the jury if fewer than a third agreed with it.
    event JurorFeePaid(
        uint256 indexed disputeId,
        uint256 indexed draw,
        address indexed juror,
        address to,
        uint256 amount
    );
    event JurorPenalized(
        uint256 indexed disputeId, uint256 indexed draw, address indexed juror, uint256 taken
    );
    event ParametersSet(uint256 indexed parametersId, Parameters parameters);
}
