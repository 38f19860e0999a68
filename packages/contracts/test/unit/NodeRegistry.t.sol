// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {INodeRegistry} from "../../src/interfaces/INodeRegistry.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {vm} from "../base/Vm.sol";

contract NodeRegistryTest is ProtocolTest {
    address private node = address(0xb0b);
    uint256 private constant SIGNER_KEY = 0x51;
    address private signer = vm.addr(SIGNER_KEY);

    function setUp() public override {
        super.setUp();
        stakeFor(node, MIN_QUERY + MIN_COMPUTE);
    }

    function test_register_recordsNodeAndBindsItsSigner() public {
        registerNode(node, SIGNER_KEY, 3);
        INodeRegistry.Node memory record = nodeRegistry.node(node);
        assertTrue(record.active, "active");
        assertEq(record.classes, 3, "classes");
        assertEq(record.signer, signer, "signer");
        assertEq(record.payout, node, "payout");
        assertEq(record.registeredAt, block.timestamp, "when");
        assertEq(nodeRegistry.operatorOf(signer), node, "operator");
        assertTrue(nodeRegistry.isActive(node, 0) && nodeRegistry.isActive(node, 1), "serves");
        assertTrue(!nodeRegistry.isActive(node, 2) && !nodeRegistry.isActive(node, 9), "no more");
    }

    function test_register_revertsIf_badInput() public {
        INodeRegistry.Registration memory entry = registration();
        entry.classes = 0;
        rejects(entry, abi.encodeWithSelector(INodeRegistry.NodeRegistryUnknownClasses.selector, 0));
        entry.classes = 16;
        rejects(
            entry, abi.encodeWithSelector(INodeRegistry.NodeRegistryUnknownClasses.selector, 16)
        );
        entry = registration();
        entry.capacity = 0;
        rejects(entry, abi.encodeWithSelector(INodeRegistry.NodeRegistryZeroCapacity.selector));
        entry = registration();
        entry.payout = address(0);
        rejects(entry, abi.encodeWithSelector(INodeRegistry.NodeRegistryZeroPayout.selector));
        entry = registration();
        entry.signer = address(0);
        rejects(entry, abi.encodeWithSelector(INodeRegistry.NodeRegistryZeroSigner.selector));
        entry = registration();
        entry.classes = 8;
        entry.consensusKey = 0;
        rejects(
            entry, abi.encodeWithSelector(INodeRegistry.NodeRegistryConsensusKeyMissing.selector)
        );
        entry = registration();
        entry.endpoint = string(new bytes(257));
        rejects(
            entry,
            abi.encodeWithSelector(INodeRegistry.NodeRegistryEndpointTooLong.selector, 257, 256)
        );
        entry = registration();
        entry.classes = 7;
        rejects(
            entry,
            abi.encodeWithSelector(
                INodeRegistry.NodeRegistryStakeBelowMinimum.selector,
                node,
                MIN_QUERY + MIN_COMPUTE,
                MIN_QUERY + MIN_COMPUTE + MIN_STORAGE
            )
        );
    }

    function test_register_revertsIf_theSignerDidNotAgree() public {
        INodeRegistry.Registration memory entry = registration();
        bytes32 digest = nodeRegistry.signerProofDigest(node, signer, 1);
        entry.signature = sign(SIGNER_KEY, digest);
        vm.prank(node);
        vm.expectRevert();
        nodeRegistry.register(entry);
        digest = nodeRegistry.signerProofDigest(node, signer, 0);
        entry.signature = sign(0x99, digest);
        rejects(
            entry,
            abi.encodeWithSelector(
                INodeRegistry.NodeRegistryWrongSignerProof.selector, signer, vm.addr(0x99)
            )
        );
        entry.signature = "";
        rejects(
            entry,
            abi.encodeWithSelector(
                INodeRegistry.NodeRegistryWrongSignerProof.selector, signer, address(0)
            )
        );
    }

    function test_register_revertsIf_registeredOrSignerTaken() public {
        registerNode(node, SIGNER_KEY, 1);
        INodeRegistry.Registration memory entry = registration();
        rejects(
            entry,
            abi.encodeWithSelector(INodeRegistry.NodeRegistryAlreadyRegistered.selector, node)
        );
        address thief = address(0x7e1f);
        stakeFor(thief, MIN_QUERY);
        entry = registration();
        entry.classes = 1;
        vm.prank(thief);
        vm.expectRevert(
            abi.encodeWithSelector(INodeRegistry.NodeRegistrySignerTaken.selector, signer, node)
        );
        nodeRegistry.register(entry);
    }

    function test_rotateSigner_keepsTheOldKeysOperator() public {
        registerNode(node, SIGNER_KEY, 1);
        address next = vm.addr(0x52);
        bytes memory proof = sign(0x52, nodeRegistry.signerProofDigest(node, next, 1));
        vm.prank(node);
        nodeRegistry.rotateSigner(next, proof);
        assertEq(nodeRegistry.node(node).signer, next, "new");
        assertEq(nodeRegistry.operatorOf(signer), node, "old still names it");
        proof = sign(SIGNER_KEY, nodeRegistry.signerProofDigest(node, signer, 2));
        vm.prank(node);
        nodeRegistry.rotateSigner(signer, proof);
        assertEq(nodeRegistry.node(node).signer, signer, "its own key may come back");
    }

    function test_rotateSigner_revertsIf_calledByTheSigner() public {
        registerNode(node, SIGNER_KEY, 1);
        vm.prank(signer);
        vm.expectRevert(
            abi.encodeWithSelector(INodeRegistry.NodeRegistryNotRegistered.selector, signer)
        );
        nodeRegistry.rotateSigner(address(1), "");
    }

    function test_setPayout_byTheOperatorAlsoWhenRetired() public {
        vm.prank(node);
        vm.expectRevert(
            abi.encodeWithSelector(INodeRegistry.NodeRegistryNotRegistered.selector, node)
        );
        nodeRegistry.setPayout(address(1));
        registerNode(node, SIGNER_KEY, 1);
        vm.startPrank(node);
        vm.expectRevert(INodeRegistry.NodeRegistryZeroPayout.selector);
        nodeRegistry.setPayout(address(0));
        nodeRegistry.retire();
        nodeRegistry.setPayout(address(0x9a1));
        vm.stopPrank();
        assertEq(nodeRegistry.payoutFor(node, node), address(0x9a1), "operator");
        assertEq(nodeRegistry.payoutFor(node, signer), address(0x9a1), "signer");
        vm.expectRevert(
            abi.encodeWithSelector(
                INodeRegistry.NodeRegistryNotOperatorOrSigner.selector, address(this), node
            )
        );
        nodeRegistry.payoutFor(node, address(this));
    }

    function test_retire_takesNoMoreWorkAndCanComeBack() public {
        registerNode(node, SIGNER_KEY, 1);
        vm.startPrank(node);
        nodeRegistry.retire();
        assertTrue(!nodeRegistry.isActive(node, 0), "retired");
        vm.expectRevert(
            abi.encodeWithSelector(INodeRegistry.NodeRegistryNotRegistered.selector, node)
        );
        nodeRegistry.retire();
        vm.expectRevert(
            abi.encodeWithSelector(INodeRegistry.NodeRegistryNotRegistered.selector, node)
        );
        nodeRegistry.update(1, 1, 0, "");
        vm.stopPrank();
        registerNode(node, SIGNER_KEY, 2);
        assertTrue(nodeRegistry.isActive(node, 1), "back");
    }

    function test_update_changesWhatIsServed() public {
        registerNode(node, SIGNER_KEY, 1);
        vm.prank(node);
        nodeRegistry.update(3, 32, 0, "https://node.example");
        INodeRegistry.Node memory record = nodeRegistry.node(node);
        assertEq(record.classes, 3, "classes");
        assertEq(record.capacity, 32, "capacity");
        assertTrue(keccak256(bytes(record.endpoint)) == keccak256("https://node.example"), "url");
    }

    function test_convicted_isRetiredForGood() public {
        registerNode(node, SIGNER_KEY, 1);
        registerVerifier(1e18, true);
        IStaking.Slash memory request = slashRequest(node, 1e18, address(0), true);
        vm.prank(verifier);
        staking.slash(request);
        assertTrue(!nodeRegistry.isActive(node, 0), "inactive");
        assertTrue(!nodeRegistry.node(node).active, "inactive");
        vm.startPrank(node);
        bytes memory convicted =
            abi.encodeWithSelector(INodeRegistry.NodeRegistryConvicted.selector, node);
        vm.expectRevert(convicted);
        nodeRegistry.update(1, 1, 0, "");
        nodeRegistry.retire();
        vm.stopPrank();
        rejects(registration(), convicted);
    }

    function registration() private view returns (INodeRegistry.Registration memory) {
        uint256 nonce = nodeRegistry.signerNonce(node);
        return INodeRegistry.Registration({
            classes: 3,
            capacity: 8,
            signer: signer,
            payout: node,
            consensusKey: 0,
            endpoint: "",
            signature: sign(SIGNER_KEY, nodeRegistry.signerProofDigest(node, signer, nonce))
        });
    }

    function rejects(INodeRegistry.Registration memory entry, bytes memory expected) private {
        vm.prank(node);
        vm.expectRevert(expected);
        nodeRegistry.register(entry);
    }
}
