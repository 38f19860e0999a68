// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PartnerRegistry} from "../../src/PartnerRegistry.sol";
import {Proxy} from "../../src/Proxy.sol";
import {Airdrop} from "../../src/launch/Airdrop.sol";
import {MonthlyVesting} from "../../src/launch/MonthlyVesting.sol";
import {Treasury} from "../../src/launch/Treasury.sol";
import {ProtocolTest} from "./ProtocolTest.sol";
import {vm} from "./Vm.sol";

/// @dev Vesting, airdrop, treasury and partners beside the protocol.
abstract contract LaunchTest is ProtocolTest {
    uint256 internal constant MONTH = 30 days;
    uint256 internal constant MIN_PARTNER_BOND = 100_000e18;
    bytes32 internal constant TERMS = keccak256("terms");

    Treasury internal dao;
    PartnerRegistry internal partners;

    function setUp() public virtual override {
        super.setUp();
        dao = new Treasury(address(timelock));
        address implementation = address(new PartnerRegistry(token, address(timelock), UNIT));
        bytes memory data = abi.encodeCall(PartnerRegistry.initialize, (MIN_PARTNER_BOND));
        partners = PartnerRegistry(address(new Proxy(implementation, data)));
    }

    function newVesting(uint256 cliff, uint256 parts, uint256 amount)
        internal
        returns (MonthlyVesting vesting)
    {
        vesting = new MonthlyVesting(token, address(0xbe4ef), 0, cliff, parts, UNIT);
        fund(address(vesting), amount);
    }

    function newAirdrop(bytes32 root, uint256 amount) internal returns (Airdrop airdrop) {
        airdrop = new Airdrop(token, emissions, address(timelock), UNIT, root);
        fund(address(airdrop), amount);
    }

    function applyAs(address account, uint256 bond) internal {
        fund(account, bond);
        vm.startPrank(account);
        token.approve(address(partners), type(uint256).max);
        partners.applyAsPartner(
            "cloud", TERMS, bond, "Cumulus Ltd", "https://cumulus.example/terms"
        );
        vm.stopPrank();
    }

    function admit(address account, uint256 until) internal {
        vm.prank(address(timelock));
        partners.admit(account, TERMS, until);
    }
}
