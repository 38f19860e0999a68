// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {VOTE_UNIT, VoteTally} from "../types/VoteTally.sol";

/// @title Votes counted, and the deadline that a late quorum extends, in one word for each proposal
/// @notice The rules, functions, events and errors of OpenZeppelin's `GovernorCountingSimple` and
/// `GovernorPreventLateQuorum`. Those keep a slot each that every vote must read; here a vote reads
/// and writes one. Weights count in whole gwei, rounded down.
abstract contract GovernorTally is Governor {
    struct Ballot {
        VoteTally tally;
        mapping(address voter => Voter) voters;
    }

    /// @dev A word to itself, so that writing it need not read it again.
    struct Voter {
        uint256 voted;
    }

    error GovernorPreventLateQuorumVoteExtensionTooLarge(
        uint256 newVoteExtension, uint256 maxVoteExtension
    );

    event ProposalExtended(uint256 indexed proposalId, uint64 extendedDeadline);
    event LateQuorumVoteExtensionSet(uint64 oldVoteExtension, uint64 newVoteExtension);

    uint256 private constant AGAINST = 0;
    uint256 private constant FOR = 1;
    uint256 private constant ABSTAIN = 2;

    mapping(uint256 proposalId => Ballot) private _ballots;
    uint48 private _voteExtension;

    constructor(uint48 voteExtension) {
        _setLateQuorumVoteExtension(voteExtension);
    }

    /// @notice Seconds left to vote after a late quorum. By a proposal only.
    function setLateQuorumVoteExtension(uint48 newVoteExtension) public virtual onlyGovernance {
        _setLateQuorumVoteExtension(newVoteExtension);
    }

    function lateQuorumVoteExtension() public view returns (uint48) {
        return _voteExtension;
    }

    // solhint-disable-next-line func-name-mixedcase
    function COUNTING_MODE() public pure override returns (string memory) {
        return "support=bravo&quorum=for,abstain";
    }

    function hasVoted(uint256 proposalId, address account) public view override returns (bool) {
        return _ballots[proposalId].voters[account].voted != 0;
    }

    /// @notice Wei of votes, whole gwei of each voter.
    function proposalVotes(uint256 proposalId)
        public
        view
        returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes)
    {
        VoteTally tally = _ballots[proposalId].tally;
        return (tally.votes(AGAINST), tally.votes(FOR), tally.votes(ABSTAIN));
    }

    /// @notice The end of the vote as proposed, or later after a late quorum.
    function proposalDeadline(uint256 proposalId) public view virtual override returns (uint256) {
        uint256 extended = _ballots[proposalId].tally.extendedDeadline();
        return Math.max(super.proposalDeadline(proposalId), extended);
    }

    function _countVote(
        uint256 proposalId,
        address account,
        uint8 support,
        uint256 totalWeight,
        bytes memory
    ) internal override returns (uint256) {
        if (support > ABSTAIN) revert GovernorInvalidVoteType();
        Ballot storage ballot = _ballots[proposalId];
        Voter storage voter = ballot.voters[account];
        if (voter.voted != 0) revert GovernorAlreadyCastVote(account);
        voter.voted = 1;
        uint256 units = totalWeight / VOTE_UNIT;
        ballot.tally = ballot.tally.add(support, units);
        return units * VOTE_UNIT;
    }

    /// @dev Whoever brings the quorum leaves the others `lateQuorumVoteExtension` to answer.
    function _tallyUpdated(uint256 proposalId) internal virtual override {
        super._tallyUpdated(proposalId);
        Ballot storage ballot = _ballots[proposalId];
        VoteTally tally = ballot.tally;
        if (tally.extendedDeadline() != 0 || !_isQuorum(proposalId, tally.quorumVotes())) return;
        uint48 extended = clock() + _voteExtension;
        if (extended > proposalDeadline(proposalId)) emit ProposalExtended(proposalId, extended);
        ballot.tally = tally.withDeadline(extended);
    }

    function _quorumReached(uint256 proposalId) internal view override returns (bool) {
        return _isQuorum(proposalId, _ballots[proposalId].tally.quorumVotes());
    }

    function _voteSucceeded(uint256 proposalId) internal view override returns (bool) {
        VoteTally tally = _ballots[proposalId].tally;
        return tally.votes(FOR) > tally.votes(AGAINST);
    }

    /// @param votes Wei for and abstaining.
    function _isQuorum(uint256 proposalId, uint256 votes) internal view virtual returns (bool) {
        return votes >= quorum(proposalSnapshot(proposalId));
    }

    /// @dev Added to the clock in 48 bits, so it stays as short as a vote.
    function _setLateQuorumVoteExtension(uint48 newVoteExtension) internal {
        uint256 most = votingPeriod();
        if (newVoteExtension > most) {
            revert GovernorPreventLateQuorumVoteExtensionTooLarge(newVoteExtension, most);
        }
        emit LateQuorumVoteExtensionSet(_voteExtension, newVoteExtension);
        _voteExtension = newVoteExtension;
    }
}
