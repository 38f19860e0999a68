// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {INodeRegistry} from "../../src/interfaces/INodeRegistry.sol";
import {IPaymentsEscrow} from "../../src/interfaces/IPaymentsEscrow.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {QUERY} from "../../src/types/WorkClass.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {SignedVoucher} from "../base/SignedVouchers.sol";
import {vm} from "../base/Vm.sol";

contract StakeAttacks is ProtocolTest {
    address private payer = address(0xa11ce);
    address private node = address(0xb0b);
    address private friend = address(0xf21e);
    IStaking.Kind private constant COLLATERAL = IStaking.Kind.Collateral;

    function setUp() public override {
        super.setUp();
        openAccount(payer, node);
        registerVerifier(20_000e18, true);
    }

    function test_escapeByThawing_isSlashedToTheLastSecond() public {
        vm.prank(node);
        uint256 ends = staking.thaw(COLLATERAL, MIN_COMPUTE);
        vm.warp(ends - 1);
        IStaking.Slash memory request = slashRequest(node, 20_000e18, friend, true);
        vm.prank(verifier);
        assertEq(staking.slash(request), 20_000e18, "thawing stake is slashed");
        vm.warp(ends);
        vm.prank(node);
        assertEq(staking.withdraw(COLLATERAL), MIN_COMPUTE - 20_000e18, "only the rest leaves");
    }

    function test_escapeByRetiringOrRotating_changesNothing() public {
        registerNode(node, 0x51, 1);
        address old = vm.addr(0x51);
        bytes memory proof = sign(0x52, nodeRegistry.signerProofDigest(node, vm.addr(0x52), 1));
        vm.startPrank(node);
        nodeRegistry.rotateSigner(vm.addr(0x52), proof);
        nodeRegistry.retire();
        vm.stopPrank();
        assertEq(nodeRegistry.operatorOf(old), node, "the old key still names it");
        IStaking.Slash memory request = slashRequest(node, 1e18, friend, true);
        vm.prank(verifier);
        assertEq(staking.slash(request), 1e18, "slashed");
    }

    function test_stakeSeenAtCollection_staysThroughTheDisputeWindow() public {
        SignedVoucher memory signed = voucher(payer, GATEWAY_KEY, node, QUERY, 10e18);
        collect(signed);
        vm.prank(node);
        staking.thaw(COLLATERAL, MIN_COMPUTE);
        vm.warp(block.timestamp + MATURITY + UNIT);
        IStaking.Position memory position = staking.position(node, COLLATERAL);
        assertEq(position.active + position.thawing, MIN_COMPUTE, "still there");
        assertGe(position.thawEnds, block.timestamp, "and cannot leave yet");
    }

    function test_colludingReporter_stillBurnsNineTenths() public {
        uint256 supply = token.totalSupply();
        IStaking.Slash memory request = slashRequest(node, 10_000e18, friend, false);
        vm.prank(verifier);
        staking.slash(request);
        assertGe((supply - token.totalSupply()) * 10, uint256(10_000e18) * 9, "burned");
    }

    function test_freezeGriefing_neverHoldsMoreThanThereIsOrForEver() public {
        vm.startPrank(verifier);
        staking.freeze(node, MIN_COMPUTE);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingFrozen.selector, node, MIN_COMPUTE, 1, 0)
        );
        staking.freeze(node, 1);
        vm.stopPrank();
        vm.prank(node);
        staking.thaw(COLLATERAL, MIN_COMPUTE);
        vm.warp(block.timestamp + 30 days);
        staking.releaseFreeze(verifier, node);
        vm.prank(node);
        assertEq(staking.withdraw(COLLATERAL), MIN_COMPUTE, "leaves");
    }

    function test_convictionDuringADispute_forfeitsFromTheDisputeOn() public {
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 10e18));
        vm.prank(verifier);
        staking.freeze(node, 1_000e18);
        // Waiting out the maturity inside a long dispute must not save the earnings.
        vm.warp(block.timestamp + 29 days);
        IStaking.Slash memory request = slashRequest(node, 1_000e18, friend, true);
        request.unfreeze = 1_000e18;
        vm.prank(verifier);
        staking.slash(request);
        assertEq(escrow.forfeitEarnings(node), 10e18, "all of it");
    }

    function test_convictedNode_isNeverPaidAgainWhateverItStakes() public {
        IStaking.Slash memory request = slashRequest(node, 1e18, friend, true);
        vm.prank(verifier);
        staking.slash(request);
        stakeFor(node, 1_000_000e18);
        SignedVoucher memory signed = voucher(payer, GATEWAY_KEY, node, QUERY, 10e18);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowStakeBelowMinimum.selector, node, QUERY, 0, MIN_QUERY
            )
        );
        collect(signed);
    }

    function test_signerSquatting_needsTheKey() public {
        address victim = vm.addr(0x51);
        bytes memory forged = sign(0xbad, nodeRegistry.signerProofDigest(node, victim, 0));
        INodeRegistry.Registration memory entry = INodeRegistry.Registration({
            classes: 1,
            capacity: 1,
            signer: victim,
            payout: node,
            consensusKey: 0,
            endpoint: "",
            signature: forged
        });
        vm.prank(node);
        vm.expectRevert(
            abi.encodeWithSelector(
                INodeRegistry.NodeRegistryWrongSignerProof.selector, victim, vm.addr(0xbad)
            )
        );
        nodeRegistry.register(entry);
    }

    function test_stolenHotKey_cannotRedirectMoney() public {
        registerNode(node, 0x51, 1);
        address hot = vm.addr(0x51);
        vm.startPrank(hot);
        vm.expectRevert(
            abi.encodeWithSelector(INodeRegistry.NodeRegistryNotRegistered.selector, hot)
        );
        nodeRegistry.setPayout(hot);
        vm.stopPrank();
    }

    function test_flashLock_buysADiscountOnlyWhileItIsLocked() public {
        lockFor(payer, 1_000_000e18);
        vm.prank(payer);
        staking.thaw(IStaking.Kind.TierLock, 1_000_000e18);
        (, uint256 fee) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        assertEq(fee, 5e18, "the tier ended with the thaw");
        vm.prank(payer);
        vm.expectRevert();
        staking.withdraw(IStaking.Kind.TierLock);
    }

    function test_flashStake_hasNoPastVotes() public {
        vm.warp(block.timestamp + 1);
        address flash = address(0xf1a5);
        stakeFor(flash, 100_000_000e18);
        assertEq(staking.getPastVotes(flash, block.timestamp - 1), 0, "none before");
        vm.prank(flash);
        staking.thaw(COLLATERAL, 100_000_000e18);
        vm.warp(block.timestamp + 1);
        assertEq(staking.getPastVotes(flash, block.timestamp - 1), 0, "none after");
    }

    function test_slashRounding_neverFavoursTheReporter() public {
        IStaking.Slash memory request = slashRequest(node, 9, friend, false);
        vm.prank(verifier);
        assertEq(staking.slash(request), 9, "not rounded away");
        assertEq(token.balanceOf(friend), 0, "a tenth of nine wei is nothing");
    }
}
