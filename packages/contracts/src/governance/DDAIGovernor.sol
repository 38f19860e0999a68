// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {
    GovernorTimelockControl
} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {
    GovernorVotesQuorumFraction
} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IGoverned} from "../interfaces/IGoverned.sol";
import {GovernorTally} from "./GovernorTally.sol";

/// @title The DAO: OpenZeppelin's governor over staked votes
/// @notice Quorum is the larger of 4% of staked votes and 50,000,000 DDAI, so that a young network
/// with little stake can't be taken by whoever stakes first. Not upgradeable: a successor is granted
/// the timelock's proposer role, which the timelock announces 21 days ahead.
contract DDAIGovernor is
    Governor,
    GovernorSettings,
    GovernorVotes,
    GovernorVotesQuorumFraction,
    GovernorTally,
    GovernorTimelockControl
{
    /// @param votingDelay Seconds between proposal and vote, 1 to 14 time units.
    /// @param votingPeriod Seconds of the vote, 3 to 30 time units.
    /// @param proposalThreshold Votes needed to propose, at most 10,000,000 DDAI.
    /// @param quorumPercent Share of all staked votes, 4 to 20.
    /// @param lateQuorumExtension Seconds left to vote after a late quorum, 1 to 14 time units.
    struct Settings {
        uint48 votingDelay;
        uint32 votingPeriod;
        uint256 proposalThreshold;
        uint256 quorumPercent;
        uint48 lateQuorumExtension;
    }

    uint256 public constant QUORUM_FLOOR = 50_000_000e18;
    uint256 private constant MAX_PROPOSAL_THRESHOLD = 10_000_000e18;
    uint256 private constant MIN_QUORUM_PERCENT = 4;
    uint256 private constant MAX_QUORUM_PERCENT = 20;

    uint256 public immutable timeUnit;

    constructor(IVotes votes, TimelockController timelock_, uint256 timeUnit_, Settings memory set)
        Governor("DDAI Governor")
        GovernorSettings(set.votingDelay, set.votingPeriod, set.proposalThreshold)
        GovernorVotes(votes)
        GovernorVotesQuorumFraction(set.quorumPercent)
        GovernorTally(set.lateQuorumExtension)
        GovernorTimelockControl(timelock_)
    {
        if (timeUnit_ == 0 || timeUnit_ > 1 days) {
            revert IGoverned.GovernedTimeUnitOutOfBounds(timeUnit_, 1 days);
        }
        timeUnit = timeUnit_;
        _bound("votingDelay", set.votingDelay, timeUnit_, 14 * timeUnit_);
        _bound("votingPeriod", set.votingPeriod, 3 * timeUnit_, 30 * timeUnit_);
        _bound("lateQuorumExtension", set.lateQuorumExtension, timeUnit_, 14 * timeUnit_);
    }

    /// @notice The larger of the share of staked votes and the floor.
    function quorum(uint256 timepoint)
        public
        view
        override(Governor, GovernorVotesQuorumFraction)
        returns (uint256)
    {
        return Math.max(super.quorum(timepoint), QUORUM_FLOOR);
    }

    /// @inheritdoc GovernorSettings
    function setVotingDelay(uint48 newVotingDelay) public override {
        _bound("votingDelay", newVotingDelay, timeUnit, 14 * timeUnit);
        super.setVotingDelay(newVotingDelay);
    }

    /// @inheritdoc GovernorSettings
    function setVotingPeriod(uint32 newVotingPeriod) public override {
        _bound("votingPeriod", newVotingPeriod, 3 * timeUnit, 30 * timeUnit);
        super.setVotingPeriod(newVotingPeriod);
    }

    /// @inheritdoc GovernorTally
    function setLateQuorumVoteExtension(uint48 newVoteExtension) public override {
        _bound("lateQuorumExtension", newVoteExtension, timeUnit, 14 * timeUnit);
        super.setLateQuorumVoteExtension(newVoteExtension);
    }

    /// @dev What Staking answers, without asking it.
    function clock() public view override(Governor, GovernorVotes) returns (uint48) {
        return uint48(block.timestamp);
    }

    function proposalThreshold()
        public
        view
        override(Governor, GovernorSettings)
        returns (uint256)
    {
        return super.proposalThreshold();
    }

    function proposalDeadline(uint256 proposalId)
        public
        view
        override(Governor, GovernorTally)
        returns (uint256)
    {
        return super.proposalDeadline(proposalId);
    }

    function proposalNeedsQueuing(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (bool)
    {
        return super.proposalNeedsQueuing(proposalId);
    }

    function state(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (ProposalState)
    {
        return super.state(proposalId);
    }

    function _setProposalThreshold(uint256 newProposalThreshold) internal override {
        _bound("proposalThreshold", newProposalThreshold, 0, MAX_PROPOSAL_THRESHOLD);
        super._setProposalThreshold(newProposalThreshold);
    }

    function _updateQuorumNumerator(uint256 newQuorumNumerator) internal override {
        _bound("quorumPercent", newQuorumNumerator, MIN_QUORUM_PERCENT, MAX_QUORUM_PERCENT);
        super._updateQuorumNumerator(newQuorumNumerator);
    }

    /// @dev Below the floor the share need not be asked for.
    function _isQuorum(uint256 proposalId, uint256 votes) internal view override returns (bool) {
        return votes >= QUORUM_FLOOR && super._isQuorum(proposalId, votes);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorTally) {
        super._tallyUpdated(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor()
        internal
        view
        override(Governor, GovernorTimelockControl)
        returns (address)
    {
        return super._executor();
    }

    function _bound(bytes32 parameter, uint256 value, uint256 min, uint256 max) private pure {
        if (value < min || value > max) {
            revert IGoverned.GovernedOutOfBounds(parameter, value, min, max);
        }
    }
}
