// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEmissionsController} from "../../src/interfaces/IEmissionsController.sol";
import {COMPUTE, QUERY} from "../../src/types/WorkClass.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {vm} from "../base/Vm.sol";

contract RewardAttacks is ProtocolTest {
    address private payer = address(0xa11ce);
    address private node = address(0xb0b);

    function setUp() public override {
        super.setUp();
        openAccount(payer, node);
    }

    function test_washTrading_losesWithEveryTierAndTheTreasury() public {
        // The colluder is payer, node and treasury at once and holds the highest tier.
        lockFor(payer, 1_000_000e18);
        vm.prank(address(timelock));
        escrow.setTreasury(node);
        uint256 before = wealth();
        uint256 epoch = emissions.openEpoch().id;
        for (uint256 i = 1; i <= 10; ++i) {
            collect(voucher(payer, GATEWAY_KEY, node, QUERY, i * 10_000e18));
        }
        escrow.burnSetAside();
        escrow.takeFees();
        closeEpoch();
        claim(node, QUERY, epoch);
        vm.warp(block.timestamp + 9 days);
        vm.prank(node);
        escrow.withdrawEarnings(node);
        assertLe(wealth(), before, "nothing was gained");
    }

    function test_parameterDrift_betweenCollectingAndClaimingGainsNothing() public {
        uint256 epoch = emissions.openEpoch().id;
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100_000e18));
        uint256 burned = escrow.setAsideToBurn();
        vm.startPrank(address(timelock));
        escrow.setFee(0, 5_000);
        emissions.setStream(3_000_000e18);
        emissions.setWeights([uint16(6_000), 3_000, 500, 500]);
        vm.stopPrank();
        closeEpoch();
        assertLe(claim(node, QUERY, epoch), burned, "never more than was burned");
    }

    function test_sybilSplitting_earnsNoMoreThanOneNode() public {
        uint256 epoch = emissions.openEpoch().id;
        depositFor(payer, 200_000_000e18);
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 60_000_000e18));
        uint256 sum = 0;
        for (uint160 i = 0; i < 6; ++i) {
            stakeFor(address(0x5b11 + i), MIN_QUERY);
            collect(voucher(payer, GATEWAY_KEY, address(0x5b11 + i), QUERY, 10_000_000e18));
        }
        closeEpoch();
        for (uint160 i = 0; i < 6; ++i) {
            sum += claim(address(0x5b11 + i), QUERY, epoch);
        }
        assertLe(sum, claim(node, QUERY, epoch), "splitting wins nothing");
    }

    function test_lateCloser_cannotMoveWorkIntoAnotherEpoch() public {
        uint256 epoch = emissions.openEpoch().id;
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        vm.warp(block.timestamp + 5 * EPOCH);
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 200e18));
        emissions.closeEpoch();
        assertEq(claim(node, QUERY, epoch), 8e18, "all in the epoch that was open, once");
        assertEq(emissions.openUnits(QUERY), 0, "nothing carried over");
    }

    function test_claimingTwice_orAnothersClass_paysOnce() public {
        uint256 epoch = emissions.openEpoch().id;
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        closeEpoch();
        claim(node, QUERY, epoch);
        uint256[] memory epochs = new uint256[](1);
        epochs[0] = epoch;
        vm.startPrank(node);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNothingToClaim.selector, node, QUERY, epoch
            )
        );
        emissions.claim(node, QUERY, epochs);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNothingToClaim.selector, node, COMPUTE, epoch
            )
        );
        emissions.claim(node, COMPUTE, epochs);
        vm.stopPrank();
    }

    function test_weightVote_afterStakingInTheEpochCountsNothing() public {
        closeEpoch();
        address late = address(0x1a7e);
        stakeFor(late, 500_000_000e18);
        uint256 openedAt = emissions.openEpoch().openedAt;
        vm.warp(block.timestamp + 1);
        vm.prank(late);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissionsController.EmissionsNoVotingPower.selector, late, openedAt
            )
        );
        emissions.voteWeights([uint16(4_000), 3_000, 1_500, 1_500]);
    }

    /// @dev Everything the colluders own anywhere, rewards included.
    function wealth() private view returns (uint256) {
        return token.balanceOf(payer) + token.balanceOf(node) + escrow.payerAccount(payer).balance
            + staking.lockOf(payer) + staking.collateralOf(node);
    }

    function closeEpoch() private {
        vm.warp((block.timestamp / EPOCH + 1) * EPOCH);
        emissions.closeEpoch();
        vm.warp(block.timestamp + 1);
    }

    function claim(address who, uint8 workClass, uint256 epoch) private returns (uint256) {
        uint256[] memory epochs = new uint256[](1);
        epochs[0] = epoch;
        vm.prank(who);
        return emissions.claim(who, workClass, epochs);
    }
}
