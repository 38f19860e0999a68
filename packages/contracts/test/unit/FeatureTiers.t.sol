// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFeatureTiers} from "../../src/interfaces/IFeatureTiers.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {vm} from "../base/Vm.sol";

contract FeatureTiersTest is ProtocolTest {
    address private holder = address(0x40de2);
    bytes32 private constant FEATURE = "alerts";

    function test_tierOf_climbsWithTheLock() public {
        uint256[5] memory locks = [uint256(999e18), 1e18, 9_000e18, 90_000e18, 900_000e18];
        uint256[5] memory discounts = [uint256(0), 500, 1_000, 2_000, 4_000];
        for (uint256 tier = 0; tier < 5; ++tier) {
            lockFor(holder, locks[tier]);
            assertEq(featureTiers.tierOf(holder), tier, "tier");
            assertEq(featureTiers.discountBps(holder), discounts[tier], "discount");
        }
    }

    function test_setTiers_tellsTheEscrowInTheSameCall() public {
        IFeatureTiers.Tier[] memory tiers = new IFeatureTiers.Tier[](1);
        tiers[0] = IFeatureTiers.Tier(77e18, 123);
        vm.prank(address(timelock));
        featureTiers.setTiers(tiers);
        assertEq(escrow.tierTable(), featureTiers.tierTable(), "same");
        assertEq(featureTiers.tiers().length, 1, "one");
        assertEq(featureTiers.tiers()[0].lock, 77e18, "lock");
        assertEq(featureTiers.tiers()[0].discountBps, 123, "discount");
        vm.prank(address(timelock));
        featureTiers.setTiers(new IFeatureTiers.Tier[](0));
        assertEq(featureTiers.tiers().length, 0, "none");
    }

    function test_setTiers_revertsIf_badInput() public {
        IFeatureTiers.Tier[] memory tiers = new IFeatureTiers.Tier[](5);
        rejects(tiers, abi.encodeWithSelector(IFeatureTiers.FeatureTiersTooMany.selector, 5, 4));
        tiers = defaultTiers();
        tiers[1].lock = tiers[0].lock;
        rejects(
            tiers,
            abi.encodeWithSelector(
                IFeatureTiers.FeatureTiersUnsorted.selector, 1, tiers[0].lock, tiers[0].lock
            )
        );
        tiers = defaultTiers();
        tiers[2].discountBps = 1_000;
        rejects(
            tiers,
            abi.encodeWithSelector(IFeatureTiers.FeatureTiersUnsorted.selector, 2, 1_000, 1_000)
        );
        tiers = defaultTiers();
        tiers[3].discountBps = 5_001;
        rejects(
            tiers,
            abi.encodeWithSelector(IFeatureTiers.FeatureTiersDiscountTooHigh.selector, 5_001, 5_000)
        );
        tiers = defaultTiers();
        tiers[0].lock = 1e18 + 1;
        rejects(
            tiers, abi.encodeWithSelector(IFeatureTiers.FeatureTiersLockNotWhole.selector, 1e18 + 1)
        );
        tiers[0].lock = 0;
        rejects(
            tiers,
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector, bytes32("lock"), 0, 1e18, 1_000_000_000e18
            )
        );
    }

    function test_hasAccess_byTierUntilGeneralAvailability() public {
        vm.prank(address(timelock));
        featureTiers.setFeature(
            FEATURE, IFeatureTiers.Feature(2, uint48(block.timestamp + 30 days))
        );
        assertTrue(!featureTiers.hasAccess(holder, FEATURE), "too early");
        lockFor(holder, 1_000e18);
        assertTrue(!featureTiers.hasAccess(holder, FEATURE), "tier one is not enough");
        lockFor(holder, 9_000e18);
        assertTrue(featureTiers.hasAccess(holder, FEATURE), "tier two");
        vm.warp(block.timestamp + 30 days);
        assertTrue(featureTiers.hasAccess(address(1), FEATURE), "everybody");
        assertEq(featureTiers.feature(FEATURE).minTier, 2, "terms");
    }

    function test_setFeature_revertsIf_badInput() public {
        vm.startPrank(address(timelock));
        vm.expectRevert(abi.encodeWithSelector(IFeatureTiers.FeatureTiersUnknownTier.selector, 0));
        featureTiers.setFeature(FEATURE, IFeatureTiers.Feature(0, 1));
        vm.expectRevert(abi.encodeWithSelector(IFeatureTiers.FeatureTiersUnknownTier.selector, 5));
        featureTiers.setFeature(FEATURE, IFeatureTiers.Feature(5, 1));
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector,
                bytes32("generalFrom"),
                0,
                1,
                type(uint48).max
            )
        );
        featureTiers.setFeature(FEATURE, IFeatureTiers.Feature(1, 0));
        vm.stopPrank();
        vm.expectRevert(
            abi.encodeWithSelector(IFeatureTiers.FeatureTiersUnknownFeature.selector, FEATURE)
        );
        featureTiers.hasAccess(holder, FEATURE);
    }

    function test_governance_revertsIf_notTimelock() public {
        bytes memory denied =
            abi.encodeWithSelector(IGoverned.GovernedNotTimelock.selector, address(this));
        vm.expectRevert(denied);
        featureTiers.setTiers(defaultTiers());
        vm.expectRevert(denied);
        featureTiers.setFeature(FEATURE, IFeatureTiers.Feature(1, 1));
    }

    function rejects(IFeatureTiers.Tier[] memory tiers, bytes memory expected) private {
        vm.prank(address(timelock));
        vm.expectRevert(expected);
        featureTiers.setTiers(tiers);
    }
}
