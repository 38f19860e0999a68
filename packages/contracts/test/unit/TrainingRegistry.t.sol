// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IPausable} from "../../src/interfaces/IPausable.sol";
import {ITrainingRegistry} from "../../src/interfaces/ITrainingRegistry.sol";
import {COMPUTE} from "../../src/types/WorkClass.sol";
import {TrainingTest} from "../base/TrainingTest.sol";
import {vm} from "../base/Vm.sol";

contract TrainingRegistryTest is TrainingTest {
    function test_createJob_takesBudgetAndTheHighestFee() public {
        uint256 jobId = createJob(terms());
        assertEq(jobId, 1, "numbered from one");
        assertEq(training.job(jobId).held, 110e18, "held");
        assertEq(training.totalHeld(), 110e18, "total");
        assertEq(token.balanceOf(address(training)), 110e18, "tokens");
        assertEq(uint256(training.termsOf(jobId).termsHash), uint256(terms().termsHash), "terms");
        assertEq(training.jobCount(), 1, "count");
    }

    function test_createJob_withoutBudgetHoldsNothing() public {
        ITrainingRegistry.Terms memory free = terms();
        free.budget = 0;
        uint256 jobId = createJob(free);
        assertEq(training.job(jobId).held, 0, "held");
        vm.prank(COORDINATOR);
        training.commitRound(jobId, unpaidRound(1));
    }

    function test_createJob_revertsIf_theTermsAreUnsound() public {
        ITrainingRegistry.Terms memory bad = terms();
        bad.termsHash = 0;
        refuse(bad, abi.encodeWithSelector(ITrainingRegistry.TrainingRegistryZeroTerms.selector));
        bad = terms();
        bad.minCohort = 3;
        refuse(bad, cohortTooSmall(3, 3));
        bad = terms();
        bad.minOperators = 2;
        refuse(bad, cohortTooSmall(4, 2));
        bad = terms();
        bad.minOperators = 5;
        refuse(bad, cohortTooSmall(4, 5));
        bad = terms();
        bad.rounds = 0;
        refuse(bad, roundsOutOfBounds(0));
        bad.rounds = 10_001;
        refuse(bad, roundsOutOfBounds(10_001));
        bad = terms();
        bad.deadline = uint48(START + 1 days - 1);
        refuse(bad, deadlineOutOfBounds(bad.deadline));
        bad.deadline = uint48(START + 365 days + 1);
        refuse(bad, deadlineOutOfBounds(bad.deadline));
    }

    function test_createJob_revertsIf_thePrivacyTermsContradictThemselves() public {
        ITrainingRegistry.PrivacyUnit none = ITrainingRegistry.PrivacyUnit.None;
        ITrainingRegistry.PrivacyUnit one = ITrainingRegistry.PrivacyUnit.Record;
        refusePrivacy(none, 8_000, 0);
        refusePrivacy(none, 0, 5);
        refusePrivacy(one, 0, 5);
        refusePrivacy(one, 8_000, 2);
        refusePrivacy(one, 8_000, 13);
        ITrainingRegistry.Terms memory privately = terms();
        (privately.privacyUnit, privately.epsilonMilli, privately.deltaExponent) = (one, 8_000, 5);
        createJob(privately);
    }

    function test_createJob_revertsIf_paused() public {
        vm.prank(guardian);
        training.pause(1 days);
        refuse(terms(), abi.encodeWithSelector(IPausable.PausablePaused.selector, START + 1 days));
    }

    function test_commitRound_recordsHeadsAndRewardsInOrder() public {
        uint256 jobId = createJob(terms());
        commit(jobId, paidRound(1, bytes32(uint256(7)), 40e18));
        ITrainingRegistry.Job memory job = training.job(jobId);
        assertEq(job.roundsCommitted, 1, "rounds");
        assertEq(job.committed, 40e18, "committed");
        (bytes32 root, bytes32 head) = training.roundOf(jobId, 1);
        assertEq(uint256(root), 7, "root");
        assertEq(uint256(head), uint256(keccak256("head")), "head");
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryRoundOutOfOrder.selector, jobId, 3, 2
            )
        );
        commit(jobId, unpaidRound(3));
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryRoundOutOfOrder.selector, jobId, 1, 2
            )
        );
        commit(jobId, unpaidRound(1));
    }

    function test_commitRound_revertsIf_notTheCoordinator() public {
        uint256 jobId = createJob(terms());
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryNotCoordinator.selector, jobId, OWNER
            )
        );
        vm.prank(OWNER);
        training.commitRound(jobId, unpaidRound(1));
    }

    function test_commitRound_revertsIf_fewerSurvivedThanTheTermsAllow() public {
        uint256 jobId = createJob(terms());
        refuseSurvivors(jobId, 3, 3);
        refuseSurvivors(jobId, 4, 2);
        refuseSurvivors(jobId, 4, 5);
    }

    function test_commitRound_revertsIf_aHashOrARootIsMissing() public {
        uint256 jobId = createJob(terms());
        ITrainingRegistry.Round memory round = unpaidRound(1);
        round.aggregateHash = 0;
        vm.expectRevert(ITrainingRegistry.TrainingRegistryZeroHash.selector);
        commit(jobId, round);
        round = unpaidRound(1);
        round.recordHead = 0;
        vm.expectRevert(ITrainingRegistry.TrainingRegistryZeroHash.selector);
        commit(jobId, round);
        round = unpaidRound(1);
        round.rewards = 1;
        vm.expectRevert(rewardsInvalid(0, 1));
        commit(jobId, round);
        round = unpaidRound(1);
        round.rewardRoot = bytes32(uint256(1));
        vm.expectRevert(rewardsInvalid(bytes32(uint256(1)), 0));
        commit(jobId, round);
    }

    function test_commitRound_revertsIf_overTheBudgetOrTheRounds() public {
        uint256 jobId = createJob(terms());
        commit(jobId, paidRound(1, bytes32(uint256(7)), 60e18));
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryBudgetExceeded.selector, jobId, 40e18 + 1, 40e18
            )
        );
        commit(jobId, paidRound(2, bytes32(uint256(7)), 40e18 + 1));
        commit(jobId, unpaidRound(2));
        commit(jobId, unpaidRound(3));
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryTooManyRounds.selector, jobId, 3
            )
        );
        commit(jobId, unpaidRound(4));
    }

    function test_claimRound_paysThroughFeeBurnAndMaturing() public {
        uint256 jobId = createJob(terms());
        (bytes32 root, bytes32[] memory forA, bytes32[] memory forB) = rewardTree(30e18, 10e18);
        commit(jobId, paidRound(1, root, 40e18));

        training.claimRound(jobId, 1, NODE_A, 30e18, forA);
        training.claimRound(jobId, 1, NODE_B, 10e18, forB);

        assertEq(escrow.earningsOf(NODE_A).held, 30e18, "matures");
        assertEq(emissions.unitsOf(NODE_A, COMPUTE, emissions.openEpoch().id), 1.2e18, "units");
        ITrainingRegistry.Job memory job = training.job(jobId);
        assertEq(job.committed, 0, "nothing owed");
        assertEq(job.held, 110e18 - 42e18, "40 and 5 % of it went");
        assertTrue(training.hasClaimed(jobId, 1, NODE_A), "claimed");
    }

    function test_claimRound_revertsIf_repeatedForgedOrOfAnotherRound() public {
        uint256 jobId = createJob(terms());
        (bytes32 root, bytes32[] memory forA, bytes32[] memory forB) = rewardTree(30e18, 10e18);
        commit(jobId, paidRound(1, root, 40e18));
        vm.expectRevert(wrongProof(jobId, 1, NODE_A));
        training.claimRound(jobId, 1, NODE_A, 31e18, forA);
        vm.expectRevert(wrongProof(jobId, 1, NODE_A));
        training.claimRound(jobId, 1, NODE_A, 30e18, forB);
        vm.expectRevert(wrongProof(jobId, 2, NODE_A));
        training.claimRound(jobId, 2, NODE_A, 30e18, forA);
        training.claimRound(jobId, 1, NODE_A, 30e18, forA);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryAlreadyClaimed.selector, jobId, 1, NODE_A
            )
        );
        training.claimRound(jobId, 1, NODE_A, 30e18, forA);
    }

    function test_claimRound_revertsIf_theTreePromisesMoreThanTheRound() public {
        uint256 jobId = createJob(terms());
        (bytes32 root, bytes32[] memory forA, bytes32[] memory forB) = rewardTree(30e18, 10e18);
        commit(jobId, paidRound(1, root, 35e18));
        training.claimRound(jobId, 1, NODE_A, 30e18, forA);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryBudgetExceeded.selector, jobId, 10e18, 5e18
            )
        );
        training.claimRound(jobId, 1, NODE_B, 10e18, forB);
    }

    function test_completeJob_returnsWhatIsNotCommitted() public {
        uint256 jobId = createJob(terms());
        (bytes32 root, bytes32[] memory forA,) = rewardTree(30e18, 10e18);
        commit(jobId, paidRound(1, root, 40e18));
        complete(jobId);
        assertEq(token.balanceOf(OWNER), 66e18, "60 and the fee on it");
        assertEq(training.job(jobId).held, 44e18, "kept for the round");
        training.claimRound(jobId, 1, NODE_A, 30e18, forA);
        assertEq(escrow.earningsOf(NODE_A).held, 30e18, "claimed after the end");
        vm.expectRevert(notOpen(jobId, ITrainingRegistry.Status.Completed));
        commit(jobId, unpaidRound(2));
        vm.expectRevert(notOpen(jobId, ITrainingRegistry.Status.Completed));
        complete(jobId);
    }

    function test_completeJob_revertsIf_aHashIsMissingOrAStrangerCalls() public {
        uint256 jobId = createJob(terms());
        vm.startPrank(COORDINATOR);
        vm.expectRevert(ITrainingRegistry.TrainingRegistryZeroHash.selector);
        training.completeJob(jobId, 0, keccak256("model"));
        vm.expectRevert(ITrainingRegistry.TrainingRegistryZeroHash.selector);
        training.completeJob(jobId, keccak256("receipt"), 0);
        vm.stopPrank();
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryNotCoordinator.selector, jobId, address(this)
            )
        );
        training.completeJob(jobId, keccak256("receipt"), keccak256("model"));
    }

    function test_cancelJob_paysRoundsServedAndReturnsTheRest() public {
        uint256 jobId = createJob(terms());
        (bytes32 root, bytes32[] memory forA,) = rewardTree(30e18, 10e18);
        vm.prank(OWNER);
        training.cancelJob(jobId);
        // Served before the cancellation, committed within the notice.
        vm.warp(START + 1 days - 1);
        commit(jobId, paidRound(1, root, 40e18));
        vm.expectRevert(stillRunning(jobId, START + 1 days));
        training.closeJob(jobId);
        vm.warp(START + 1 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryRoundsClosed.selector, jobId, START + 1 days
            )
        );
        commit(jobId, unpaidRound(2));
        assertEq(training.closeJob(jobId), 66e18, "refund");
        assertEq(token.balanceOf(OWNER), 66e18, "returned");
        training.claimRound(jobId, 1, NODE_A, 30e18, forA);
        assertEq(escrow.earningsOf(NODE_A).held, 30e18, "served and paid");
    }

    function test_cancelJob_byAnybodyAfterTheDeadlineOnly() public {
        uint256 jobId = createJob(terms());
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryNotOwner.selector, jobId, address(this)
            )
        );
        training.cancelJob(jobId);
        vm.warp(START + 30 days + 1);
        training.cancelJob(jobId);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryAlreadyCancelled.selector,
                jobId,
                START + 31 days + 1
            )
        );
        training.cancelJob(jobId);
    }

    function test_closeJob_revertsIf_notCancelled() public {
        uint256 jobId = createJob(terms());
        vm.expectRevert(stillRunning(jobId, 0));
        training.closeJob(jobId);
    }

    function test_reclaim_givesBackWhatNobodyClaimedAfterNinetyDays() public {
        uint256 jobId = createJob(terms());
        (bytes32 root, bytes32[] memory forA,) = rewardTree(30e18, 10e18);
        commit(jobId, paidRound(1, root, 40e18));
        vm.expectRevert(nothingToReclaim(jobId, 0));
        training.reclaim(jobId);
        complete(jobId);
        vm.warp(START + 90 days - 1);
        vm.expectRevert(nothingToReclaim(jobId, START + 90 days));
        training.reclaim(jobId);
        vm.warp(START + 90 days);
        assertEq(training.reclaim(jobId), 44e18, "all of it");
        assertEq(training.totalHeld(), 0, "nothing held");
        vm.expectRevert(
            abi.encodeWithSelector(
                ITrainingRegistry.TrainingRegistryBudgetExceeded.selector, jobId, 30e18, 0
            )
        );
        training.claimRound(jobId, 1, NODE_A, 30e18, forA);
        vm.expectRevert(nothingToReclaim(jobId, START + 90 days));
        training.reclaim(jobId);
    }

    function test_job_revertsIf_unknown() public {
        bytes memory unknown =
            abi.encodeWithSelector(ITrainingRegistry.TrainingRegistryUnknownJob.selector, 9);
        vm.expectRevert(unknown);
        training.job(9);
        vm.expectRevert(unknown);
        training.cancelJob(9);
        vm.expectRevert(unknown);
        training.claimRound(9, 1, NODE_A, 1, new bytes32[](0));
    }

    function test_initialize_revertsIf_repeated() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        training.initialize();
    }

    function testFuzz_held_coversEveryCommittedRoundAtTheHighestFee(uint256 first, uint256 second)
        public
    {
        first = bound(first, 1, 60e18);
        second = bound(second, 1, 40e18);
        uint256 jobId = createJob(terms());
        (bytes32 one, bytes32[] memory forA,) = rewardTree(first, 1);
        (bytes32 two, bytes32[] memory alsoForA,) = rewardTree(second, 1);
        commit(jobId, paidRound(1, one, first));
        commit(jobId, paidRound(2, two, second));
        complete(jobId);
        vm.prank(address(timelock));
        escrow.setFee(1_000, 5_000);
        training.claimRound(jobId, 1, NODE_A, first, forA);
        training.claimRound(jobId, 2, NODE_A, second, alsoForA);
        assertEq(token.balanceOf(address(training)), training.totalHeld(), "to the wei");
        assertLe(training.totalHeld(), 2, "only rounding stays");
    }
}
