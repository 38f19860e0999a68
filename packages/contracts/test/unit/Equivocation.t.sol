// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputeRecords} from "../../src/interfaces/IDisputeRecords.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {Attestation} from "../../src/types/Attestation.sol";
import {COMPUTE} from "../../src/types/WorkClass.sol";
import {DisputeTest} from "../base/DisputeTest.sol";
import {vm} from "../base/Vm.sol";

contract EquivocationTest is DisputeTest {
    address private reporter = address(0x4e9);

    function test_proveEquivocation_slashesConvictsAndPaysTheReporter() public {
        uint256 supply = token.totalSupply();
        assertEq(prove(attest(1, CLAIMED), attest(1, TRUTH)), MAX_SLASH, "within the cap");
        assertTrue(staking.isConvicted(node), "convicted");
        assertEq(token.balanceOf(reporter), MAX_SLASH / 10, "a tenth");
        assertEq(supply - token.totalSupply(), MAX_SLASH * 9 / 10, "the rest burned");
        assertTrue(!nodeRegistry.isActive(node, COMPUTE), "retired for good");
    }

    function test_proveEquivocation_takesAllWhereTheCapIsHigher() public {
        vm.prank(node);
        staking.thaw(IStaking.Kind.Collateral, 85_000e18);
        vm.warp(block.timestamp + STAKE_THAW);
        vm.prank(node);
        staking.withdraw(IStaking.Kind.Collateral);
        assertEq(prove(attest(1, CLAIMED), attest(1, TRUTH)), 15_000e18, "all that is left");
    }

    function test_proveEquivocation_forfeitsUnmaturedEarnings() public {
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 100e18));
        prove(attest(1, CLAIMED), attest(1, TRUTH));
        assertEq(escrow.forfeitEarnings(node), 100e18, "forfeited");
    }

    function test_proveEquivocation_convictsANodeWithoutStake() public {
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 100e18));
        vm.prank(node);
        staking.thaw(IStaking.Kind.Collateral, NODE_STAKE);
        vm.warp(block.timestamp + STAKE_THAW);
        vm.prank(node);
        staking.withdraw(IStaking.Kind.Collateral);
        assertEq(prove(attest(1, CLAIMED), attest(1, TRUTH)), 0, "nothing to take");
        assertTrue(staking.isConvicted(node), "but convicted");
    }

    function test_proveEquivocation_neverRoundsToZero() public {
        vm.prank(node);
        staking.thaw(IStaking.Kind.Collateral, NODE_STAKE - 1);
        vm.warp(block.timestamp + STAKE_THAW);
        vm.prank(node);
        staking.withdraw(IStaking.Kind.Collateral);
        assertEq(prove(attest(1, CLAIMED), attest(1, TRUTH)), 1, "half of one wei is one");
    }

    function test_proveEquivocation_countsUnderAnySignerItEverHad() public {
        bytes memory proof = sign(0x52, nodeRegistry.signerProofDigest(node, vm.addr(0x52), 1));
        vm.prank(node);
        nodeRegistry.rotateSigner(vm.addr(0x52), proof);
        Attestation memory first = attest(1, CLAIMED);
        Attestation memory second = attest(1, TRUTH);
        disputes.proveEquivocation(first, signedBy(NODE_KEY, first), second, signedBy(0x52, second));
        assertTrue(staking.isConvicted(node), "convicted");
    }

    function test_proveEquivocation_countsAfterRetiringToo() public {
        vm.prank(node);
        nodeRegistry.retire();
        prove(attest(1, CLAIMED), attest(1, TRUTH));
        assertTrue(staking.isConvicted(node), "the key still names it");
    }

    function test_proveEquivocation_doesNotCareAboutClassAndExpiry() public {
        Attestation memory second = attest(1, TRUTH);
        second.workClass = 0;
        second.expires += 1;
        assertEq(prove(attest(1, CLAIMED), second), MAX_SLASH, "a liar does not escape by them");
    }

    function test_proveEquivocation_takesEverythingAtMostTheCapACall() public {
        uint256 held = staking.collateralOf(node);
        uint256 taken = 0;
        while (taken < held) {
            uint256 part = prove(attest(1, CLAIMED), attest(1, TRUTH));
            assertLe(part, MAX_SLASH, "the verifier's cap");
            taken += part;
        }
        assertEq(taken, held, "everything");
        assertEq(staking.position(node, IStaking.Kind.Collateral).active, 0, "nothing left");
        refuses(
            attest(1, CLAIMED),
            attest(1, TRUTH),
            abi.encodeWithSelector(IDisputeRecords.DisputeManagerNothingLeft.selector, node)
        );
    }

    function test_proveEquivocation_revertsIf_theyDoNotContradict() public {
        Attestation memory first = attest(1, CLAIMED);
        refuses(first, attest(1, CLAIMED), contradiction(first, attest(1, CLAIMED)));
        Attestation memory second = attest(2, TRUTH);
        refuses(first, second, contradiction(first, second));
        second = attest(1, TRUTH);
        second.deterministic = false;
        refuses(first, second, contradiction(first, second));
        refuses(second, first, contradiction(second, first));
        second = attest(1, TRUTH);
        second.payer = address(1);
        refuses(first, second, contradiction(first, second));
        second = attest(1, TRUTH);
        second.requestId = keccak256("other");
        refuses(first, second, contradiction(first, second));
        second = attest(1, TRUTH);
        second.node = jurors[0];
        refuses(first, second, contradiction(first, second));
    }

    function test_proveEquivocation_revertsIf_notSignedByThatNode() public {
        Attestation memory first = attest(1, CLAIMED);
        Attestation memory second = attest(1, TRUTH);
        bytes memory good = signedBy(NODE_KEY, first);
        bytes memory forged = signedBy(0xbad, second);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerWrongSigner.selector, node, vm.addr(0xbad), address(0)
            )
        );
        disputes.proveEquivocation(first, good, second, forged);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerWrongSigner.selector, node, address(0), address(0)
            )
        );
        disputes.proveEquivocation(first, good, second, "");
        registerNode(jurors[0], 0x99, 2);
        forged = signedBy(0x99, second);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeRecords.DisputeManagerWrongSigner.selector, node, vm.addr(0x99), jurors[0]
            )
        );
        disputes.proveEquivocation(first, good, second, forged);
    }

    function prove(Attestation memory first, Attestation memory second)
        private
        returns (uint256 taken)
    {
        bytes memory firstSignature = signedBy(NODE_KEY, first);
        bytes memory secondSignature = signedBy(NODE_KEY, second);
        vm.prank(reporter);
        return disputes.proveEquivocation(first, firstSignature, second, secondSignature);
    }

    function refuses(Attestation memory first, Attestation memory second, bytes memory reason)
        private
    {
        bytes memory firstSignature = signedBy(NODE_KEY, first);
        bytes memory secondSignature = signedBy(NODE_KEY, second);
        vm.expectRevert(reason);
        disputes.proveEquivocation(first, firstSignature, second, secondSignature);
    }

    function contradiction(Attestation memory first, Attestation memory second)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IDisputeRecords.DisputeManagerNotEquivocation.selector,
            first.requestHash,
            second.requestHash
        );
    }
}
