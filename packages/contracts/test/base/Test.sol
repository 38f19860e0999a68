// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {vm} from "./Vm.sol";

/// @dev Assertions that say both values, and bounded fuzz input.
abstract contract Test {
    error Differs(string what, uint256 actual, uint256 expected);
    error DiffersAddress(string what, address actual, address expected);
    error TooHigh(string what, uint256 actual, uint256 max);
    error TooLow(string what, uint256 actual, uint256 min);
    error NotTrue(string what);

    bool public constant IS_TEST = true;

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert Differs(what, actual, expected);
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        if (actual != expected) revert DiffersAddress(what, actual, expected);
    }

    function assertLe(uint256 actual, uint256 max, string memory what) internal pure {
        if (actual > max) revert TooHigh(what, actual, max);
    }

    function assertGe(uint256 actual, uint256 min, string memory what) internal pure {
        if (actual < min) revert TooLow(what, actual, min);
    }

    function assertTrue(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    function bound(uint256 value, uint256 min, uint256 max) internal pure returns (uint256) {
        if (value >= min && value <= max) return value;
        uint256 size = max - min + 1;
        return size == 0 ? value : min + value % size;
    }
}
