// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {DDAIGovernor} from "../../src/governance/DDAIGovernor.sol";
import {GovernorTally} from "../../src/governance/GovernorTally.sol";
import {VoteTally} from "../../src/types/VoteTally.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {vm} from "../base/Vm.sol";

contract GovernorTallyTest is ProtocolTest {
    address private whale = address(0xd40);
    address private minnow = address(0x313);
    uint256 private id;
    uint256 private deadline;

    function setUp() public override {
        super.setUp();
        stakeFor(whale, 60_000_000e18);
        stakeFor(minnow, 1_000_000e18 + 1.5 gwei);
        vm.warp(block.timestamp + 1);
        address[] memory targets = new address[](1);
        bytes[] memory calls = new bytes[](1);
        targets[0] = address(escrow);
        calls[0] = abi.encodeCall(escrow.setFee, (400, 9_000));
        vm.prank(whale);
        id = governor.propose(targets, new uint256[](1), calls, "tally");
        deadline = governor.proposalDeadline(id);
        vm.warp(block.timestamp + UNIT + 1);
    }

    function testFuzz_word_addsEachSupportApart(uint256 seed) public pure {
        VoteTally tally;
        uint256[3] memory sums;
        for (uint256 i = 0; i < 40; ++i) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            // Forty of them are at most all DDAI.
            uint256 units = (r >> 8) % (10e9 * 1e9 / 40);
            tally = tally.add(r % 3, units);
            sums[r % 3] += units;
            if (i == 20) tally = tally.withDeadline(uint48(seed));
        }
        for (uint256 support = 0; support < 3; ++support) {
            assertEq(tally.votes(support), sums[support] * 1 gwei, "votes");
        }
        assertEq(tally.quorumVotes(), (sums[1] + sums[2]) * 1 gwei, "for and abstaining");
        assertEq(tally.extendedDeadline(), uint48(seed), "deadline");
    }

    function test_castVote_countsWholeGweiOnce() public {
        assertTrue(!governor.hasVoted(id, minnow), "not yet");
        vm.prank(minnow);
        assertEq(governor.castVote(id, 2), 1_000_000e18 + 1 gwei, "rounded down");
        vm.prank(whale);
        governor.castVote(id, 0);
        assertTrue(governor.hasVoted(id, minnow), "voted");
        (uint256 against, uint256 inFavour, uint256 abstaining) = governor.proposalVotes(id);
        assertEq(against, 60_000_000e18, "against");
        assertEq(inFavour, 0, "for");
        assertEq(abstaining, 1_000_000e18 + 1 gwei, "abstaining");
        vm.prank(minnow);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorAlreadyCastVote.selector, minnow));
        governor.castVote(id, 2);
    }

    function test_castVote_revertsIf_unknownSupport() public {
        vm.prank(whale);
        vm.expectRevert(IGovernor.GovernorInvalidVoteType.selector);
        governor.castVote(id, 3);
    }

    function test_votesAgainst_areNoQuorumAndWinATie() public {
        vm.prank(whale);
        governor.castVote(id, 0);
        vm.warp(deadline + 1);
        assertEq(uint256(governor.state(id)), uint256(IGovernor.ProposalState.Defeated), "defeated");
    }

    function test_constructor_revertsIf_theExtensionIsLongerThanAVote() public {
        DDAIGovernor.Settings memory settings =
            DDAIGovernor.Settings(uint48(UNIT), uint32(3 * UNIT), 0, 4, uint48(4 * UNIT));
        vm.expectRevert(
            abi.encodeWithSelector(
                GovernorTally.GovernorPreventLateQuorumVoteExtensionTooLarge.selector,
                4 * UNIT,
                3 * UNIT
            )
        );
        new DDAIGovernor(staking, timelock, UNIT, settings);
    }

    function test_tie_fails() public {
        address rival = address(0xd41);
        stakeFor(rival, 60_000_000e18);
        vm.warp(block.timestamp + 1);
        address[] memory targets = new address[](1);
        bytes[] memory calls = new bytes[](1);
        targets[0] = address(escrow);
        calls[0] = abi.encodeCall(escrow.setFee, (400, 9_000));
        vm.prank(whale);
        uint256 tied = governor.propose(targets, new uint256[](1), calls, "tie");
        vm.warp(block.timestamp + UNIT + 1);
        vm.prank(whale);
        governor.castVote(tied, 1);
        vm.prank(rival);
        governor.castVote(tied, 0);
        vm.warp(governor.proposalDeadline(tied) + 1);
        assertEq(
            uint256(governor.state(tied)), uint256(IGovernor.ProposalState.Defeated), "defeated"
        );
    }

    function test_quorum_reachedByAbstaining_doesNotDecide() public {
        vm.prank(whale);
        governor.castVote(id, 2);
        assertEq(governor.proposalDeadline(id), deadline, "early: nothing to extend");
        vm.prank(minnow);
        governor.castVote(id, 1);
        vm.warp(deadline + 1);
        assertEq(uint256(governor.state(id)), uint256(IGovernor.ProposalState.Succeeded), "for");
    }

    function test_lateVote_afterAnEarlyQuorum_extendsNothing() public {
        vm.prank(whale);
        governor.castVote(id, 1);
        vm.warp(deadline);
        vm.prank(minnow);
        governor.castVote(id, 0);
        assertEq(governor.proposalDeadline(id), deadline, "as proposed");
    }

    function test_lateVote_belowTheQuorum_extendsNothing_untilOneReachesIt() public {
        vm.warp(deadline - 10);
        vm.prank(minnow);
        governor.castVote(id, 1);
        assertEq(governor.proposalDeadline(id), deadline, "no quorum");
        vm.warp(deadline);
        vm.prank(whale);
        governor.castVote(id, 1);
        assertEq(governor.proposalDeadline(id), deadline + 2 * UNIT, "two more days");
        (, uint256 inFavour,) = governor.proposalVotes(id);
        assertEq(inFavour, 61_000_000e18 + 1 gwei, "votes kept");
    }

    /// @dev The floor is passed, the share of a larger stake is not.
    function test_quorum_isTheShareWhereItIsAboveTheFloor() public {
        stakeFor(address(0xee), 2_000_000_000e18);
        vm.warp(block.timestamp + 1);
        address[] memory targets = new address[](1);
        targets[0] = address(escrow);
        vm.prank(whale);
        id = governor.propose(targets, new uint256[](1), new bytes[](1), "share");
        deadline = governor.proposalDeadline(id);
        vm.warp(deadline);
        vm.prank(whale);
        governor.castVote(id, 1);
        assertEq(governor.proposalDeadline(id), deadline, "not reached");
        vm.warp(deadline + 1);
        assertEq(uint256(governor.state(id)), uint256(IGovernor.ProposalState.Defeated), "defeated");
    }
}
