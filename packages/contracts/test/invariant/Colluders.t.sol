// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {HandlerTest} from "../base/HandlerTest.sol";
import {ColluderHandler} from "./ColluderHandler.sol";

/// @dev Rule 5's theorem against those who could bend every rule that a majority can bend.
contract ColluderInvariants is HandlerTest {
    uint8 private constant CLASSES = 4;

    ColluderHandler private handler;

    function setUp() public {
        handler = new ColluderHandler();
        handler.setUp();
    }

    function _handler() internal view override returns (address) {
        return address(handler);
    }

    function _moves() internal pure override returns (bytes4[] memory list) {
        list = new bytes4[](14);
        list[0] = ColluderHandler.payOurselves.selector;
        list[1] = ColluderHandler.payOurselves.selector;
        list[2] = ColluderHandler.payOurselves.selector;
        list[3] = ColluderHandler.payOurselves.selector;
        list[4] = ColluderHandler.claimLate.selector;
        list[5] = ColluderHandler.claimLate.selector;
        list[6] = ColluderHandler.claimLate.selector;
        list[7] = ColluderHandler.passTime.selector;
        list[8] = ColluderHandler.moveMoney.selector;
        list[9] = ColluderHandler.moveStake.selector;
        list[10] = ColluderHandler.decide.selector;
        list[11] = ColluderHandler.voteWeights.selector;
        list[12] = ColluderHandler.burnSetAside.selector;
        list[13] = ColluderHandler.recruit.selector;
    }

    function invariant_colludersRewardsNeverExceedWhatTheirFeesBurned() public view {
        for (uint256 e = 0; e < handler.epochCount(); ++e) {
            uint256 epoch = handler.epochs(e);
            for (uint8 workClass = 0; workClass < CLASSES; ++workClass) {
                assertLe(
                    handler.rewardedIn(epoch, workClass),
                    handler.burnedIn(epoch, workClass),
                    "class and epoch"
                );
            }
        }
        assertEq(
            handler.wealth() + handler.burnedOfFees(),
            handler.wealthAtStart() + handler.rewarded(),
            "nothing comes from anywhere else"
        );
        assertLe(handler.wealth(), handler.wealthAtStart(), "paying oneself never pays");
    }

    /// @dev The invariant would hold for colluders who cannot do anything.
    function test_colludersCanCollectDecideTakeFeesAndClaimLate() public {
        for (uint256 i = 0; i < 6; ++i) {
            handler.recruit();
        }
        uint256 proposals = 8;
        for (uint256 i = 0; i < proposals; ++i) {
            handler.payOurselves(i * 0x10101, 28 * i + 1, 50_000e18);
            handler.decide(i, 700 + 0x1b58_0000);
        }
        assertEq(handler.decisions(), proposals, "every proposal passed and was executed");
        assertEq(handler.collections(), proposals, "vouchers");
        handler.moveMoney(0, 5, 0);
        handler.moveMoney(7, 5, 0);
        assertTrue(handler.treasuryTakings() > 0, "the treasury");
        for (uint256 i = 0; i < 4 * handler.epochCount(); i += 4) {
            for (uint256 who = 0; who < 8; ++who) {
                handler.claimLate(who, i + 1);
            }
        }
        assertTrue(handler.lateClaims() > 4, "late claims");
        invariant_colludersRewardsNeverExceedWhatTheirFeesBurned();
        assertEq(handler.rewarded(), handler.burnedOfFees(), "the bound is reached, never passed");
    }
}
