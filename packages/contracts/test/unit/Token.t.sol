// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DDAIToken} from "../../src/DDAIToken.sol";
import {DeterministicFactory, Launchpad} from "../../src/DeterministicFactory.sol";
import {Proxy} from "../../src/Proxy.sol";
import {Test} from "../base/Test.sol";
import {vm} from "../base/Vm.sol";

contract TokenTest is Test {
    function test_constructor_mintsExactlyTheSupply() public {
        (address[] memory holders, uint256[] memory amounts) = lists(10_000_000_000e18);
        DDAIToken token = new DDAIToken(holders, amounts);
        assertEq(token.totalSupply(), token.INITIAL_SUPPLY(), "supply");
        assertEq(token.balanceOf(holders[0]), token.INITIAL_SUPPLY(), "holder");
    }

    function test_constructor_revertsIf_wrongSumOrLengths() public {
        (address[] memory holders, uint256[] memory amounts) = lists(1);
        vm.expectRevert(
            abi.encodeWithSelector(DDAIToken.TokenAllocationsSum.selector, 1, 10_000_000_000e18)
        );
        new DDAIToken(holders, amounts);
        vm.expectRevert(abi.encodeWithSelector(DDAIToken.TokenAllocationsLength.selector, 1, 0));
        new DDAIToken(holders, new uint256[](0));
    }

    function test_factory_deploysWhereItSaidAndOnlyOnce() public {
        DeterministicFactory factory = new DeterministicFactory();
        (address[] memory holders, uint256[] memory amounts) = lists(10_000_000_000e18);
        bytes memory code =
            abi.encodePacked(type(DDAIToken).creationCode, abi.encode(holders, amounts));
        address expected = factory.addressOf(address(this), "token");
        assertEq(factory.deploy("token", code), expected, "where");
        assertEq(factory.deployedAt(expected), block.number, "when");
        vm.expectRevert(
            abi.encodeWithSelector(DeterministicFactory.FactoryAlreadyDeployed.selector, expected)
        );
        factory.deploy("token", code);
    }

    function test_factory_givesEveryDeployerItsOwnAddresses() public {
        DeterministicFactory factory = new DeterministicFactory();
        address mine = factory.addressOf(address(this), "token");
        vm.prank(address(0xbad));
        address theirs = factory.deploy("token", hex"6001600c60003960016000f300");
        assertTrue(mine != theirs, "a stranger cannot occupy it");
        assertEq(mine.code.length, 0, "free");
    }

    function test_factory_passesAConstructorsRevertOn() public {
        DeterministicFactory factory = new DeterministicFactory();
        (address[] memory holders, uint256[] memory amounts) = lists(1);
        bytes memory code =
            abi.encodePacked(type(DDAIToken).creationCode, abi.encode(holders, amounts));
        vm.expectRevert(
            abi.encodeWithSelector(DDAIToken.TokenAllocationsSum.selector, 1, 10_000_000_000e18)
        );
        factory.deploy("token", code);
        assertEq(factory.addressOf(address(this), "token").code.length, 0, "nothing left");
    }

    function test_launchpad_servesItsFactoryOnly() public {
        Launchpad launchpad = new Launchpad();
        vm.prank(address(0xbad));
        vm.expectRevert(
            abi.encodeWithSelector(Launchpad.LaunchpadNotFactory.selector, address(0xbad))
        );
        launchpad.launch("");
    }

    function test_proxy_refusesAnAddressWithoutCode() public {
        vm.expectRevert();
        new Proxy(address(0x123), "");
    }

    function lists(uint256 amount)
        private
        pure
        returns (address[] memory holders, uint256[] memory amounts)
    {
        holders = new address[](1);
        amounts = new uint256[](1);
        (holders[0], amounts[0]) = (address(0x40), amount);
    }
}
