// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {DDAIGovernor} from "../../src/governance/DDAIGovernor.sol";
import {DDAITimelock} from "../../src/governance/DDAITimelock.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {IPausable} from "../../src/interfaces/IPausable.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {UpgradedStaking} from "../base/UpgradedStaking.sol";
import {vm} from "../base/Vm.sol";

contract GovernanceTest is ProtocolTest {
    address private whale = address(0xd40);
    address private minnow = address(0x313);

    function setUp() public override {
        super.setUp();
        stakeFor(whale, 60_000_000e18);
        stakeFor(minnow, 1_000_000e18);
        vm.warp(block.timestamp + 1);
    }

    function test_roles_areTheGovernorsAndTheTimelocksAlone() public view {
        assertTrue(timelock.hasRole(timelock.PROPOSER_ROLE(), address(governor)), "proposer");
        assertTrue(timelock.hasRole(timelock.CANCELLER_ROLE(), address(governor)), "canceller");
        assertTrue(timelock.hasRole(timelock.EXECUTOR_ROLE(), address(0)), "anybody executes");
        assertTrue(timelock.hasRole(0, address(timelock)), "administers itself");
        assertTrue(!timelock.hasRole(0, address(this)), "deployer has nothing");
        assertTrue(!timelock.hasRole(timelock.PROPOSER_ROLE(), address(this)), "nothing");
    }

    function test_proposal_changesAParameterAfterVoteAndDelay() public {
        uint256 id = decide(address(escrow), abi.encodeCall(escrow.setFee, (400, 9_000)));
        assertEq(uint256(governor.state(id)), uint256(IGovernor.ProposalState.Executed), "executed");
        (uint256 fee, uint256 burn) = escrow.fee();
        assertEq(fee, 400, "fee");
        assertEq(burn, 9_000, "burn");
    }

    function test_quorum_isAtLeastFiftyMillion() public {
        assertEq(governor.quorum(block.timestamp - 1), 50_000_000e18, "floor");
        stakeFor(address(0xee), 2_000_000_000e18);
        vm.warp(block.timestamp + 1);
        assertEq(
            governor.quorum(block.timestamp - 1),
            uint256(2_061_000_000e18) * 4 / 100,
            "four percent"
        );
    }

    function test_proposal_failsWithoutQuorum() public {
        vm.prank(minnow);
        uint256 id = propose(address(escrow), abi.encodeCall(escrow.setFee, (400, 9_000)));
        vm.warp(block.timestamp + UNIT + 1);
        vm.prank(minnow);
        governor.castVote(id, 1);
        vm.warp(block.timestamp + 8 * UNIT);
        assertEq(uint256(governor.state(id)), uint256(IGovernor.ProposalState.Defeated), "defeated");
    }

    function test_lateQuorum_extendsTheVote() public {
        vm.prank(minnow);
        uint256 id = propose(address(escrow), abi.encodeCall(escrow.setFee, (400, 9_000)));
        uint256 deadline = governor.proposalDeadline(id);
        vm.warp(deadline - 1);
        vm.prank(whale);
        governor.castVote(id, 1);
        assertEq(governor.proposalDeadline(id), deadline - 1 + 2 * UNIT, "two more days");
    }

    function test_settings_areBoundedEvenForTheDao() public {
        vm.startPrank(address(timelock));
        vm.expectRevert(outOfBounds("votingDelay", 0, UNIT, 14 * UNIT));
        governor.setVotingDelay(0);
        vm.expectRevert(outOfBounds("votingPeriod", UNIT, 3 * UNIT, 30 * UNIT));
        governor.setVotingPeriod(uint32(UNIT));
        vm.expectRevert(outOfBounds("lateQuorumExtension", 0, UNIT, 14 * UNIT));
        governor.setLateQuorumVoteExtension(0);
        vm.stopPrank();
        vm.expectRevert(
            abi.encodeWithSelector(IGovernor.GovernorOnlyExecutor.selector, address(this))
        );
        governor.setVotingDelay(uint48(UNIT));
    }

    function test_settings_outsideBoundsFailInTheConstructor() public {
        DDAIGovernor.Settings memory set =
            DDAIGovernor.Settings(uint48(UNIT), uint32(7 * UNIT), 10_000_001e18, 4, uint48(UNIT));
        vm.expectRevert(outOfBounds("proposalThreshold", 10_000_001e18, 0, 10_000_000e18));
        new DDAIGovernor(staking, timelock, UNIT, set);
        set.proposalThreshold = 0;
        set.quorumPercent = 3;
        vm.expectRevert(outOfBounds("quorumPercent", 3, 4, 20));
        new DDAIGovernor(staking, timelock, UNIT, set);
        set.quorumPercent = 4;
        set.votingDelay = uint48(UNIT - 1);
        vm.expectRevert(outOfBounds("votingDelay", UNIT - 1, UNIT, 14 * UNIT));
        new DDAIGovernor(staking, timelock, UNIT, set);
        set.votingDelay = uint48(UNIT);
        set.votingPeriod = uint32(30 * UNIT + 1);
        vm.expectRevert(outOfBounds("votingPeriod", 30 * UNIT + 1, 3 * UNIT, 30 * UNIT));
        new DDAIGovernor(staking, timelock, UNIT, set);
        set.votingPeriod = uint32(7 * UNIT);
        set.lateQuorumExtension = 0;
        vm.expectRevert(outOfBounds("lateQuorumExtension", 0, UNIT, 14 * UNIT));
        new DDAIGovernor(staking, timelock, UNIT, set);
        set.lateQuorumExtension = uint48(UNIT);
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedTimeUnitOutOfBounds.selector, 0, 1 days)
        );
        new DDAIGovernor(staking, timelock, 0, set);
    }

    function test_timelock_refusesABadConstruction() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                DDAITimelock.TimelockDelayOutOfBounds.selector, UNIT, 2 * UNIT, 30 * UNIT
            )
        );
        new DDAITimelock(UNIT, UNIT, address(governor));
        vm.expectRevert(IGoverned.GovernedZeroAddress.selector);
        new DDAITimelock(2 * UNIT, UNIT, address(0));
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedTimeUnitOutOfBounds.selector, 2 days, 1 days)
        );
        new DDAITimelock(2 days, 2 days, address(governor));
    }

    function test_timelock_callsToItselfWaitForAnAnnouncement() public {
        bytes memory call = abi.encodeCall(timelock.updateDelay, (5 * UNIT));
        decideReverts(address(timelock), call);
        assertEq(timelock.getMinDelay(), 2 * UNIT, "unchanged");

        decide(address(timelock), abi.encodeCall(timelock.announce, (call)));
        uint256 readyAt = timelock.announcedAt(call);
        assertEq(readyAt, block.timestamp + 21 * UNIT, "21 days");
        vm.warp(readyAt);
        decideAgain(address(timelock), call, "later");
        assertEq(timelock.getMinDelay(), 5 * UNIT, "changed");
        assertEq(timelock.announcedAt(call), 0, "used up");
    }

    function test_timelock_announcementsAreItsOwn() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                TimelockController.TimelockUnauthorizedCaller.selector, address(this)
            )
        );
        timelock.announce("");
        vm.expectRevert(
            abi.encodeWithSelector(
                TimelockController.TimelockUnauthorizedCaller.selector, address(this)
            )
        );
        timelock.cancelAnnouncement("");
        bytes memory call = abi.encodeCall(timelock.updateDelay, (5 * UNIT));
        vm.startPrank(address(timelock));
        timelock.announce(call);
        timelock.cancelAnnouncement(call);
        vm.stopPrank();
        assertEq(timelock.announcedAt(call), 0, "cancelled");
    }

    function test_upgrade_waitsTwentyOneDaysAndKeepsStakesAndVotes() public {
        UpgradedStaking successor = new UpgradedStaking(
            token, escrow, protocolRegistry, address(timelock), UNIT, STAKE_THAW
        );
        bytes memory data = abi.encodeCall(UpgradedStaking.initializeAdded, (42));
        vm.startPrank(address(timelock));
        staking.announceUpgrade(address(successor), data);
        bytes32 change = staking.upgradeId(address(successor), data);
        uint256 readyAt = staking.announcedAt(change);
        assertEq(readyAt, block.timestamp + staking.announcementDelay(), "announced");
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedTooEarly.selector, change, readyAt)
        );
        staking.upgradeToAndCall(address(successor), data);
        vm.warp(readyAt);
        staking.upgradeToAndCall(address(successor), data);
        vm.stopPrank();
        assertEq(UpgradedStaking(address(staking)).added(), 42, "initialised");
        assertEq(staking.collateralOf(whale), 60_000_000e18, "stakes kept");
        assertEq(staking.getVotes(whale), 60_000_000e18, "votes kept");
        assertEq(staking.totalStaked(), 61_000_000e18, "total kept");
    }

    function test_upgrade_revertsIf_initialiserWasNotTheAnnouncedOne() public {
        UpgradedStaking successor = new UpgradedStaking(
            token, escrow, protocolRegistry, address(timelock), UNIT, STAKE_THAW
        );
        bytes memory data = abi.encodeCall(UpgradedStaking.initializeAdded, (42));
        vm.startPrank(address(timelock));
        staking.announceUpgrade(address(successor), data);
        vm.warp(block.timestamp + 21 * UNIT);
        bytes memory other = abi.encodeCall(UpgradedStaking.initializeAdded, (43));
        bytes32 change = staking.upgradeId(address(successor), other);
        vm.expectRevert(abi.encodeWithSelector(IGoverned.GovernedNotAnnounced.selector, change));
        staking.upgradeToAndCall(address(successor), other);
        vm.stopPrank();
    }

    function test_pause_endsByItselfAndCoolsDown() public {
        vm.expectRevert(
            abi.encodeWithSelector(IPausable.PausableNotGuardian.selector, address(this))
        );
        escrow.pause(1 days);
        vm.startPrank(guardian);
        vm.expectRevert(
            abi.encodeWithSelector(IPausable.PausableTooLong.selector, 7 days + 1, 7 days)
        );
        escrow.pause(7 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IPausable.PausableTooLong.selector, 0, 7 days));
        escrow.pause(0);
        escrow.pause(7 days);
        uint256 until = escrow.pausedUntil();
        vm.warp(until);
        vm.expectRevert(
            abi.encodeWithSelector(IPausable.PausableCoolingDown.selector, until + 7 days)
        );
        escrow.pause(1);
        vm.stopPrank();
        depositFor(whale, 1e18);
        vm.warp(until + 7 days);
        vm.prank(address(timelock));
        escrow.pause(1 days);
        vm.prank(guardian);
        escrow.unpause();
        depositFor(whale, 1e18);
    }

    function test_unpause_outsideAPauseDoesNotDelayTheNextOne() public {
        vm.startPrank(guardian);
        escrow.pause(1 days);
        vm.warp(block.timestamp + 8 days - 1);
        escrow.unpause();
        vm.warp(block.timestamp + 1);
        escrow.pause(1 days);
        vm.stopPrank();
        assertEq(escrow.pausedUntil(), block.timestamp + 1 days, "paused again in time");
    }

    function test_upgrade_revertsIf_called_onTheImplementation() public {
        UpgradedStaking successor = new UpgradedStaking(
            token, escrow, protocolRegistry, address(timelock), UNIT, STAKE_THAW
        );
        vm.prank(address(timelock));
        vm.expectRevert();
        successor.upgradeToAndCall(address(successor), "");
    }

    function decide(address target, bytes memory call) private returns (uint256) {
        return decideAgain(target, call, "decide");
    }

    function decideAgain(address target, bytes memory call, string memory why)
        private
        returns (uint256 id)
    {
        id = passAndQueue(target, call, why);
        (address[] memory targets, bytes[] memory calls) = lists(target, call);
        governor.execute(targets, new uint256[](1), calls, keccak256(bytes(why)));
    }

    function decideReverts(address target, bytes memory call) private {
        passAndQueue(target, call, "reverts");
        (address[] memory targets, bytes[] memory calls) = lists(target, call);
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedNotAnnounced.selector, keccak256(call))
        );
        governor.execute(targets, new uint256[](1), calls, keccak256("reverts"));
    }

    function passAndQueue(address target, bytes memory call, string memory why)
        private
        returns (uint256 id)
    {
        (address[] memory targets, bytes[] memory calls) = lists(target, call);
        vm.prank(whale);
        id = governor.propose(targets, new uint256[](1), calls, why);
        vm.warp(block.timestamp + UNIT + 1);
        vm.prank(whale);
        governor.castVote(id, 1);
        vm.warp(block.timestamp + 7 * UNIT + 1);
        governor.queue(targets, new uint256[](1), calls, keccak256(bytes(why)));
        vm.warp(block.timestamp + timelock.getMinDelay());
    }

    function propose(address target, bytes memory call) private returns (uint256) {
        (address[] memory targets, bytes[] memory calls) = lists(target, call);
        return governor.propose(targets, new uint256[](1), calls, "propose");
    }

    function lists(address target, bytes memory call)
        private
        pure
        returns (address[] memory targets, bytes[] memory calls)
    {
        targets = new address[](1);
        calls = new bytes[](1);
        (targets[0], calls[0]) = (target, call);
    }

    function outOfBounds(bytes32 name, uint256 value, uint256 min, uint256 max)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(IGoverned.GovernedOutOfBounds.selector, name, value, min, max);
    }
}
