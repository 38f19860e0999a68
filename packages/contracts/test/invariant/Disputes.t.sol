// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {HandlerTest} from "../base/HandlerTest.sol";
import {DisputeHandler} from "./DisputeHandler.sol";

contract DisputeInvariants is HandlerTest {
    DisputeHandler private handler;

    function setUp() public {
        handler = new DisputeHandler();
        handler.setUp();
    }

    function _handler() internal view override returns (address) {
        return address(handler);
    }

    function _moves() internal pure override returns (bytes4[] memory list) {
        list = new bytes4[](14);
        list[0] = DisputeHandler.openAny.selector;
        list[1] = DisputeHandler.openAny.selector;
        list[2] = DisputeHandler.advance.selector;
        list[3] = DisputeHandler.advance.selector;
        list[4] = DisputeHandler.advanceNewest.selector;
        list[5] = DisputeHandler.advanceNewest.selector;
        list[6] = DisputeHandler.advanceNewest.selector;
        list[7] = DisputeHandler.resolveAny.selector;
        list[8] = DisputeHandler.appealAny.selector;
        list[9] = DisputeHandler.cancelAny.selector;
        list[10] = DisputeHandler.settleAny.selector;
        list[11] = DisputeHandler.passTime.selector;
        list[12] = DisputeHandler.changeParameters.selector;
        list[13] = DisputeHandler.otherFaults.selector;
    }

    // Forge plays the same sequences again for every invariant, so these claims share one.

    function invariant_bondsFeesAndFreezesAreExact() public view {
        (uint256 balance, uint256 bonds, uint256 fees) = handler.held();
        assertEq(balance, bonds + fees, "tokens are open bonds and unpaid fees");
        assertEq(bonds, handler.openBonds(), "bonds are those of open disputes");
        assertEq(fees, handler.unpaidFees(), "fees are those of jurors not yet settled");
        assertEq(handler.nodesFreeze(), handler.openFreezes(), "the node's freeze");
        (uint256 owed, uint256 frozen) = handler.jurorsFreezes();
        assertEq(frozen, owed, "jurors' freezes are those of unrevealed seats");
        assertTrue(!handler.capExceeded(), "no value decides over more than a seat's stake");
    }
}
