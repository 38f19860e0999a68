// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {IProtocolRegistry} from "../../src/interfaces/IProtocolRegistry.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {vm} from "../base/Vm.sol";

contract ProtocolRegistryTest is ProtocolTest {
    address private owner = address(0x64e);
    string private constant URL = "https://gateway.example";
    uint256 private constant BOND = 10_000e18;

    function setUp() public override {
        super.setUp();
        fund(owner, 3 * BOND);
        vm.prank(owner);
        token.approve(address(protocolRegistry), type(uint256).max);
    }

    function test_registerGateway_listsItAgainstABond() public {
        uint256 id = list(GATEWAY_KEY);
        IProtocolRegistry.Gateway memory entry = protocolRegistry.gateway(id);
        assertEq(entry.owner, owner, "owner");
        assertEq(entry.signer, gateway, "signer");
        assertEq(entry.bond, BOND, "bond");
        assertEq(protocolRegistry.totalBonds(), BOND, "bonds");
        assertEq(token.balanceOf(address(protocolRegistry)), BOND, "held");
        assertEq(protocolRegistry.gatewayCount(), 1, "count");
        assertEq(protocolRegistry.gateways(0, 100).length, 1, "page");
        assertEq(protocolRegistry.gateways(5, 100).length, 0, "past the end");
    }

    function test_registerGateway_revertsIf_badInput() public {
        bytes memory proof = proofFor(GATEWAY_KEY);
        vm.startPrank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolRegistry.ProtocolRegistryUrlInvalid.selector, 0, 256)
        );
        protocolRegistry.registerGateway("", gateway, BOND, proof);
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolRegistry.ProtocolRegistryUrlInvalid.selector, 257, 256)
        );
        protocolRegistry.registerGateway(string(new bytes(257)), gateway, BOND, proof);
        vm.expectRevert(IProtocolRegistry.ProtocolRegistryZeroSigner.selector);
        protocolRegistry.registerGateway(URL, address(0), BOND, proof);
        vm.expectRevert(
            abi.encodeWithSelector(
                IProtocolRegistry.ProtocolRegistryBondTooLow.selector, BOND - 1, BOND
            )
        );
        protocolRegistry.registerGateway(URL, gateway, BOND - 1, proof);
        vm.expectRevert(
            abi.encodeWithSelector(
                IProtocolRegistry.ProtocolRegistryWrongSignerProof.selector, gateway, address(0)
            )
        );
        protocolRegistry.registerGateway(URL, gateway, BOND, "");
        protocolRegistry.registerGateway(URL, gateway, BOND, proof);
        vm.expectRevert(
            abi.encodeWithSelector(
                IProtocolRegistry.ProtocolRegistrySignerTaken.selector, gateway, 0
            )
        );
        protocolRegistry.registerGateway(URL, gateway, BOND, proof);
        vm.stopPrank();
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolRegistry.ProtocolRegistryPageTooLong.selector, 101, 100)
        );
        protocolRegistry.gateways(0, 101);
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolRegistry.ProtocolRegistryUnknownGateway.selector, 7)
        );
        protocolRegistry.gateway(7);
    }

    function test_retireGateway_freesTheBondAfterFourteenDays() public {
        uint256 id = list(GATEWAY_KEY);
        vm.startPrank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolRegistry.ProtocolRegistryStillRetiring.selector, id, 0)
        );
        protocolRegistry.withdrawGatewayBond(id);
        protocolRegistry.retireGateway(id);
        uint256 retiresAt = block.timestamp + 14 days;
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolRegistry.ProtocolRegistryAlreadyRetired.selector, id)
        );
        protocolRegistry.retireGateway(id);
        vm.warp(retiresAt - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IProtocolRegistry.ProtocolRegistryStillRetiring.selector, id, retiresAt
            )
        );
        protocolRegistry.withdrawGatewayBond(id);
        vm.warp(retiresAt);
        assertEq(protocolRegistry.withdrawGatewayBond(id), BOND, "back");
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolRegistry.ProtocolRegistryBondTooLow.selector, 0, 1)
        );
        protocolRegistry.withdrawGatewayBond(id);
        vm.stopPrank();
        assertEq(protocolRegistry.totalBonds(), 0, "bonds");
        assertEq(list(GATEWAY_KEY), 1, "the key can be listed again");
    }

    function test_retireGateway_revertsIf_notTheOwner() public {
        uint256 id = list(GATEWAY_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(
                IProtocolRegistry.ProtocolRegistryNotGatewayOwner.selector, id, address(this)
            )
        );
        protocolRegistry.retireGateway(id);
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolRegistry.ProtocolRegistryUnknownGateway.selector, 9)
        );
        protocolRegistry.retireGateway(9);
    }

    function test_announceUpgrade_onlyForWhatTheTargetItselfAnnounced() public {
        bytes32 change = escrow.upgradeId(address(this), "");
        vm.startPrank(address(timelock));
        vm.expectRevert(
            abi.encodeWithSelector(
                IProtocolRegistry.ProtocolRegistryUpgradeNotAnnounced.selector,
                address(escrow),
                change
            )
        );
        protocolRegistry.announceUpgrade(address(escrow), change, "notice");
        escrow.announceUpgrade(address(this), "");
        protocolRegistry.announceUpgrade(address(escrow), change, "notice");
        protocolRegistry.cancelUpgrade(address(escrow), change);
        vm.stopPrank();
    }

    function test_setMinClientVersion_neverFalls() public {
        vm.startPrank(address(timelock));
        protocolRegistry.setMinClientVersion("node", 2_000_000);
        vm.expectRevert(
            abi.encodeWithSelector(
                IProtocolRegistry.ProtocolRegistryVersionNotNewer.selector,
                bytes32("node"),
                2_000_000,
                1_000_000
            )
        );
        protocolRegistry.setMinClientVersion("node", 1_000_000);
        vm.stopPrank();
        assertEq(protocolRegistry.minClientVersion("node"), 2_000_000, "kept");
    }

    function test_governance_setsAddressesGuardianAndBond() public {
        vm.startPrank(address(timelock));
        protocolRegistry.setAddress("airdrop", address(5));
        protocolRegistry.setPauseGuardian(address(6));
        protocolRegistry.setMinGatewayBond(2e18);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector,
                bytes32("minGatewayBond"),
                0,
                1e18,
                1_000_000e18
            )
        );
        protocolRegistry.setMinGatewayBond(0);
        vm.stopPrank();
        assertEq(protocolRegistry.addressOf("airdrop"), address(5), "address");
        assertEq(protocolRegistry.pauseGuardian(), address(6), "guardian");
        assertEq(protocolRegistry.minGatewayBond(), 2e18, "bond");
    }

    function test_governance_revertsIf_notTimelock() public {
        bytes memory denied =
            abi.encodeWithSelector(IGoverned.GovernedNotTimelock.selector, address(this));
        vm.expectRevert(denied);
        protocolRegistry.announceUpgrade(address(escrow), 0, "");
        vm.expectRevert(denied);
        protocolRegistry.cancelUpgrade(address(escrow), 0);
        vm.expectRevert(denied);
        protocolRegistry.setMinClientVersion("node", 1);
        vm.expectRevert(denied);
        protocolRegistry.setAddress("x", address(1));
        vm.expectRevert(denied);
        protocolRegistry.setPauseGuardian(address(1));
        vm.expectRevert(denied);
        protocolRegistry.setMinGatewayBond(1e18);
    }

    function list(uint256 key) private returns (uint256) {
        bytes memory proof = proofFor(key);
        vm.prank(owner);
        return protocolRegistry.registerGateway(URL, vm.addr(key), BOND, proof);
    }

    function proofFor(uint256 key) private view returns (bytes memory) {
        return sign(key, protocolRegistry.gatewayProofDigest(owner, vm.addr(key), URL));
    }
}
