// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {EmissionsController} from "../../src/EmissionsController.sol";
import {IEmissionsController} from "../../src/interfaces/IEmissionsController.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {COMPUTE, QUERY, STORAGE} from "../../src/types/WorkClass.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {vm} from "../base/Vm.sol";

contract EmissionsControllerTest is ProtocolTest {
    uint256 private constant DAILY = 3_000_000e18;
    uint256 private constant ALL = 6_000_000_000e18;

    address private payer = address(0xa11ce);
    address private node = address(0xb0b);
    address private whale = address(0xd40);

    function setUp() public override {
        super.setUp();
        openAccount(payer, node);
    }

    function test_initialize_opensTheFirstEpochWithADailyBudget() public view {
        IEmissionsController.Epoch memory epoch = emissions.openEpoch();
        assertEq(epoch.id, START / EPOCH, "id");
        assertEq(epoch.budget, DAILY, "budget");
        assertEq(emissions.ledger().open, DAILY, "open");
        assertEq(emissions.ledger().reserve, ALL - DAILY, "reserve");
        assertEq(emissions.streamable(), 600_000_000e18, "beyond the schedule");
        assertConserved();
    }

    function test_claim_paysTheUnitsWhileTheBudgetLasts() public {
        uint256 epoch = emissions.openEpoch().id;
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 100e18));
        assertEq(emissions.rewardOf(node, COMPUTE, epoch), 0, "not before it closes");
        nextEpoch();
        assertEq(emissions.rewardOf(node, COMPUTE, epoch), 4e18, "what was burned");
        assertEq(claim(node, COMPUTE, epoch), 4e18, "paid");
        assertEq(token.balanceOf(node), 4e18, "received");
        assertEq(emissions.ledger().claimed, 4e18, "claimed");
        assertConserved();
    }

    function test_claim_sharesTheBudgetWhenMoreWasBurned() public {
        address second = address(0xca1);
        stakeFor(second, MIN_COMPUTE);
        depositFor(payer, 120_000_000e18);
        uint256 epoch = emissions.openEpoch().id;
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 75_000_000e18));
        collect(voucher(payer, GATEWAY_KEY, second, QUERY, 25_000_000e18));
        nextEpoch();
        uint256 budget = DAILY * 35 / 100;
        assertEq(emissions.classResult(epoch, QUERY).units, 4_000_000e18, "burned");
        assertEq(emissions.classResult(epoch, QUERY).payable_, budget, "budget");
        assertEq(claim(node, QUERY, epoch), budget * 3 / 4, "three quarters");
        assertEq(claim(second, QUERY, epoch), budget / 4, "one quarter");
        assertConserved();
    }

    function test_claim_keepsStorageBondedShareApart() public {
        depositFor(payer, 120_000_000e18);
        uint256 epoch = emissions.openEpoch().id;
        collect(voucher(payer, GATEWAY_KEY, node, STORAGE, 100_000_000e18));
        nextEpoch();
        assertEq(
            emissions.classResult(epoch, STORAGE).payable_,
            DAILY * 15 / 100 / 2,
            "the fee-backed half"
        );
        assertConserved();
    }

    function test_claim_severalEpochsAtOnce() public {
        uint256[] memory epochs = new uint256[](3);
        for (uint256 i = 0; i < 3; ++i) {
            epochs[i] = emissions.openEpoch().id;
            collect(voucher(payer, GATEWAY_KEY, node, QUERY, (i + 1) * 100e18));
            nextEpoch();
        }
        vm.prank(node);
        assertEq(emissions.claim(node, QUERY, epochs), 12e18, "all three");
        assertConserved();
    }

    function test_claim_goesToThePayoutOnTheSignersWord() public {
        registerNode(node, 0x51, 2);
        vm.prank(node);
        nodeRegistry.setPayout(address(0x9a1));
        uint256 epoch = emissions.openEpoch().id;
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        nextEpoch();
        uint256[] memory epochs = one(epoch);
        vm.prank(vm.addr(0x51));
        emissions.claim(node, QUERY, epochs);
        assertEq(token.balanceOf(address(0x9a1)), 4e18, "payout");
    }

    function test_claim_revertsIf_badInput() public {
        uint256 epoch = emissions.openEpoch().id;
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNotOperatorOrSigner.selector, address(this), node
            )
        );
        emissions.claim(node, QUERY, one(epoch));
        vm.startPrank(node);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNothingToClaim.selector, node, QUERY, epoch
            )
        );
        emissions.claim(node, QUERY, one(epoch));
        vm.expectRevert(IEmissionsController.EmissionsEmptyEpochs.selector);
        emissions.claim(node, QUERY, new uint256[](0));
        vm.expectRevert(
            abi.encodeWithSelector(IEmissionsController.EmissionsTooManyEpochs.selector, 366, 365)
        );
        emissions.claim(node, QUERY, new uint256[](366));
        vm.expectRevert(
            abi.encodeWithSelector(IEmissionsController.EmissionsUnknownClass.selector, 4)
        );
        emissions.claim(node, 4, one(epoch));
        vm.warp(block.timestamp + EPOCH);
        emissions.closeEpoch();
        uint256[] memory twice = new uint256[](2);
        (twice[0], twice[1]) = (epoch, epoch);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsUnsortedEpochs.selector, epoch, epoch
            )
        );
        emissions.claim(node, QUERY, twice);
        emissions.claim(node, QUERY, one(epoch));
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNothingToClaim.selector, node, QUERY, epoch
            )
        );
        emissions.claim(node, QUERY, one(epoch));
        vm.stopPrank();
    }

    function test_closeEpoch_revertsWhileItRuns() public {
        IEmissionsController.Epoch memory epoch = emissions.openEpoch();
        vm.warp(epoch.endsAt - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsEpochRunning.selector, epoch.id, epoch.endsAt
            )
        );
        emissions.closeEpoch();
        vm.warp(epoch.endsAt);
        emissions.closeEpoch();
    }

    function test_closeEpoch_afterAnIdleYearOwesNoCatchingUp() public {
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        vm.warp(block.timestamp + 365 * EPOCH);
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 200e18));
        (uint256 closed, uint256 opened) = emissions.closeEpoch();
        assertEq(opened - closed, 365, "in one call");
        assertEq(emissions.classResult(closed, QUERY).units, 8e18, "late work counts once");
        assertEq(
            emissions.streamable(), 600_000_000e18 + 365 * DAILY - 8e18, "skipped budgets stay"
        );
        assertConserved();
    }

    function test_schedule_endsAfterEighteenHundredEpochs() public {
        vm.prank(address(timelock));
        emissions.setStream(DAILY);
        uint256 spent = 0;
        for (uint256 i = 0; i < 1_800; ++i) {
            nextEpoch();
            spent += emissions.ledger().open;
            assertConserved();
        }
        assertEq(emissions.openEpoch().id, START / EPOCH + 1_800, "after the schedule");
        assertEq(emissions.ledger().open, DAILY, "only the stream");
        assertEq(emissions.ledger().reserve, ALL - DAILY, "nobody worked: all came back");
        assertGe(spent, 1_800 * DAILY, "both were offered");
    }

    function test_stream_isAtMostADailyBudgetAndNeverTakesFromTheSchedule() public {
        vm.startPrank(address(timelock));
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector, bytes32("stream"), DAILY + 1, 0, DAILY
            )
        );
        emissions.setStream(DAILY + 1);
        emissions.setStream(1_000_000e18);
        vm.stopPrank();
        assertEq(emissions.openEpoch().budget, DAILY, "not retroactive");
        nextEpoch();
        assertEq(emissions.openEpoch().budget, DAILY + 1_000_000e18, "from the next on");
        assertConserved();
    }

    function test_expire_returnsUnclaimedRewardsToTheReserve() public {
        uint256 epoch = emissions.openEpoch().id;
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        nextEpoch();
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNotExpired.selector, epoch, epoch + 365
            )
        );
        emissions.expire(epoch);
        vm.warp(block.timestamp + 365 * EPOCH);
        emissions.closeEpoch();
        assertEq(emissions.expire(epoch), 4e18, "returned");
        assertEq(emissions.ledger().owed, 0, "owed");
        vm.expectRevert(
            abi.encodeWithSelector(IEmissionsController.EmissionsNothingToExpire.selector, epoch)
        );
        emissions.expire(epoch);
        vm.prank(node);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNothingToClaim.selector, node, QUERY, epoch
            )
        );
        emissions.claim(node, QUERY, one(epoch));
        assertConserved();
    }

    function test_fund_addsToTheReserve() public {
        fund(payer, 5e18);
        vm.startPrank(payer);
        token.approve(address(emissions), 5e18);
        emissions.fund(5e18);
        vm.expectRevert(IEmissionsController.EmissionsZeroAmount.selector);
        emissions.fund(0);
        vm.stopPrank();
        assertEq(emissions.totalFunded(), ALL + 5e18, "funded");
        assertConserved();
    }

    function test_accrue_revertsIf_notTheEscrow() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNotWorkSource.selector, address(this)
            )
        );
        emissions.accrue(node, QUERY, 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNotNodeRegistry.selector, address(this)
            )
        );
        emissions.setRecipient(node, node, node);
    }

    function test_voteWeights_withQuorumMoveTheNextEpochByTheMean() public {
        stakeFor(whale, 60_000_000e18);
        nextEpoch();
        vm.prank(whale);
        emissions.voteWeights([uint16(4_000), 3_000, 1_500, 1_500]);
        vm.prank(node);
        emissions.voteWeights([uint16(3_000), 4_000, 1_500, 1_500]);
        assertWeights(emissions.openEpoch().weights, [uint16(3_500), 3_500, 1_500, 1_500]);
        uint16[4] memory next = emissions.nextWeights();
        assertEq(uint256(next[0]) + next[1] + next[2] + next[3], 10_000, "sum");
        nextEpoch();
        assertWeights(emissions.openEpoch().weights, [uint16(4_000), 3_000, 1_500, 1_500]);
    }

    function test_voteWeights_withoutQuorumChangeNothing() public {
        stakeFor(whale, 40_000_000e18);
        nextEpoch();
        vm.prank(whale);
        emissions.voteWeights([uint16(4_000), 3_000, 1_500, 1_500]);
        nextEpoch();
        assertWeights(emissions.openEpoch().weights, [uint16(3_500), 3_500, 1_500, 1_500]);
    }

    function test_voteWeights_revertsIf_outsideOrTwiceOrWithoutPower() public {
        nextEpoch();
        uint256 epoch = emissions.openEpoch().id;
        vm.startPrank(node);
        vm.expectRevert(
            abi.encodeWithSelector(IEmissionsController.EmissionsWeightsSum.selector, 10_001)
        );
        emissions.voteWeights([uint16(3_501), 3_500, 1_500, 1_500]);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsWeightOutsideCorridor.selector, 2, 499, 500, 4_000
            )
        );
        emissions.voteWeights([uint16(4_000), 3_501, 499, 2_000]);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsWeightOutsideCorridor.selector, 0, 4_001, 3_000, 4_000
            )
        );
        emissions.voteWeights([uint16(4_001), 2_999, 1_500, 1_500]);
        emissions.voteWeights([uint16(4_000), 3_000, 1_500, 1_500]);
        vm.expectRevert(
            abi.encodeWithSelector(IEmissionsController.EmissionsAlreadyVoted.selector, node, epoch)
        );
        emissions.voteWeights([uint16(4_000), 3_000, 1_500, 1_500]);
        vm.stopPrank();
        uint256 openedAt = emissions.openEpoch().openedAt;
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNoVotingPower.selector, payer, openedAt
            )
        );
        emissions.voteWeights([uint16(4_000), 3_000, 1_500, 1_500]);
    }

    function test_setCorridor_neverLeavesAVectorOutside() public {
        stakeFor(whale, 60_000_000e18);
        nextEpoch();
        vm.prank(whale);
        emissions.voteWeights([uint16(4_000), 3_000, 1_500, 1_500]);
        IEmissionsController.Corridor memory narrow = defaultCorridor();
        narrow.max[0] = 3_400;
        vm.prank(address(timelock));
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsWeightOutsideCorridor.selector, 0, 3_500, 1_000, 3_400
            )
        );
        emissions.setCorridor(narrow);
        narrow.max[0] = 3_600;
        vm.prank(address(timelock));
        emissions.setCorridor(narrow);
        nextEpoch();
        assertWeights(emissions.openEpoch().weights, [uint16(3_500), 3_500, 1_500, 1_500]);
    }

    function test_setWeights_goesBeforeTheStakersVoteOnce() public {
        stakeFor(whale, 60_000_000e18);
        nextEpoch();
        vm.prank(whale);
        emissions.voteWeights([uint16(4_000), 3_000, 1_500, 1_500]);
        vm.prank(address(timelock));
        emissions.setWeights([uint16(2_000), 5_000, 1_500, 1_500]);
        nextEpoch();
        assertWeights(emissions.openEpoch().weights, [uint16(2_000), 5_000, 1_500, 1_500]);
        nextEpoch();
        assertWeights(emissions.openEpoch().weights, [uint16(2_000), 5_000, 1_500, 1_500]);
    }

    function test_governance_revertsIf_notTimelockOrOutOfBounds() public {
        bytes memory denied =
            abi.encodeWithSelector(IGoverned.GovernedNotTimelock.selector, address(this));
        vm.expectRevert(denied);
        emissions.setWeights([uint16(2_500), 2_500, 2_500, 2_500]);
        vm.expectRevert(denied);
        emissions.setCorridor(defaultCorridor());
        vm.expectRevert(denied);
        emissions.setStream(0);
        vm.expectRevert(denied);
        emissions.setBondedShare(2, 0);
        vm.startPrank(address(timelock));
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector, bytes32("bondedShareBps"), 1, 0, 0
            )
        );
        emissions.setBondedShare(QUERY, 1);
        emissions.setBondedShare(STORAGE, 10_000);
        assertEq(emissions.bondedShareBps(STORAGE), 10_000, "share");
        IEmissionsController.Corridor memory corridor = defaultCorridor();
        corridor.min[1] = 7_000;
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsCorridorInvalid.selector, 1, 7_000, 6_000
            )
        );
        emissions.setCorridor(corridor);
        corridor = defaultCorridor();
        corridor.step = 0;
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector, bytes32("corridorStep"), 0, 1, 10_000
            )
        );
        emissions.setCorridor(corridor);
        vm.stopPrank();
    }

    function test_initialize_revertsTheSecondTime() public {
        EmissionsController.Settings memory settings;
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        emissions.initialize(settings);
    }

    function nextEpoch() private {
        vm.warp((block.timestamp / EPOCH + 1) * EPOCH);
        emissions.closeEpoch();
        vm.warp(block.timestamp + 1);
    }

    function claim(address who, uint8 workClass, uint256 epoch) private returns (uint256) {
        uint256[] memory epochs = one(epoch);
        vm.prank(who);
        return emissions.claim(who, workClass, epochs);
    }

    function one(uint256 epoch) private pure returns (uint256[] memory epochs) {
        epochs = new uint256[](1);
        epochs[0] = epoch;
    }

    function assertConserved() private view {
        IEmissionsController.Ledger memory ledger = emissions.ledger();
        assertEq(
            ledger.reserve + ledger.open + ledger.owed + ledger.claimed,
            emissions.totalFunded(),
            "ledger"
        );
    }

    function assertWeights(uint16[4] memory actual, uint16[4] memory expected) private pure {
        for (uint256 i = 0; i < 4; ++i) {
            assertEq(actual[i], expected[i], "weight");
        }
    }
}
