// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EmissionsController} from "../../src/EmissionsController.sol";
import {Proxy} from "../../src/Proxy.sol";
import {EmissionsBase} from "../../src/emissions/EmissionsBase.sol";
import {IEmissionsController} from "../../src/interfaces/IEmissionsController.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {QUERY, STORAGE} from "../../src/types/WorkClass.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {vm} from "../base/Vm.sol";

/// @dev What an epoch's budget is when it is divided, and what holds for it whatever changes later.
contract EpochBudgetsTest is ProtocolTest {
    uint256 private constant DAILY = 3_000_000e18;

    address private payer = address(0xa11ce);
    address private node = address(0xb0b);
    address private whale = address(0xd40);

    function setUp() public override {
        super.setUp();
        openAccount(payer, node);
    }

    function test_claim_manyNodesTogetherNeverGetMoreThanTheClassIsPaid() public {
        address[3] memory nodes = [node, address(0xca1), address(0xca2)];
        uint256[3] memory amounts = [uint256(50_000_001e18), 30_000_007e18, 20_000_011e18];
        stakeFor(nodes[1], MIN_COMPUTE);
        stakeFor(nodes[2], MIN_COMPUTE);
        depositFor(payer, 120_000_000e18);
        uint256 epoch = emissions.openEpoch().id;
        for (uint256 i = 0; i < 3; ++i) {
            collect(voucher(payer, GATEWAY_KEY, nodes[i], QUERY, amounts[i]));
        }
        nextEpoch();
        uint256 paid = 0;
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(nodes[i]);
            paid += emissions.claim(nodes[i], QUERY, one(epoch));
        }
        uint256 payable_ = emissions.classResult(epoch, QUERY).payable_;
        assertLe(paid, payable_, "rounded down");
        assertGe(paid + 3, payable_, "by less than a wei each");
    }

    function test_expire_revertsIf_exactly365EpochsHavePassed() public {
        uint256 epoch = emissions.openEpoch().id;
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        nextEpoch();
        vm.warp((epoch + 365) * EPOCH);
        emissions.closeEpoch();
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNotExpired.selector, epoch, epoch + 365
            )
        );
        emissions.expire(epoch);
        vm.prank(node);
        assertEq(emissions.claim(node, QUERY, one(epoch)), 4e18, "still claimed");
    }

    function test_setBondedShare_holdsFromTheNextEpochOn() public {
        depositFor(payer, 240_000_000e18);
        uint256 epoch = emissions.openEpoch().id;
        collect(voucher(payer, GATEWAY_KEY, node, STORAGE, 100_000_000e18));
        vm.prank(address(timelock));
        emissions.setBondedShare(STORAGE, 0);
        assertEq(emissions.bondedShareBps(STORAGE), 0, "set");
        nextEpoch();
        uint256 budget = DAILY * 15 / 100;
        assertEq(emissions.classResult(epoch, STORAGE).payable_, budget / 2, "as it was opened");
        collect(voucher(payer, GATEWAY_KEY, node, STORAGE, 200_000_000e18));
        nextEpoch();
        assertEq(emissions.classResult(epoch + 1, STORAGE).payable_, budget, "from now on");
    }

    function test_initialize_revertsIf_theWeightsLieOutsideTheCorridor() public {
        address implementation = address(
            new EmissionsController(
                EmissionsBase.Immutables({
                    token: token,
                    escrow: address(escrow),
                    nodeRegistry: address(nodeRegistry),
                    votes: staking,
                    timelock: address(timelock),
                    timeUnit: UNIT,
                    epochLength: EPOCH
                })
            )
        );
        EmissionsController.Settings memory settings;
        settings.corridor = defaultCorridor();
        settings.weights = [uint16(7_000), 1_000, 1_000, 1_000];
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsWeightOutsideCorridor.selector, 0, 7_000, 1_000, 6_000
            )
        );
        new Proxy(implementation, abi.encodeCall(EmissionsController.initialize, (settings)));
    }

    function test_nextWeights_tellTheVoteWhileItRuns() public {
        stakeFor(whale, 60_000_000e18);
        nextEpoch();
        vm.prank(whale);
        emissions.voteWeights([uint16(4_000), 3_000, 1_500, 1_500]);
        (uint256[4] memory weighted, uint256 power) = emissions.weightTally();
        assertEq(power, 60_000_000e18, "power");
        assertEq(weighted[0], 60_000_000e18 * 4_000, "weighted");
        assertEq(emissions.weightQuorum(), 50_000_000e18, "the floor");
        assertEq(emissions.nextWeights()[0], 4_000, "what the next epoch gets");
        vm.prank(address(timelock));
        emissions.setWeights([uint16(3_000), 4_000, 1_500, 1_500]);
        assertEq(emissions.nextWeights()[0], 3_000, "the DAO's word goes before");
    }

    function test_setCorridor_revertsIf_theDecidedVectorWouldLieOutside() public {
        vm.startPrank(address(timelock));
        emissions.setWeights([uint16(6_000), 1_000, 1_500, 1_500]);
        IEmissionsController.Corridor memory narrow = defaultCorridor();
        narrow.max[0] = 5_000;
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsWeightOutsideCorridor.selector, 0, 6_000, 1_000, 5_000
            )
        );
        emissions.setCorridor(narrow);
        assertEq(emissions.corridor().max[0], 6_000, "as before");
        assertEq(emissions.corridor().step, 500, "step");
        vm.stopPrank();
    }

    function test_setCorridor_revertsIf_noVectorFitsIntoIt() public {
        IEmissionsController.Corridor memory none = IEmissionsController.Corridor({
            min: [uint16(3_000), 3_000, 3_000, 3_000],
            max: [uint16(6_000), 6_000, 4_000, 4_000],
            step: 500
        });
        vm.startPrank(address(timelock));
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector, bytes32("corridorMinSum"), 12_000, 0, 10_000
            )
        );
        emissions.setCorridor(none);
        none.min = [uint16(0), 0, 0, 0];
        none.max = [uint16(2_000), 2_000, 2_000, 2_000];
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector,
                bytes32("corridorMaxSum"),
                8_000,
                10_000,
                40_000
            )
        );
        emissions.setCorridor(none);
        vm.stopPrank();
    }

    function test_setStream_andYield_areTold() public {
        vm.startPrank(address(timelock));
        emissions.setStream(1_000e18);
        emissions.setBondedYield(5);
        vm.stopPrank();
        assertEq(emissions.streamPerEpoch(), 1_000e18, "stream");
        assertEq(emissions.bondedYield(), 5, "yield");
        assertEq(emissions.firstEpoch(), START / EPOCH, "first epoch");
    }

    function nextEpoch() private {
        vm.warp((block.timestamp / EPOCH + 1) * EPOCH);
        emissions.closeEpoch();
        vm.warp(block.timestamp + 1);
    }

    function one(uint256 epoch) private pure returns (uint256[] memory epochs) {
        epochs = new uint256[](1);
        epochs[0] = epoch;
    }
}
