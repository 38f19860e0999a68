// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStaking} from "../../src/interfaces/IStaking.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {vm} from "../base/Vm.sol";

/// @dev What a verifier's word does once and for all, and what it cannot do twice.
contract SlashingTest is ProtocolTest {
    address private node = address(0xb0b);

    function setUp() public override {
        super.setUp();
        registerVerifier(500e18, true);
        stakeFor(node, 1_000e18);
    }

    function test_convict_aSecondTimeMovesNothing() public {
        IStaking.Slash memory request = slashRequest(node, 1e18, address(0), true);
        vm.prank(verifier);
        staking.slash(request);
        uint256 convictedAt = block.timestamp;
        vm.warp(block.timestamp + 3 days);
        vm.prank(verifier);
        staking.slash(request);
        (uint256 stoppedAt, bool convicted) = staking.maturingStoppedAt(node);
        assertTrue(convicted, "convicted");
        assertEq(stoppedAt, convictedAt, "what had not matured then never does");
    }

    function test_unfreeze_revertsIf_anothersFreeze() public {
        address other = address(0x7e3);
        IStaking.VerifierTerms memory terms = IStaking.VerifierTerms(500e18, false);
        vm.prank(address(timelock));
        staking.announceVerifier(other, terms);
        vm.warp(block.timestamp + 21 * UNIT);
        vm.prank(address(timelock));
        staking.registerVerifier(other, terms);
        vm.prank(verifier);
        staking.freeze(node, 100e18);
        vm.prank(other);
        staking.freeze(node, 10e18);
        vm.prank(other);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingNotFrozenBy.selector, other, node, 11e18, 10e18)
        );
        staking.unfreeze(node, 11e18);
        (uint256 frozen,) = staking.frozenOf(node);
        assertEq(frozen, 110e18, "both stand");
    }

    function test_registerVerifier_revertsIf_itIsOneAlready() public {
        IStaking.VerifierTerms memory terms = IStaking.VerifierTerms(1e18, false);
        vm.startPrank(address(timelock));
        staking.announceVerifier(verifier, terms);
        vm.warp(block.timestamp + 21 * UNIT);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingAlreadyVerifier.selector, verifier));
        staking.registerVerifier(verifier, terms);
        vm.stopPrank();
        assertEq(staking.reporterShareBps(), REPORTER_BPS, "reporter's share");
    }
}
